using System.Net;
using System.Net.Http.Headers;

namespace StatusHub.Feed.Webhooks;

/// <summary>What kept an answer from coming.</summary>
public enum OutboundFault
{
    NameNotFound,
    NotConnected,

    /// <summary>TLS failed: certificate, name or version.</summary>
    NotSecure,
    TimedOut,

    /// <summary>The connection broke, or what came was not HTTP within its limits.</summary>
    Broken,
}

/// <summary>How an exchange through the guarded door ended.</summary>
public abstract record OutboundResult
{
    private OutboundResult()
    {
    }

    /// <summary>There was an answer, of any status; redirects are answers and were not followed.</summary>
    /// <param name="Body">The first bytes of the body as sent: nothing is decompressed.</param>
    /// <param name="IsCut">The body went on, or broke off, or ran out of time: the status counts all the same.</param>
    public sealed record Answered(
        HttpStatusCode Status,
        HttpResponseHeaders Headers,
        HttpContentHeaders ContentHeaders,
        ReadOnlyMemory<byte> Body,
        bool IsCut,
        TimeSpan Took) : OutboundResult;

    /// <summary>The hub does not go there; nothing was sent.</summary>
    public sealed record Refused(TargetRefusal Reason) : OutboundResult;

    public sealed record Failed(OutboundFault Fault, TimeSpan Took) : OutboundResult;
}
