using System.Collections.Frozen;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;

namespace StatusHub.Feed.Meaning;

/// <summary>One event type, as the catalogue lists it.</summary>
/// <param name="Route">Who sends it to whom (<c>consumer → hub</c>).</param>
/// <param name="DefaultMark">The sharing mark of an event whose sender gave none.</param>
public sealed record EventTypeEntry(string Type, string Route, string Description, SharingMark DefaultMark);

/// <summary>The JSON Schemas (draft 2020-12) of the event types' <c>data</c>, and the catalogue of the types.</summary>
public static class Schemas
{
    public const string MediaType = "application/schema+json";

    private static readonly FrozenDictionary<string, ReadOnlyMemory<byte>> Bytes = EventTypes.All.ToFrozenDictionary(type => type, Load, StringComparer.Ordinal);

    /// <summary>Every type, in the order of <see cref="EventTypes.All"/>.</summary>
    public static IReadOnlyList<EventTypeEntry> Catalogue { get; } =
    [
        Entry(EventTypes.ModelStatus, "hub → all", "The judged state of a model changed."),
        Entry(EventTypes.Incident, "provider → hub, hub → all, hub ↔ hub", "An incident, as a provider or a hub tells it."),
        Entry(EventTypes.Signal, "consumer or provider → hub", "A suspicion about a model, private unless marked otherwise."),
        Entry(EventTypes.Telemetry, "consumer → hub", "What a consumer's own requests to a model came to, over one window of time."),
        Entry(EventTypes.Probe, "agent → hub", "Results of probes sent by a remote agent."),
        Entry(EventTypes.Maintenance, "provider → hub → all", "Maintenance a provider announces for its own models."),
        Entry(EventTypes.Official, "hub → all", "A provider's own page changed what it says."),
        Entry(EventTypes.Fallback, "hub → subscribers", "Advice which model to use instead changed."),
        Entry(EventTypes.Escalation, "hub ↔ organisations", "A question to the organisation that answers for a model, and what became of it."),
        Entry(EventTypes.Score, "hub → all", "A week's reliability score was published."),
        Entry(EventTypes.Drill, "hub ↔ organisations", "A joint failure simulation."),
        Entry(EventTypes.Test, "hub → one subscriber", "A test delivery to one subscriber."),
        Entry(EventTypes.Subscription, "hub → its owner", "A subscription fails, or has been stopped, and why."),
        Entry(EventTypes.Objective, "hub → its owner", "The error budget of an objective burns too fast, or no longer does."),
    ];

    /// <summary>The schema of a type's data, UTF-8; null for a type that is not ours.</summary>
    public static ReadOnlyMemory<byte>? Of(string type) => Bytes.TryGetValue(type, out var schema) ? schema : default(ReadOnlyMemory<byte>?); // a bare null would be an empty schema

    private static EventTypeEntry Entry(string type, string route, string description) => new(type, route, description, SharingRules.Unmarked(type));

    private static ReadOnlyMemory<byte> Load(string type)
    {
        using var resource = typeof(Schemas).Assembly.GetManifestResourceStream("schema/" + type)
            ?? throw new InvalidOperationException($"The schema of {type} is missing from the build.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
