using StatusHub.Domain.Events;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;
using StatusHub.Feed.Ingest;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Peering;

/// <summary>What of a peer's events is taken.</summary>
/// <param name="Taken">As they enter the log, of the organisation the peer belongs to.</param>
/// <param name="Dropped">How many are not: they count as received all the same, or the peer would send them for ever.</param>
/// <param name="Because">Why the last one was dropped; null for none.</param>
public sealed record PeerHarvest(IReadOnlyList<HubEvent> Taken, int Dropped, string? Because);

/// <summary>
/// What a peer gives us, pulled or pushed, as pure rules. Whose report an event is: the last id of its <see cref="HubPath"/> is the short
/// id of the peer that gave it, each peer a reporter of its own.
/// </summary>
public static class PeerIntake
{
    /// <summary>Sorts a peer's events into those that enter the log and those the agreement leaves out.</summary>
    /// <param name="ownSource">The <c>source</c> of our own events.</param>
    /// <param name="now">Hub time, for an event without a time.</param>
    /// <remarks>What no sender may put into the log, a peer may not either; it is dropped, because refused it would come again for ever.</remarks>
    public static PeerHarvest Sort(IReadOnlyList<CloudEvent> events, Peer peer, string ownSource, DateTimeOffset now)
    {
        var taken = new List<HubEvent>();
        string? because = null;
        foreach (var e in events)
        {
            var path = PathOf(e, peer);
            var mark = MarkOf(e);
            var verdict = path is null
                ? PeerVerdict.TooFar
                : PeerRules.Take(e.Source, e.Type, e.Subject, mark, path, peer.Accepts, ownSource);
            if (verdict != PeerVerdict.Pass)
            {
                because = Words(verdict, e);
            }
            else if (IngestRules.Unfit(e) is { } unfit)
            {
                because = $"An event was not fit for the log: {unfit.Places[0].Path} {unfit.Places[0].Detail}";
            }
            else if (Received(e, peer.OrgId, mark, path!, now) is { Size: <= IngestLimits.EnvelopeBytes } received)
            {
                taken.Add(received);
            }
            else
            {
                because = $"An event was larger than {IngestLimits.EnvelopeBytes} bytes.";
            }
        }

        return new PeerHarvest(taken, events.Count - taken.Count, because);
    }

    /// <summary>Checks what a peer pushed: signed by the key that was confirmed for it, within <see cref="Signature.Tolerance"/>.</summary>
    /// <param name="body">The bytes as received.</param>
    /// <param name="now">Real time: a signature is dated on its sender's wall clock.</param>
    /// <returns><see cref="SignatureVerdict.Valid"/> too for a peer that has no key.</returns>
    public static SignatureVerdict Check(Peer peer, string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        peer.PublicKey is null ? SignatureVerdict.Valid
        : !WebhookPublicKey.TryParse(peer.PublicKey, out var key) ? SignatureVerdict.NoMatch
        : Signature.Verify(id, timestamp, signature, body, [], [key], now);

    // A peer says of itself that the event came through it; one that forgot is put right, so that loops end and its reports stay its own.
    private static HubPath? PathOf(CloudEvent e, Peer peer) =>
        !HubPath.TryParse(e[HubPath.AttributeName], out var path) ? null
        : path.Last == peer.ShortId ? path
        : path.Through(peer.ShortId);

    private static SharingMark MarkOf(CloudEvent e) =>
        e["tlp"] is not { } tlp ? SharingRules.Unmarked(e.Type) : SharingRules.TryParse(tlp, out var mark) ? mark : SharingMark.Red;

    private static HubEvent Received(CloudEvent e, Guid orgId, SharingMark mark, HubPath path, DateTimeOffset now)
    {
        var marked = e with
        {
            Extensions =
            [
                .. e.Extensions.Where(x => x.Name is not ("tlp" or HubPath.AttributeName)),
                new("tlp", mark.WireName()),
                new(HubPath.AttributeName, path.Text),
            ],
        };
        return new HubEvent(e.Id, e.Source, e.Type, e.Subject, e.Instant ?? now, orgId, mark.WireName(), default)
        {
            Envelope = JsonEventFormatter.EncodeStructuredModeMessage(marked),
        };
    }

    private static string Words(PeerVerdict verdict, CloudEvent e) => verdict switch
    {
        PeerVerdict.Loop => "It came back to us.",
        PeerVerdict.TooFar => $"It came through more than {HubPath.MaxHops} hubs, or its path cannot be read.",
        PeerVerdict.TooPrivate => $"Events marked {MarkOf(e).WireName()} are not accepted from this peer.",
        _ => "Its type or model is not accepted from this peer.",
    };
}
