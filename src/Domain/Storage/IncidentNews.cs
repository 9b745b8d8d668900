using System.Text.Json.Nodes;
using StatusHub.Domain.Events;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Recovery;

namespace StatusHub.Domain.Storage;

/// <summary>The event that tells of an incident as it stands.</summary>
internal static class IncidentNews
{
    public static HubEvent Of(Incident incident, EstimateRevision? eta, bool notify, string source, DateTimeOffset now) => HubEvent.Public(
        Guid.CreateVersion7(now), source, EventTypes.Incident, incident.Models[0].Model.Value, now, new JsonObject
        {
            ["incidentId"] = incident.Id,
            ["phase"] = incident.Phase.ToString().ToLowerInvariant(),
            ["impact"] = new JsonArray([.. incident.Models.OrderBy(m => m.StartedAt).Select(m => (JsonNode)new JsonObject
            {
                ["model"] = m.Model.Value,
                ["status"] = m.Status.WireName(),
                ["worst"] = m.Worst.WireName(),
                ["startedAt"] = m.StartedAt,
                ["endedAt"] = m.EndedAt,
            })]),
            ["title"] = incident.Title,
            ["message"] = incident.Updates.MaxBy(u => (u.At, u.Id))?.Body,
            ["startedAt"] = incident.StartedAt,
            ["detectedAt"] = incident.DetectedAt,
            ["resolvedAt"] = incident.ResolvedAt,
            ["eta"] = eta is null ? null : Eta(eta.P50, eta.P80),
            ["kind"] = incident.Kind.ToString().ToLowerInvariant(),
            ["notify"] = notify,
            ["links"] = new JsonArray($"/incidents/{incident.Id}"),
        });

    /// <summary>When it should be over, as every event says it.</summary>
    public static JsonObject Eta(DateTimeOffset p50, DateTimeOffset p80) => new() { ["p50"] = p50, ["p80"] = p80 };
}
