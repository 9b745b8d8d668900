using System.Text;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;
using StatusHub.Feed.Official;

namespace StatusHub.Unit.Official;

/// <summary>Bodies in the shapes the vendors' pages have, each with its traps.</summary>
public sealed class PageReadingTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Statuspage_gives_components_and_the_incidents_that_are_not_over()
    {
        var report = Read(PageFormat.Statuspage, """
            {"page":{"id":"p"},"status":{"indicator":"major"},
             "components":[{"id":"c1","name":"Claude API","status":"partial_outage"},{"id":"c2","name":"Claude Code","status":"operational"}],
             "incidents":[
               {"id":"i1","name":"Elevated errors","status":"identified","impact":"major","created_at":"2026-06-07T11:30:00.000Z","started_at":"2026-06-07T11:28:00.000Z",
                "components":[],"incident_updates":[{"id":"u2","status":"identified","affected_components":[{"code":"c1","name":"Claude API","old_status":"operational","new_status":"partial_outage"}]}]},
               {"id":"i0","name":"Old","status":"resolved","impact":"minor","created_at":"2026-06-01T11:30:00.000Z","incident_updates":[]}],
             "scheduled_maintenances":[]}
            """);
        Assert.Equal([("c1", HealthState.PartialOutage), ("c2", HealthState.Operational)], report.Components.Select(c => (c.Id, c.Status)));
        var incident = Assert.Single(report.Incidents);
        Assert.Equal(("i1", IncidentPhase.Identified, HealthState.PartialOutage, Now.AddMinutes(-32)), (incident.Id, incident.Phase, incident.Status, incident.StartedAt!.Value));
        Assert.Equal(["c1"], incident.ComponentIds);
    }

    [Fact]
    public void What_answers_alike_without_components_start_and_link_is_read_too()
    {
        var report = Read(PageFormat.Statuspage, """
            {"page":{"id":"01JMDK"},"components":[{"id":"01JMXB","name":"Responses","status":"degraded_performance"}],
             "incidents":[{"id":"01K","name":"Elevated error rate","status":"monitoring","impact":"minor","created_at":"2026-06-07T11:30:00Z","incident_updates":[]}]}
            """);
        Assert.Equal((IncidentPhase.Monitoring, HealthState.DegradedPerformance, 0), (report.Incidents[0].Phase, report.Incidents[0].Status, report.Incidents[0].ComponentIds.Count));
    }

    [Fact]
    public void Google_Cloud_is_open_while_it_has_no_end_and_names_products_by_id()
    {
        var report = Read(PageFormat.GoogleCloud, """
            [{"id":"a","external_desc":"Vertex Gemini API: elevated errors","begin":"2026-06-07T10:00:00+00:00","created":"2026-06-07T10:20:00+00:00","status_impact":"SERVICE_OUTAGE",
              "affected_products":[{"title":"Vertex Gemini API","id":"Z0FZJAMvEB4j3NbCJs6B"}]},
             {"id":"b","external_desc":"Over","begin":"2026-06-01T10:00:00+00:00","end":"2026-06-01T11:00:00+00:00","status_impact":"SERVICE_DISRUPTION","affected_products":[]}]
            """);
        var incident = Assert.Single(report.Incidents);
        Assert.Equal(("a", HealthState.MajorOutage), (incident.Id, incident.Status));
        Assert.Equal(["Z0FZJAMvEB4j3NbCJs6B"], incident.ComponentIds);
        Assert.Equal(Now.AddHours(-2), incident.StartedAt);
    }

    [Theory]
    [InlineData("We are looking into it. We will provide an update by Sunday, 2026-06-07 05:45 US/Pacific with current details.", "2026-06-07T12:45:00Z")]
    [InlineData("We will provide more information by Sunday, 2026-01-04 12:45 US/Pacific.", "2026-01-04T20:45:00Z")] // winter there
    [InlineData("We expect it to be over by Sunday, 2026-06-07 05:45 US/Pacific.", null)] // that is no word on the next word
    [InlineData("We will provide an update by Sunday, 2026-13-07 05:45 US/Pacific.", null)]
    [InlineData("We will provide an update soon.", null)]
    public void Google_Cloud_promises_its_next_update_in_a_sentence(string text, string? by)
    {
        var report = Read(PageFormat.GoogleCloud, $$"""
            [{"id":"a","external_desc":"Vertex Gemini API: elevated errors","begin":"2026-06-07T10:00:00+00:00","status_impact":"SERVICE_OUTAGE",
              "affected_products":[],"most_recent_update":{"text":"{{text}}" } }]
            """);
        Assert.Equal(by is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(by, System.Globalization.CultureInfo.InvariantCulture), Assert.Single(report.Incidents).NextUpdateBy);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void Aws_comes_in_utf_16_with_milliseconds(string encoding)
    {
        const string body = """
            [{"arn":"arn:aws:health:us-east-1::event/BEDROCK/1","service":"BEDROCK","region":"us-east-1","status":"2","summary":"Increased Error Rates","startTime":1780826400000},
             {"arn":"2","service":"BEDROCK","region":"eu-west-1","status":"2","summary":"[RESOLVED] Increased Latency","startTime":1780826400000},
             {"arn":"3","service":"EC2","region":"eu-west-1","status":"2","summary":"Long ago","startTime":1700000000000}]
            """;
        var text = Encoding.GetEncoding(encoding);
        var report = PageReading.Read(Page(PageFormat.AwsHealth), (byte[])[.. text.GetPreamble(), .. text.GetBytes(body)], Now);
        var incident = Assert.Single(report!.Incidents);
        Assert.Equal((HealthState.PartialOutage, new DateTimeOffset(2026, 6, 7, 10, 0, 0, TimeSpan.Zero)), (incident.Status, incident.StartedAt!.Value));
        Assert.Equal(["BEDROCK", "BEDROCK/us-east-1"], incident.ComponentIds);
    }

    [Fact]
    public void Better_Stack_keeps_all_in_what_it_includes()
    {
        var report = Read(PageFormat.BetterStack, """
            {"data":{"id":"1","type":"status_page","attributes":{"aggregate_state":"degraded"}},
             "included":[{"id":"10","type":"status_page_resource","attributes":{"public_name":"Inference","status":"downtime"}},
              {"id":"20","type":"status_report","attributes":{"title":"Inference is down","report_type":"manual","starts_at":"2026-06-07T11:00:00.000Z","ends_at":null,"aggregate_state":"downtime",
               "affected_resources":[{"status_page_resource_id":"10","status":"downtime"}]}},
              {"id":"21","type":"status_report","attributes":{"title":"Over","report_type":"manual","starts_at":"2026-06-06T11:00:00.000Z","ends_at":"2026-06-06T12:00:00.000Z"}}]}
            """);
        Assert.Equal(HealthState.MajorOutage, Assert.Single(report.Components).Status);
        Assert.Equal(("20", HealthState.MajorOutage, "10"), (report.Incidents[0].Id, report.Incidents[0].Status, Assert.Single(report.Incidents[0].ComponentIds)));
    }

    [Fact]
    public void A_feed_is_read_by_its_words()
    {
        var page = new OfficialPage("azure", "https://status.example/feed", PageFormat.Feed, new Dictionary<string, IReadOnlyList<ModelId>> { ["Azure OpenAI"] = [ModelId.Parse("azure/gpt")] });
        var rss = Report(page, """
            <rss version="2.0"><channel><title>Status</title>
              <item><guid>g1</guid><title>Azure OpenAI - errors in Sweden Central</title><description>We are investigating. More when it is resolved.</description><pubDate>Sun, 07 Jun 2026 11:40:00 GMT</pubDate></item>
              <item><guid>g2</guid><title>Storage</title><description>Resolved - all is well. Investigating - it was not.</description><pubDate>Sun, 07 Jun 2026 10:40:00 GMT</pubDate></item>
              <item><guid>g3</guid><title>Forgotten</title><description>Investigating</description><pubDate>Mon, 01 Jun 2026 10:40:00 GMT</pubDate></item>
            </channel></rss>
            """);
        var open = Assert.Single(rss.Incidents);
        Assert.Equal(("g1", IncidentPhase.Investigating, "Azure OpenAI"), (open.Id, open.Phase, Assert.Single(open.ComponentIds)));

        var atom = Report(page, """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a1</id><title>Degraded</title><content>Monitoring: a fix is in place</content>
              <published>2026-06-07T09:00:00Z</published><updated>2026-06-07T11:50:00Z</updated></entry></feed>
            """);
        Assert.Equal(("a1", IncidentPhase.Monitoring), (atom.Incidents[0].Id, atom.Incidents[0].Phase));
    }

    [Theory]
    [InlineData(PageFormat.Statuspage, "<html>Just a moment</html>")]
    [InlineData(PageFormat.Statuspage, """{"error":"not found"}""")]
    [InlineData(PageFormat.Statuspage, """{"page":{},"components":[{"name":"without an id"}],"incidents":[]}""")]
    [InlineData(PageFormat.Statuspage, "[]")]
    [InlineData(PageFormat.Statuspage, "")]
    [InlineData(PageFormat.GoogleCloud, "{}")]
    [InlineData(PageFormat.GoogleCloud, """[{"external_desc":"without an id"}]""")]
    [InlineData(PageFormat.GoogleCloud, """["text"]""")]
    [InlineData(PageFormat.AwsHealth, """[{"arn":"1","startTime":99999999999999999}]""")]
    [InlineData(PageFormat.BetterStack, """{"status":"ok"}""")]
    [InlineData(PageFormat.Feed, "<rss><channel><item></channel></rss>")]
    [InlineData(PageFormat.Feed, "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss><channel><item><title>&x;</title></item></channel></rss>")]
    [InlineData(PageFormat.Feed, "<html/>")]
    public void What_is_not_of_its_format_is_not_read(PageFormat format, string body) =>
        Assert.Null(PageReading.Read(Page(format), Encoding.UTF8.GetBytes(body), Now));

    [Theory]
    [InlineData(PageFormat.Statuspage, "https://status.example/", "https://status.example/api/v2/summary.json")]
    [InlineData(PageFormat.GoogleCloud, "https://status.example", "https://status.example/incidents.json")]
    [InlineData(PageFormat.AwsHealth, "https://status.example", "https://status.example/public/currentevents")]
    [InlineData(PageFormat.BetterStack, "https://status.example", "https://status.example/index.json")]
    [InlineData(PageFormat.Feed, "https://status.example/feed.xml?x=1", "https://status.example/feed.xml?x=1")]
    public void Each_format_has_its_address(PageFormat format, string url, string address) =>
        Assert.Equal(address, PageReading.AddressOf(Page(format) with { Url = url }));

    private static OfficialPage Page(PageFormat format) => new("acme", "https://status.example", format, new Dictionary<string, IReadOnlyList<ModelId>>());

    private static OfficialReport Read(PageFormat format, string body) => Report(Page(format), body);

    private static OfficialReport Report(OfficialPage page, string body) => PageReading.Read(page, Encoding.UTF8.GetBytes(body), Now) ?? throw new InvalidOperationException("It was not read.");
}
