using System.Text.Json;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Feed.Official;

/// <summary>Better Stack's <c>index.json</c> (JSON:API): resources are components, reports are incidents.</summary>
internal static class BetterStackPage
{
    public static OfficialReport? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out _))
        {
            return null;
        }

        var included = root.Items("included").Where(i => i.TryGetProperty("attributes", out _)).ToList();
        return new OfficialReport(
            [
                .. included.Where(i => i.Text("type") == "status_page_resource").Select(i => new OfficialComponent(
                    i.Text("id") ?? "", i.GetProperty("attributes").Text("public_name") ?? "", StatusOf(i.GetProperty("attributes").Text("status")))),
            ],
            [
                .. included.Where(i => i.Text("type") == "status_report" && i.GetProperty("attributes") is var a && a.Text("ends_at") is null && a.Text("report_type") != "maintenance")
                    .Select(i => (Id: i.Text("id") ?? "", Said: i.GetProperty("attributes")))
                    .Select(i => new OfficialIncident(
                        i.Id, PageText.Title(i.Said.Text("title")), IncidentPhase.Investigating, StatusOf(i.Said.Text("aggregate_state")), i.Said.Time("starts_at"),
                        [.. i.Said.Items("affected_resources").Select(r => r.Text("status_page_resource_id") ?? "")])),
            ]);
    }

    private static HealthState StatusOf(string? status) => status switch
    {
        "operational" or "resolved" => HealthState.Operational,
        "downtime" => HealthState.MajorOutage,
        "maintenance" => HealthState.UnderMaintenance,
        "not_monitored" => HealthState.Unknown,
        _ => HealthState.DegradedPerformance,
    };
}
