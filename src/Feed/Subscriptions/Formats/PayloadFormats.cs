using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Http;

namespace StatusHub.Feed.Subscriptions.Formats;

/// <summary>The payload formats, by the name a subscription gives. A format is a function from an event to what is sent, pure but for what it remembers.</summary>
/// <param name="page">The state of the whole page now, which Statuspage's bodies carry.</param>
public sealed class PayloadFormats(CloudEventJson json, PeerFormat peer, HubAddress hub, Func<PageStatus> page)
{
    public const string CloudEvents = "cloudevents";

    private const string JsonType = "application/json; charset=utf-8";

    public static readonly IReadOnlyList<string> Names = [CloudEvents, "statuspage", "slack", "teams", "discord"];

    /// <summary>What is sent for one event; null when this format has nothing to say about it, and the event counts as delivered.</summary>
    public HttpEventMessage? Of(SubscriptionDefinition definition, LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Format switch
        {
            CloudEvents => definition.Mode switch
            {
                DeliveryMode.Binary when IsSendableBinary(logged) => HttpEventEncoder.Binary(json.EventOf(logged)),
                DeliveryMode.Batch => Batch([logged]),
                _ => new HttpEventMessage(CloudEventJson.StructuredType, [], json.Structured(logged)),
            },
            "statuspage" => Json(StatuspageWebhooks.Of(logged, json.EventOf(logged), page(), hub.Url)),
            "slack" => Chat(logged, ChatMessages.Slack),
            "teams" => Chat(logged, ChatMessages.Teams),
            "discord" => Chat(logged, ChatMessages.Discord),
            PeerFormat.Name when definition.Peer is { } offer => peer.Of(offer, logged),
            _ => null,
        };
    }

    /// <summary>Several events in one delivery, for a subscriber that asked for batches.</summary>
    public HttpEventMessage Batch(IReadOnlyList<LoggedEvent> events) => new(CloudEventJson.BatchType, [], json.Batch(events));

    // A webhook has a body: an event without data goes whole even where binary was asked for (webhooks 1.0.2, section 2.1).
    private bool IsSendableBinary(LoggedEvent logged) =>
        json.EventOf(logged) is { Data.Bytes.IsEmpty: false } e && HttpEventEncoder.IsSendableBinary(e);

    private HttpEventMessage? Chat(LoggedEvent logged, Func<Announcement, JsonObject> write) =>
        Announcement.Of(logged, json.EventOf(logged), hub.Url) is { } said ? Json(write(said)) : null;

    private static HttpEventMessage? Json(JsonObject? body) =>
        body is null ? null : new HttpEventMessage(JsonType, [], JsonSerializer.SerializeToUtf8Bytes(body));
}
