using System.Globalization;
using System.Text.Json;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Feed.Official;

/// <summary>AWS Health's public current events: epoch milliseconds outside, epoch seconds in the log of each event, which is JSON in a string.</summary>
internal static class AwsHealthPage
{
    public static OfficialReport? Read(JsonElement root, DateTimeOffset now) => root.ValueKind != JsonValueKind.Array ? null : new OfficialReport(
        [],
        [
            .. root.Items().Where(e => IsOpen(e, now)).Select(e => new OfficialIncident(
                e.Text("arn") ?? e.Text("eventArn") ?? $"{e.Text("service")} {e.Text("region")} {Number(e, "startTime") ?? Number(e, "date")}",
                PageText.Title(e.Text("summary") ?? e.Text("typeCode")?.Replace('_', ' ')),
                PageText.Phase(e.Text("summary")),
                StatusOf(e.Text("status")),
                (Number(e, "startTime") ?? Number(e, "date")) is { } at ? Instant(at) : null,
                [e.Text("service") ?? "", $"{e.Text("service")}/{e.Text("region") ?? e.Text("region_name")}"])),
        ]);

    private static bool IsOpen(JsonElement e, DateTimeOffset now)
    {
        var said = Number(e, "lastUpdatedTime") ?? Number(e, "startTime") ?? Number(e, "date");
        return Number(e, "endTime") is null && PageText.Phase(e.Text("summary")) < IncidentPhase.Resolved && (said is null || Instant(said.Value) > now - PageReading.Forgotten);
    }

    // The public page's own numbers: 1 informational, 2 degradation, 3 disruption.
    private static HealthState StatusOf(string? status) => status switch
    {
        "3" => HealthState.MajorOutage,
        "2" => HealthState.PartialOutage,
        "0" => HealthState.Operational,
        _ => HealthState.DegradedPerformance,
    };

    private static long? Number(JsonElement e, string name) =>
        !e.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var text) ? text
        : null;

    // Milliseconds since 1970 have had thirteen digits since 2001, seconds ten.
    private static DateTimeOffset Instant(long at) => at > 100_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(at) : DateTimeOffset.FromUnixTimeSeconds(at);
}
