using System.Globalization;
using System.Text.Json;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Feed.Official;

/// <summary>Reads the body of a page, whatever it is made with. Sources: the vendors' own documents and bodies captured from their pages.</summary>
public static class PageReading
{
    /// <summary>Most components and most incidents of one page that are looked at.</summary>
    public const int MaxItems = 2_000;

    public const int MaxTitle = 300;

    private const int MaxDepth = 32;

    /// <summary>How long an incident of a page that never says its end is taken to go on without a new word.</summary>
    internal static readonly TimeSpan Forgotten = TimeSpan.FromDays(3);

    /// <summary>Where the body of a page stands.</summary>
    public static string AddressOf(OfficialPage page)
    {
        var address = page.Url.TrimEnd('/');
        return page.Format switch
        {
            PageFormat.Statuspage => address + "/api/v2/summary.json",
            PageFormat.GoogleCloud => address + "/incidents.json",
            PageFormat.AwsHealth => address + "/public/currentevents",
            PageFormat.BetterStack => address + "/index.json",
            _ => page.Url,
        };
    }

    /// <param name="now">Hub time: some pages keep what is long over.</param>
    /// <returns>Null when the body is not of the page's format.</returns>
    public static OfficialReport? Read(OfficialPage page, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        try
        {
            var report = page.Format == PageFormat.Feed ? SyndicationPage.Read(body, page.Components.Keys, now) : ReadJson(page.Format, body, now);
            return report is null ? null : new OfficialReport(
                [.. report.Components.DistinctBy(c => c.Id, StringComparer.Ordinal)], [.. report.Incidents.DistinctBy(i => i.Id, StringComparer.Ordinal)]);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null; // somebody else's page: whatever is wrong with it, it is not read
        }
    }

    private static OfficialReport? ReadJson(PageFormat format, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(PageText.Utf8(body), new JsonDocumentOptions { MaxDepth = MaxDepth });
        return format switch
        {
            PageFormat.Statuspage => StatuspagePage.Read(document.RootElement),
            PageFormat.GoogleCloud => GoogleCloudPage.Read(document.RootElement),
            PageFormat.AwsHealth => AwsHealthPage.Read(document.RootElement, now),
            _ => BetterStackPage.Read(document.RootElement),
        };
    }
}

/// <summary>What the readers share: text and times as pages write them.</summary>
internal static class PageText
{
    private static readonly (string Word, IncidentPhase Phase)[] PhaseWords =
    [
        ("investigating", IncidentPhase.Investigating), ("identified", IncidentPhase.Identified), ("fixing", IncidentPhase.Identified),
        ("monitoring", IncidentPhase.Monitoring), ("mitigated", IncidentPhase.Monitoring), ("resolved", IncidentPhase.Resolved),
        ("completed", IncidentPhase.Resolved), ("postmortem", IncidentPhase.Resolved),
    ];

    /// <summary>The body as UTF-8; AWS sends UTF-16 with a byte order mark.</summary>
    public static ReadOnlyMemory<byte> Utf8(ReadOnlyMemory<byte> body) => body.Span switch
    {
        [0xFF, 0xFE, ..] => System.Text.Encoding.Convert(System.Text.Encoding.Unicode, System.Text.Encoding.UTF8, body[2..].ToArray()),
        [0xFE, 0xFF, ..] => System.Text.Encoding.Convert(System.Text.Encoding.BigEndianUnicode, System.Text.Encoding.UTF8, body[2..].ToArray()),
        [0xEF, 0xBB, 0xBF, ..] => body[3..],
        _ => body,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement element, string? name = null) =>
        name is null ? element.EnumerateArray().Take(PageReading.MaxItems)
        : element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Take(PageReading.MaxItems)
        : [];

    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static DateTimeOffset? Time(this JsonElement element, string name) => Time(element.Text(name));

    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    public static string Title(string? text, string otherwise = "An incident without a title")
    {
        var title = string.IsNullOrWhiteSpace(text) ? otherwise : text.Trim();
        return title.Length <= PageReading.MaxTitle ? title : title[..(char.IsHighSurrogate(title[PageReading.MaxTitle - 1]) ? PageReading.MaxTitle - 1 : PageReading.MaxTitle)];
    }

    /// <summary>The phase that words speak of: the first one named, as pages put the newest first.</summary>
    public static IncidentPhase Phase(string? words) => PhaseWords
        .Select(p => (p.Phase, At: words?.IndexOf(p.Word, StringComparison.OrdinalIgnoreCase) ?? -1))
        .Where(p => p.At >= 0).OrderBy(p => p.At).Select(p => p.Phase).FirstOrDefault(IncidentPhase.Investigating);
}

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
