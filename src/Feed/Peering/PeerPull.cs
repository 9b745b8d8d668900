using Microsoft.Extensions.Options;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;

namespace StatusHub.Feed.Peering;

/// <summary>Where a pull goes on.</summary>
/// <param name="Limit">Events to ask for at once.</param>
/// <param name="Failures">Failed tries in a row.</param>
/// <param name="Pause">How long to wait before the next try.</param>
public sealed record PullPlace(string? Cursor, int Limit, int Failures, TimeSpan Pause);

/// <summary>
/// Pulls from one peer: fetch, store, and only then move the cursor. What is fetched twice because a node died in between is known by its
/// source and id, and changes nothing.
/// </summary>
public sealed class PeerPull(
    PeerClient client, PeerStands stands, PeerSecrets secrets, EventInbox inbox, HubIdentity hub, Clocks clocks, IOptions<PeeringOptions> options)
{
    /// <summary>Pause after an answer without events, so that a peer that does not hold long polls is not asked without end.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(200);

    private const int MaxDoublings = 16;

    /// <summary>Pulls until the lease is lost.</summary>
    public async Task RunAsync(Peer peer, LeasedPeer lease, CancellationToken cancel)
    {
        PullPlace? place = new((await stands.FindAsync(peer.Id, cancel))?.Cursor, options.Value.PageSize, 0, TimeSpan.Zero);
        while (place is not null)
        {
            place = await StepAsync(peer, lease, place, cancel);
            if (place is not null)
            {
                await Task.Delay(place.Pause, clocks.Real, cancel);
            }
        }
    }

    /// <summary>One page.</summary>
    /// <returns>Where to go on; null when the lease was lost.</returns>
    public async Task<PullPlace?> StepAsync(Peer peer, LeasedPeer lease, PullPlace place, CancellationToken cancel)
    {
        if (secrets.Open(peer.Credential) is not { } key)
        {
            return await FailAsync(peer, place, "Its key cannot be read any more: give it anew.", null, null, cancel);
        }

        switch (await client.PullAsync(peer.Feed, key, place.Cursor, place.Limit, cancel))
        {
            case PullAnswer.Page page:
                return await TakeAsync(peer, lease, place, page, cancel);
            case PullAnswer.TooLarge when place.Limit > 1:
                return place with { Limit = place.Limit / 2, Pause = TimeSpan.Zero };
            case PullAnswer.Reset reset when place.Cursor is not null:
                var anew = new PeerProgress(Heard: true) { Skew = reset.Skew };
                return await stands.MoveAsync(lease, null, anew, clocks.Now, cancel) ? place with { Cursor = null, Pause = Idle } : null;
            case PullAnswer.Failed failed:
                return await FailAsync(peer, place, failed.Fault, failed.RetryAfter, failed.Skew, cancel);
            default:
                return await FailAsync(peer, place, "It answered more than fits, or has forgotten its own beginning.", null, null, cancel);
        }
    }

    private async Task<PullPlace?> TakeAsync(Peer peer, LeasedPeer lease, PullPlace place, PullAnswer.Page page, CancellationToken cancel)
    {
        var harvest = PeerIntake.Sort(page.Events, peer, hub.Source, clocks.Now);
        var stored = 0;
        if (harvest.Taken.Count > 0)
        {
            switch (await inbox.AddAsync(harvest.Taken, sameIdIsSame: true))
            {
                case InboxAnswer.Stored(var fresh):
                    stored = fresh;
                    break;
                case InboxAnswer.Busy(var after):
                    return place with { Pause = after };
                case InboxAnswer.Away(var after):
                    return place with { Pause = after };
                default:
                    throw new InvalidOperationException("Events whose ids make them the same cannot be in conflict.");
            }
        }

        var progress = new PeerProgress(Heard: true)
        {
            Skew = page.Skew,
            Lag = LagOf(page.Events),
            Taken = stored,
            Known = harvest.Taken.Count - stored,
            Dropped = harvest.Dropped,
            DroppedBecause = harvest.Because,
        };
        var pause = page.Events.Count == 0 ? Idle : TimeSpan.FromSeconds((double)page.Events.Count / options.Value.MaxEventsPerSecond);
        return await stands.MoveAsync(lease, page.Next, progress, clocks.Now, cancel)
            ? new PullPlace(page.Next, Math.Min(place.Limit * 2, options.Value.PageSize), 0, pause)
            : null;
    }

    private async Task<PullPlace> FailAsync(Peer peer, PullPlace place, string fault, TimeSpan? retryAfter, TimeSpan? skew, CancellationToken cancel)
    {
        await stands.NoteAsync(peer.Id, new PeerProgress(Heard: skew is not null) { Skew = skew, Fault = fault }, clocks.Now, cancel);
        return place with { Failures = place.Failures + 1, Pause = PauseAfter(place.Failures, retryAfter, options.Value) };
    }

    /// <summary>How long to wait after a failure: twice as long each time, and not less than the peer asked for, up to the limit.</summary>
    /// <param name="failures">Failed tries before this one.</param>
    internal static TimeSpan PauseAfter(int failures, TimeSpan? retryAfter, PeeringOptions options) => TimeSpan.FromSeconds(Math.Min(
        Math.Max(options.FirstRetrySeconds * Math.Pow(2, Math.Min(failures, MaxDoublings)), retryAfter?.TotalSeconds ?? 0), options.MaxRetrySeconds));

    private TimeSpan LagOf(IReadOnlyList<CloudEvent> events) =>
        events.Count > 0 && events[^1].Instant is { } at ? TimeSpan.FromTicks(Math.Max(0, (clocks.Now - at).Ticks)) : TimeSpan.Zero;
}
