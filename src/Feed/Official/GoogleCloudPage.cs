using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Feed.Official;

/// <summary>Google Cloud's <c>incidents.json</c>: an incident is open while it has no end; it names products by id.</summary>
internal static partial class GoogleCloudPage
{
    private const int MatchMilliseconds = 1000;

    public static OfficialReport? Read(JsonElement root) => root.ValueKind != JsonValueKind.Array ? null : new OfficialReport(
        [],
        [
            .. root.Items().Where(i => i.Text("end") is not { Length: > 0 }).Select(i => new OfficialIncident(
                i.Text("id") ?? throw new FormatException("An incident has no id."),
                PageText.Title(i.Text("external_desc")),
                IncidentPhase.Investigating,
                StatusOf(i.Text("status_impact")),
                i.Time("begin"),
                [.. i.Items("affected_products").Select(p => p.Text("id") ?? "")],
                i.TryGetProperty("most_recent_update", out var newest) && newest.ValueKind == JsonValueKind.Object ? NextUpdateBy(newest.Text("text")) : null)),
        ]);

    /// <summary>
    /// The format has no field for it, but its updates end in one sentence: "We will provide an update by Sunday, 2019-06-02 12:45 US/Pacific", or "more
    /// information by". A machine that does not know that time zone reads no promise.
    /// </summary>
    private static DateTimeOffset? NextUpdateBy(string? text) =>
        text is not null && PromisedNext().Match(text) is { Success: true } said
        && DateTime.TryParseExact(said.Groups["at"].ValueSpan, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
        && TimeZoneInfo.TryFindSystemTimeZoneById("America/Los_Angeles", out var pacific)
            ? new DateTimeOffset(at, pacific.GetUtcOffset(at)).ToUniversalTime()
            : null;

    [GeneratedRegex(@"\b(?:updates?|information|details) by (?:\w{3,9}, )?(?<at>\d{4}-\d{2}-\d{2} \d{2}:\d{2}) US/Pacific", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex PromisedNext();

    private static HealthState StatusOf(string? impact) => impact switch
    {
        "SERVICE_OUTAGE" => HealthState.MajorOutage,
        "SERVICE_DISRUPTION" => HealthState.PartialOutage,
        "SERVICE_INFORMATION" => HealthState.Operational,
        _ => HealthState.DegradedPerformance,
    };
}
