using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Sharing;

namespace StatusHub.Domain.Events;

/// <summary>The names of the event types, once.</summary>
public static class EventTypes
{
    public const string ModelStatus = "io.statushub.model.status.v1";
    public const string Incident = "io.statushub.incident.v1";
    public const string Signal = "io.statushub.signal.v1";
    public const string Telemetry = "io.statushub.telemetry.v1";
    public const string Probe = "io.statushub.probe.v1";
    public const string Maintenance = "io.statushub.maintenance.v1";
    public const string Official = "io.statushub.official.v1";
    public const string Fallback = "io.statushub.fallback.v1";
    public const string Escalation = "io.statushub.escalation.v1";
    public const string Score = "io.statushub.score.v1";
    public const string Drill = "io.statushub.drill.v1";
    public const string Test = "io.statushub.test.v1";
    public const string Subscription = "io.statushub.subscription.v1";
    public const string Objective = "io.statushub.objective.v1";

    public static readonly IReadOnlyList<string> All =
        [ModelStatus, Incident, Signal, Telemetry, Probe, Maintenance, Official, Fallback, Escalation, Score, Drill, Test, Subscription, Objective];

    private static readonly FrozenSet<string> Known = All.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether events of this type can mean anything to the hub itself. Others it keeps and passes on.</summary>
    public static bool AreKnown(string type) => Known.Contains(type);
}

/// <summary>
/// One event as it stands in the log: the CloudEvents 1.0 attributes it was given, and its data. Position and the time of
/// recording are the log's to give.
/// </summary>
/// <param name="OrgId">Whose event it is; null for the hub's own.</param>
/// <param name="Tlp">Wire name of the <see cref="SharingMark"/>.</param>
/// <param name="Data">JSON, UTF-8, of an event the hub made; empty for one it was given.</param>
public sealed record HubEvent(
    string Id,
    string Source,
    string Type,
    string? Subject,
    DateTimeOffset Time,
    Guid? OrgId,
    string Tlp,
    ReadOnlyMemory<byte> Data)
{
    public const string Clear = "clear";

    /// <summary>
    /// The whole event in the CloudEvents JSON format, for one the hub was given: it leaves as these bytes, so that nothing its sender
    /// wrote is lost on the way. Null for the hub's own.
    /// </summary>
    public ReadOnlyMemory<byte>? Envelope { get; init; }

    /// <summary>Bytes of its largest part: what it weighs in memory and on the wire.</summary>
    public int Size => Envelope?.Length ?? Data.Length;

    public static HubEvent Public(Guid id, string source, string type, string? subject, DateTimeOffset time, JsonObject data) =>
        new(id.ToString(), source, type, subject, time, OrgId: null, Clear, JsonSerializer.SerializeToUtf8Bytes(data));
}

/// <summary>An event with its place in the log.</summary>
/// <param name="Position">Gap-free, in commit order.</param>
public sealed record LoggedEvent(long Position, DateTimeOffset RecordedAt, HubEvent Event);
