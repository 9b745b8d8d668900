using System.Text.Json;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Filters;
using StatusHub.Feed.Peering;

namespace StatusHub.Feed.Subscriptions;

/// <summary>How deliveries of the <c>cloudevents</c> format go on the wire.</summary>
public enum DeliveryMode
{
    Structured,
    Binary,
    Batch,
}

/// <summary>What a subscription asks for, as those who deliver need it: read once from the stored definition, used for every event.</summary>
public sealed record SubscriptionDefinition
{
    /// <summary>HMAC with a secret both sides hold, and ed25519 with the hub's public key: the versions of Standard Webhooks.</summary>
    public const string BySecret = "v1";

    public const string ByPublicKey = "v1a";

    public required Uri Sink { get; init; }

    /// <summary>Event types wanted; empty for all.</summary>
    public IReadOnlySet<string> Types { get; init; } = new HashSet<string>();

    public string? Source { get; init; }

    public CloudEventFilter Filter { get; init; } = CloudEventFilter.Everything;

    /// <summary>Name of a payload format: <c>cloudevents</c>, <c>statuspage</c>, <c>slack</c>, <c>teams</c>, <c>discord</c>.</summary>
    public string Format { get; init; } = "cloudevents";

    public DeliveryMode Mode { get; init; } = DeliveryMode.Structured;

    /// <summary>Most events of one delivery in <see cref="DeliveryMode.Batch"/>.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>What goes to another hub; null for every subscriber that is none.</summary>
    public PeerOffer? Peer { get; init; }

    /// <summary>Signature versions asked for: <c>v1</c>, <c>v1a</c> or both.</summary>
    public IReadOnlyList<string> Signatures { get; init; } = ["v1"];

    /// <summary>Headers the subscriber wants to see with every delivery.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whether the subscriber wants an event that its organisation may read.</summary>
    /// <param name="cloudEvent">The same event as others see it; asked for only when the cheap tests pass.</param>
    public bool Wants(HubEvent e, EventReader reader, Func<CloudEvent> cloudEvent) =>
        SharingRules.MayRead(e, reader)
        && (Types.Count == 0 || Types.Contains(e.Type))
        && (Source is null || e.Source == Source)
        && (ReferenceEquals(Filter, CloudEventFilter.Everything) || Filter.Matches(cloudEvent()));

    /// <summary>Why the subscriber does not want an event that its organisation may read; null when it does.</summary>
    public FilterMismatch? Explain(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return Types.Count > 0 && !Types.Contains(cloudEvent.Type) ? new FilterMismatch("/types", "Its type is not among the types asked for.")
            : Source is not null && Source != cloudEvent.Source ? new FilterMismatch("/source", "It is of another source.")
            : FilterExplanation.Of(Filter, cloudEvent) is { } mismatch ? mismatch with { Path = "/filters" + mismatch.Path }
            : null;
    }

    /// <summary>Reads a definition that was checked when it was accepted.</summary>
    /// <exception cref="FormatException">It is none: it did not come from the store, or from a hub that knew more.</exception>
    public static SubscriptionDefinition Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Of(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static SubscriptionDefinition Of(JsonElement root)
    {
        var config = root.TryGetProperty("config", out var given) ? given : default;
        if (!FilterReader.TryRead(root.TryGetProperty("filters", out var filters) ? filters : default, out var filter, out var error))
        {
            throw new FormatException($"filters{error.Path}: {error.Detail}");
        }

        return new SubscriptionDefinition
        {
            Sink = new Uri(root.GetProperty("sink").GetString()!),
            Types = root.TryGetProperty("types", out var types) ? types.EnumerateArray().Select(t => t.GetString()!).ToHashSet(StringComparer.Ordinal) : [],
            Source = Text(root, "source"),
            Filter = filter,
            Format = Text(config, "format") ?? "cloudevents",
            Mode = Enum.TryParse<DeliveryMode>(Text(config, "mode"), ignoreCase: true, out var mode) ? mode : DeliveryMode.Structured,
            Peer = PeerOffer.Read(config),
            MaxBatch = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("maxbatchsize", out var size) ? size.GetInt32() : 1,
            Signatures = (Text(config, "signature") ?? "v1").Split(','),
            Headers = HeadersOf(root),
        };
    }

    private static List<KeyValuePair<string, string>> HeadersOf(JsonElement root) =>
        root.TryGetProperty("protocolsettings", out var settings) && settings.TryGetProperty("headers", out var headers)
            ? [.. headers.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.GetString()!))]
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
