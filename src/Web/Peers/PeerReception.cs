using System.Globalization;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.CloudEvents.Json;
using StatusHub.Feed.Ingest;
using StatusHub.Feed.Peering;
using StatusHub.Feed.Webhooks;
using StatusHub.Web.Access;
using StatusHub.Web.Api;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Peers;

/// <summary>What became of events a peer sent, all of which it need not send again.</summary>
/// <param name="Accepted">New ones.</param>
/// <param name="Duplicates">Those that stood in the log before.</param>
/// <param name="Dropped">Those that came back to us, and those the agreement leaves out.</param>
public sealed record PeerAcceptedJson(int Accepted, int Duplicates, int Dropped);

/// <summary>Takes what a peer pushes to <c>POST /feed/events</c> with its key.</summary>
public sealed class PeerReception(PeerStore peers, PeerStands stands, EventInbox inbox, HubIdentity hub, Clocks clocks)
{
    private const long MaxUnixSeconds = 100_000_000_000; // of the year 5138: what a date can hold

    private static readonly BatchLimits Limits = new(IngestLimits.BatchEvents, IngestLimits.EnvelopeBytes);

    // 409 is tried again later, where 401 and 403 would be given up: a pause ends and a clock is put right.
    internal static readonly ProblemKind NotNow = new(409, "peer-not-now", "The exchange cannot go on now")
    {
        Help = "The agreement between the two hubs is paused or not confirmed yet, or their clocks differ too much. Nothing is lost: the sender keeps the events and tries again.",
        Again = "yes, later",
    };

    /// <summary>The peer a key was made for; null for any other key.</summary>
    public async Task<Peer?> PeerOfAsync(KeyHolder holder, CancellationToken cancel) =>
        holder.Scopes.Contains(Scopes.Peer) ? await peers.FindByKeyAsync(holder.KeyId, cancel) : null;

    /// <param name="body">The bytes as received: the signature is over them.</param>
    /// <returns>202 once everything is durable; 401 for a signature that does not fit; 409 while the exchange is paused or the clocks differ.</returns>
    public async Task<IResult> ReceiveAsync(Peer peer, IHeaderDictionary headers, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        if (peer.State != PeerState.Active)
        {
            return Inactive(peer);
        }

        var now = clocks.Real.GetUtcNow();
        var timestamp = headers[SignatureHeaders.TimestampName].ToString();
        var skew = SkewOf(timestamp, now);
        var verdict = PeerIntake.Check(peer, headers[SignatureHeaders.IdName], timestamp, headers[SignatureHeaders.SignatureName], body.Span, now);
        if (verdict != SignatureVerdict.Valid)
        {
            await stands.NoteAsync(peer.Id, new PeerProgress(Heard: true) { Skew = skew, Fault = Words(verdict) }, clocks.Now, cancel);
            return Problem.Answer(verdict is SignatureVerdict.TooOld or SignatureVerdict.TooNew ? NotNow : ProblemKind.Unauthorized, Words(verdict));
        }

        if (!HttpEventDecoder.TryDecode(headers, body, out var events, out var error, Limits))
        {
            return Problem.Answer(error.IsAboutMediaType ? ProblemKind.MediaType : ProblemKind.Malformed, error.Detail, [new InputError(error.Path, "event", error.Detail)]);
        }

        return await StoreAsync(peer, PeerIntake.Sort(events, peer, hub.Source, clocks.Now), skew, cancel);
    }

    /// <summary>What a peer whose agreement does not run is told.</summary>
    internal static Answer Inactive(Peer peer) => Problem.Answer(NotNow, peer.State == PeerState.Unconfirmed
        ? "This hub's operator has not confirmed your public key yet."
        : "This hub's operator has paused the exchange.");

    private async Task<Answer> StoreAsync(Peer peer, PeerHarvest harvest, TimeSpan? skew, CancellationToken cancel)
    {
        var fresh = 0;
        if (harvest.Taken.Count > 0)
        {
            switch (await inbox.AddAsync(harvest.Taken, sameIdIsSame: true))
            {
                case InboxAnswer.Stored(var stored):
                    fresh = stored;
                    break;
                case InboxAnswer.Busy(var after):
                    return Later(after);
                case InboxAnswer.Away(var after):
                    return Later(after);
                default:
                    throw new InvalidOperationException("Events whose ids make them the same cannot be in conflict.");
            }
        }

        var known = harvest.Taken.Count - fresh;
        var progress = new PeerProgress(Heard: true) { Skew = skew, Taken = fresh, Known = known, Dropped = harvest.Dropped, DroppedBecause = harvest.Because };
        await stands.NoteAsync(peer.Id, progress, clocks.Now, cancel);
        return Answer.Json(new PeerAcceptedJson(fresh, known, harvest.Dropped), StatusCodes.Status202Accepted);
    }

    private static TimeSpan? SkewOf(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxUnixSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) - now
            : null;

    private static Answer Later(TimeSpan after) =>
        Problem.Answer(ProblemKind.Unavailable, "The events could not be stored. Sending them again does no harm.") with
        {
            RetryAfterSeconds = (int)Math.Ceiling(after.TotalSeconds),
        };

    private static string Words(SignatureVerdict verdict) => verdict switch
    {
        SignatureVerdict.MissingHeader => "A peer whose public key is known signs what it sends: webhook-id, webhook-timestamp and webhook-signature with v1a.",
        SignatureVerdict.TooOld or SignatureVerdict.TooNew => $"The signature's time is more than {Signature.Tolerance.TotalMinutes} minutes from ours. One of the two clocks is wrong.",
        SignatureVerdict.NoMatch => "The signature does not fit the public key that was confirmed.",
        _ => "The signature cannot be read.",
    };
}
