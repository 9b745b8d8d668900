using System.Text.Json;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Feed.Official;

/// <summary>Atlassian's <c>summary.json</c>. incident.io answers alike, without components, start and link in its incidents.</summary>
internal static class StatuspagePage
{
    public static OfficialReport? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || root.Text("error") is not null || !root.TryGetProperty("components", out _) || !root.TryGetProperty("page", out _))
        {
            return null;
        }

        return new OfficialReport(
            [.. root.Items("components").Select(c => new OfficialComponent(Id(c), c.Text("name") ?? "", HealthStates.Parse(c.Text("status") ?? "")))],
            [.. root.Items("incidents").Select(Incident).Where(i => i.Phase < IncidentPhase.Resolved)]);
    }

    private static OfficialIncident Incident(JsonElement incident)
    {
        var hit = incident.Items("components").Select(Id)
            .Concat(incident.Items("incident_updates").Take(1).SelectMany(u => u.Items("affected_components")).Select(c => c.Text("code") ?? ""))
            .Where(id => id.Length > 0).Distinct(StringComparer.Ordinal);
        return new OfficialIncident(
            Id(incident), PageText.Title(incident.Text("name")), PageText.Phase(incident.Text("status")), StatusOf(incident.Text("impact")),
            incident.Time("started_at") ?? incident.Time("created_at"), [.. hit]);
    }

    private static string Id(JsonElement element) => element.Text("id") ?? throw new FormatException("A part of the page has no id.");

    private static HealthState StatusOf(string? impact) => impact switch
    {
        "critical" => HealthState.MajorOutage,
        "major" => HealthState.PartialOutage,
        "maintenance" => HealthState.UnderMaintenance,
        "none" => HealthState.Operational,
        _ => HealthState.DegradedPerformance,
    };
}
