using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;
using StatusHub.Feed.Ingest;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Peering;

/// <summary>What a hub says of itself at <c>/.well-known/statushub.json</c>.</summary>
/// <param name="Hub">The <c>source</c> of its own events.</param>
/// <param name="PublicKey">Null for a hub that signs nothing.</param>
/// <param name="Feed">Absolute address of its feed.</param>
public sealed record PeerIdentity(string Hub, string Name, WebhookPublicKey? PublicKey, Uri Feed);

/// <summary>What came of asking a peer for events.</summary>
public abstract record PullAnswer
{
    private PullAnswer()
    {
    }

    /// <summary>Its clock minus ours; null when it did not say.</summary>
    public TimeSpan? Skew { get; init; }

    /// <param name="Next">Where to go on.</param>
    public sealed record Page(IReadOnlyList<CloudEvent> Events, string Next) : PullAnswer;

    /// <summary>The cursor is none any more: what the peer still has begins elsewhere.</summary>
    public sealed record Reset : PullAnswer;

    /// <summary>So many events do not fit into one answer.</summary>
    public sealed record TooLarge : PullAnswer;

    /// <param name="Fault">For the operator's eyes.</param>
    /// <param name="RetryAfter">When the peer said so.</param>
    public sealed record Failed(string Fault, TimeSpan? RetryAfter) : PullAnswer;
}

/// <summary>Speaks to other hubs, through the guarded door.</summary>
public sealed class PeerClient : IDisposable
{
    public const string WellKnown = "/.well-known/statushub.json";

    /// <summary>The only version of the exchange there is.</summary>
    public const int Protocol = 1;

    public const int MaxHubLength = 200;

    private const double RoomSeconds = 15;
    private const int MaxCursorLength = 200;

    private readonly GuardedClient _door;
    private readonly Clocks _clocks;
    private readonly PeeringOptions _options;

    public PeerClient(IOptions<GuardOptions> guard, IOptions<PeeringOptions> options, TargetGuard targets, Clocks clocks)
    {
        _options = options.Value;
        _clocks = clocks;
        _door = new GuardedClient(
            new GuardOptions
            {
                RequireHttps = guard.Value.RequireHttps,
                ConnectSeconds = guard.Value.ConnectSeconds,
                ExchangeSeconds = _options.WaitSeconds + RoomSeconds, // a long poll is an answer that takes its time
                BodySeconds = RoomSeconds,
                MaxBodyBytes = _options.MaxPageBytes,
                MaxConnectionsPerHost = guard.Value.MaxConnectionsPerHost,
            },
            clocks, targets);
    }

    /// <summary>Asks a hub who it is.</summary>
    /// <returns>Who it is, or why that is not known, in a sentence.</returns>
    public async Task<(PeerIdentity? Identity, string? Fault)> IdentifyAsync(Uri address, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address.AbsoluteUri.TrimEnd('/') + WellKnown));
        return await _door.SendAsync(request, cancel) switch
        {
            OutboundResult.Answered { Status: HttpStatusCode.OK, IsCut: false } answer => IdentityOf(answer.Body, address),
            OutboundResult.Answered answer => (null, $"It answered {(int)answer.Status} to {WellKnown}."),
            var other => (null, other.InWords),
        };
    }

    /// <summary>Asks a peer for the events after a cursor and waits for news as long as the feed allows.</summary>
    /// <param name="feed">Address of its feed.</param>
    /// <param name="cursor">Null for the beginning.</param>
    public async Task<PullAnswer> PullAsync(string feed, string key, string? cursor, int limit, CancellationToken cancel)
    {
        var after = cursor is null ? "" : "&after=" + Uri.EscapeDataString(cursor);
        var wait = _options.WaitSeconds.ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{feed}/events?limit={limit.ToString(CultureInfo.InvariantCulture)}&wait={wait}{after}");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        var result = await _door.SendAsync(request, cancel);
        if (result is not OutboundResult.Answered answer)
        {
            return new PullAnswer.Failed(result.InWords, null);
        }

        var skew = answer.Headers.Date - _clocks.Real.GetUtcNow();
        return answer switch
        {
            { Status: HttpStatusCode.OK, IsCut: true } => new PullAnswer.TooLarge { Skew = skew },
            { Status: HttpStatusCode.OK } => PageOf(answer) with { Skew = skew },
            { Status: HttpStatusCode.Gone } => new PullAnswer.Reset { Skew = skew },
            _ => new PullAnswer.Failed($"It answered {(int)answer.Status}.", RetryAfterHeader.Read(RetryAfter(answer), _clocks.Real.GetUtcNow())) { Skew = skew },
        };
    }

    public void Dispose() => _door.Dispose();

    private static string? RetryAfter(OutboundResult.Answered answer) =>
        answer.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null;

    private static PullAnswer PageOf(OutboundResult.Answered answer)
    {
        if (NextOf(answer.Headers) is not { } next)
        {
            return new PullAnswer.Failed("Its answer names no next cursor.", null);
        }

        return JsonEventFormatter.TryDecodeBatchModeMessage(answer.Body, out var events, out var error, new BatchLimits(IngestLimits.BatchEvents, int.MaxValue))
            ? new PullAnswer.Page(events, next)
            : new PullAnswer.Failed($"Its answer is no batch of events: {error.Path} {error.Detail}", null);
    }

    /// <summary>The cursor in <c>Link: &lt;…?after=…&gt;; rel="next"</c> (RFC 8288). Only the cursor is taken: where to ask stays ours to say.</summary>
    internal static string? NextOf(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Link", out var links))
        {
            return null;
        }

        foreach (var link in links)
        {
            var (open, close) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
            var query = close > open ? link.IndexOf('?', open, close - open) : -1;
            if (query < 0 || !link[close..].Contains("rel=\"next\"", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var pair in link[(query + 1)..close].Split('&'))
            {
                if (pair.StartsWith("after=", StringComparison.Ordinal) && pair.Length <= MaxCursorLength)
                {
                    return Uri.UnescapeDataString(pair["after=".Length..]);
                }
            }
        }

        return null;
    }

    private static (PeerIdentity? Identity, string? Fault) IdentityOf(ReadOnlyMemory<byte> body, Uri address)
    {
        try
        {
            var said = JsonSerializer.Deserialize<WellKnownJson>(body.Span, JsonSerializerOptions.Web);
            WebhookPublicKey? key = null;
            return said is not { Hub.Length: > 0 and <= MaxHubLength, Feed: not null } || !Uri.TryCreate(said.Feed, UriKind.Absolute, out var feed)
                    ? (null, $"What stands at {WellKnown} names no hub and feed.")
                : said.Protocol != Protocol
                    ? (null, $"It speaks version {said.Protocol} of the exchange, we speak {Protocol}.")
                : feed.Authority != address.Authority || feed.Scheme != address.Scheme
                    ? (null, "Its feed is at another address than the one given.")
                : said.PublicKey is not null && !WebhookPublicKey.TryParse(said.PublicKey, out key)
                    ? (null, "Its public key is not one.")
                : (new PeerIdentity(said.Hub, said.Name ?? said.Hub, key, feed), null);
        }
        catch (JsonException)
        {
            return (null, $"What stands at {WellKnown} is no JSON object.");
        }
    }
}

/// <summary>The document at <c>/.well-known/statushub.json</c>.</summary>
/// <param name="PublicKeys">Every key that counts now, the current one first; after a change the old ones too.</param>
public sealed record WellKnownJson(string Hub, string? Name, string? PublicKey, IReadOnlyList<string>? PublicKeys, string Feed, int Protocol);
