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

    /// <summary>How long it took, of real time.</summary>
    public abstract TimeSpan Took { get; init; }

    /// <summary>What happened, as a sentence for whoever named the address.</summary>
    public string InWords => this switch
    {
        Answered { Headers.Location: { } elsewhere } answered => $"It answers {(int)answered.Status} and points to {elsewhere.OriginalString}.",
        Answered answered => $"It answers {(int)answered.Status}.",
        Refused { Reason: TargetRefusal.Host } => "The hub does not go there: the host is private or reserved, and the operator has not allowed it.",
        Refused { Reason: var reason } => $"The hub does not go there ({reason}).",
        Failed { Fault: OutboundFault.NameNotFound } => "Its name is not found.",
        Failed { Fault: OutboundFault.NotConnected } => "It does not take connections.",
        Failed { Fault: OutboundFault.NotSecure } => "TLS failed: certificate, name or version.",
        Failed { Fault: OutboundFault.TimedOut } => "It did not answer in time.",
        _ => "The connection broke.",
    };

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
    public sealed record Refused(TargetRefusal Reason, TimeSpan Took) : OutboundResult;

    public sealed record Failed(OutboundFault Fault, TimeSpan Took) : OutboundResult;
}
