using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Http;

namespace StatusHub.Feed.Subscriptions.Formats;

/// <summary>The payload formats, by the name a subscription gives. A format is a function from an event to what is sent, pure but for what it remembers.</summary>
public sealed class PayloadFormats(CloudEventJson json, PeerFormat peer)
{
    /// <summary>What is sent for one event; null when this format has nothing to say about it, and the event counts as delivered.</summary>
    public HttpEventMessage? Of(SubscriptionDefinition definition, LoggedEvent logged) => definition.Format switch
    {
        "cloudevents" => definition.Mode switch
        {
            DeliveryMode.Binary when HttpEventEncoder.IsSendableBinary(json.EventOf(logged)) => HttpEventEncoder.Binary(json.EventOf(logged)),
            DeliveryMode.Batch => Batch([logged]),
            _ => new HttpEventMessage(CloudEventJson.StructuredType, [], json.Structured(logged)),
        },
        PeerFormat.Name when definition.Peer is { } offer => peer.Of(offer, logged),
        _ => null,
    };

    /// <summary>Several events in one delivery, for a subscriber that asked for batches.</summary>
    public HttpEventMessage Batch(IReadOnlyList<LoggedEvent> events) => new(CloudEventJson.BatchType, [], json.Batch(events));

    public static readonly IReadOnlyList<string> Names = ["cloudevents"];
}
