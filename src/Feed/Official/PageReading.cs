using System.Text.Json;
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
