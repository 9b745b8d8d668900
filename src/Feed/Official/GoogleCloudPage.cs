using System.Text.Json;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Feed.Official;

/// <summary>Google Cloud's <c>incidents.json</c>: an incident is open while it has no end; it names products by id.</summary>
internal static class GoogleCloudPage
{
    public static OfficialReport? Read(JsonElement root) => root.ValueKind != JsonValueKind.Array ? null : new OfficialReport(
        [],
        [
            .. root.Items().Where(i => i.Text("end") is not { Length: > 0 }).Select(i => new OfficialIncident(
                i.Text("id") ?? throw new FormatException("An incident has no id."),
                PageText.Title(i.Text("external_desc")),
                IncidentPhase.Investigating,
                StatusOf(i.Text("status_impact")),
                i.Time("begin"),
                [.. i.Items("affected_products").Select(p => p.Text("id") ?? "")])),
        ]);

    private static HealthState StatusOf(string? impact) => impact switch
    {
        "SERVICE_OUTAGE" => HealthState.MajorOutage,
        "SERVICE_DISRUPTION" => HealthState.PartialOutage,
        "SERVICE_INFORMATION" => HealthState.Operational,
        _ => HealthState.DegradedPerformance,
    };
}
