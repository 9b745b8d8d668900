using System.Text.Json;
using System.Text.Json.Nodes;

namespace StatusHub.Domain.Events;

/// <summary>The names of the event types, once.</summary>
public static class EventTypes
{
    public const string ModelStatus = "io.statushub.model.status.v1";
    public const string Incident = "io.statushub.incident.v1";
}

/// <summary>
/// One event as it stands in the log: the CloudEvents 1.0 attributes it was given, and its data. Position and the time of
/// recording are the log's to give.
/// </summary>
/// <param name="OrgId">Owner of an event that is not public; null for the hub's own public events.</param>
/// <param name="Data">JSON, UTF-8.</param>
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

    public static HubEvent Public(Guid id, string source, string type, string? subject, DateTimeOffset time, JsonObject data) =>
        new(id.ToString(), source, type, subject, time, OrgId: null, Clear, JsonSerializer.SerializeToUtf8Bytes(data));
}

/// <summary>An event with its place in the log.</summary>
/// <param name="Position">Gap-free, in commit order.</param>
public sealed record LoggedEvent(long Position, DateTimeOffset RecordedAt, HubEvent Event);
