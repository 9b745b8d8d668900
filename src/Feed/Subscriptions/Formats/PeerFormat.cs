using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Peering;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Peering;

namespace StatusHub.Feed.Subscriptions.Formats;

/// <summary>Events as they go to another hub (<see cref="PeerRelay"/>). Only the hub itself makes subscriptions of this format.</summary>
public sealed class PeerFormat(CloudEventJson json, HubIdentity hub)
{
    public const string Name = Subscription.PeerFormat;

    /// <summary>Null for an event that stays here.</summary>
    public HttpEventMessage? Of(PeerOffer offer, LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        return PeerRelay.Of(logged.Event, json.EventOf(logged), offer, HubPath.IdOf(hub.Source)) is { } relayed
            ? new HttpEventMessage(CloudEventJson.StructuredType, [], JsonEventFormatter.EncodeStructuredModeMessage(relayed))
            : null;
    }

    /// <summary>A page of events for a peer that pulls, without those that stay here.</summary>
    public ReadOnlyMemory<byte> Page(PeerOffer offer, IEnumerable<LoggedEvent> events) => JsonEventFormatter.EncodeBatchModeMessage(
        events.Select(e => PeerRelay.Of(e.Event, json.EventOf(e), offer, HubPath.IdOf(hub.Source))).OfType<CloudEvent>());
}
