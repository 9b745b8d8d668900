using System.Net;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Judging;
using StatusHub.Web.Operations;

namespace StatusHub.Contracts.Api;

[Collection(ApiCollection.Name)]
public sealed class SurroundingsTests(ApiApp app)
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private const string Nasty = "<script>alert(1)</script> & ]]> \u0007 \uD83D\uDE00";

    [Fact]
    public async Task The_history_feeds_are_well_formed_whatever_an_incident_says()
    {
        var incident = Views.Incident(1, HealthState.MajorOutage, Views.Opus);
        app.View.Replace(Views.Of([Views.Model(Views.Opus)], [incident with { Title = Nasty, Updates = [incident.Updates[0] with { Body = Nasty }] }]));
        using var client = app.Anyone();
        var rss = XDocument.Parse(await client.GetStringAsync("/history.rss"));
        var item = rss.Root!.Element("channel")!.Elements("item").Single();
        Assert.Equal($"{ApiApp.PublicUrl}/incidents/{incident.Id}", item.Element("link")!.Value);
        Assert.Equal(Nasty.Replace('\u0007', '\uFFFD'), item.Element("title")!.Value);
        Assert.True(DateTimeOffset.TryParse(item.Element("pubDate")!.Value, out _));

        var atom = XDocument.Parse(await client.GetStringAsync("/history.atom"));
        var entry = atom.Root!.Elements(Atom + "entry").Single();
        Assert.Equal($"urn:uuid:{incident.Id}", entry.Element(Atom + "id")!.Value);
        Assert.All(new[] { "updated", "published" }, name => XmlConvert.ToDateTimeOffset(entry.Element(Atom + name)!.Value));
        Assert.NotNull(atom.Root.Element(Atom + "updated"));
    }

    [Theory]
    [InlineData("/history.rss", "application/rss+xml", "item")]
    [InlineData("/history.atom", "application/atom+xml", "entry")]
    public async Task A_history_feed_holds_the_fifty_newest(string path, string type, string entry)
    {
        app.View.Replace(Views.ManyIncidents());
        using var client = app.Anyone();
        using var answer = await client.GetAsync(path);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(50, feed.Descendants().Count(e => e.Name.LocalName == entry));
    }

    [Fact]
    public async Task A_badge_is_a_harmless_picture_with_words()
    {
        app.View.Replace(Views.Of([Views.Model(Views.Opus, HealthState.PartialOutage, "Opus \"><script>")], []));
        using var client = app.Anyone();
        using var answer = await client.GetAsync($"/badge/{Views.Opus}.svg");
        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var svg = XDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("Opus \"><script>: partial outage", svg.Root!.Elements().First(e => e.Name.LocalName == "title").Value);
        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName == "script");

        var shield = JsonNode.Parse(await client.GetStringAsync($"/badge/{Views.Opus}.json"))!;
        Assert.Equal(1, (int)shield["schemaVersion"]!);
        Assert.Equal("partial outage", (string)shield["message"]!);
    }

    [Fact]
    public async Task A_node_is_ready_only_once_it_says_so()
    {
        using var client = app.Anyone();
        var readiness = app.Services.GetRequiredService<Readiness>();
        readiness.IsReady = false;
        using var starting = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, starting.StatusCode);
        Assert.NotNull(starting.Headers.RetryAfter);
        readiness.IsReady = true;
        using var ready = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        using var live = await client.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Metrics_tell_of_models_the_log_the_process_and_requests()
    {
        app.View.Replace(Views.AllDown());
        using var client = app.Anyone();
        await client.GetStringAsync("/api/v2/status.json");
        var lines = (await client.GetStringAsync("/metrics")).Split('\n');
        Assert.Contains("statushub_models{state=\"major_outage\"} 3", lines);
        Assert.Contains("statushub_incidents_open 1", lines);
        foreach (var name in (string[])["process_cpu_seconds_total", "process_resident_memory_bytes", "dotnet_gc_collections_total", "statushub_log_position"])
        {
            Assert.Contains($"# HELP {name}", lines.Select(l => l.Length > name.Length + 7 ? l[..(name.Length + 7)] : l));
        }

        Assert.Contains(lines, l => l.StartsWith("http_request_duration_seconds_count{", StringComparison.Ordinal) && l.Contains("status.json", StringComparison.Ordinal));
        Assert.All(lines.Where(l => l.Length > 0 && l[0] != '#'), l => Assert.True(double.TryParse(l[(l.LastIndexOf(' ') + 1)..], out _), l));
    }

    [Fact]
    public async Task The_api_document_tells_of_every_call()
    {
        using var client = app.Anyone();
        var document = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!;
        var calls = new JsonObject();
        foreach (var (path, item) in document["paths"]!.AsObject().OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            foreach (var (method, operation) in item!.AsObject().Where(p => p.Value is JsonObject))
            {
                Assert.NotEmpty((string?)operation!["summary"] ?? "");
                calls[$"{method} {path}"] = new JsonArray([.. operation["responses"]!.AsObject().Select(r => (JsonNode)r.Key)]);
            }
        }

        Golden.Matches("openapi-calls", calls);
    }

    [Theory]
    [InlineData("/feed/subscriptions")]
    [InlineData("/feed/subscriptions/{id}/secret")]
    [InlineData("/api/v1/keys")]
    public async Task The_api_document_says_of_every_secret_that_it_is_told_once(string path)
    {
        using var client = app.Anyone();
        var call = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!["paths"]![path]!["post"]!;
        Assert.Contains("Repeated with the same Idempotency-Key", (string)call["description"]!, StringComparison.Ordinal);
        Assert.Contains("without the secret", (string)call["description"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscriber_reads_when_a_receiver_is_asked_for_its_consent_and_when_not()
    {
        using var client = app.Anyone();
        var calls = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!["paths"]!;
        var page = await client.GetStringAsync("/feed");
        foreach (var format in StatusHub.Feed.Subscriptions.Formats.PayloadFormats.Names.Skip(1))
        {
            Assert.Contains(format, (string)calls["/feed/subscriptions"]!["post"]!["description"]!, StringComparison.Ordinal);
            Assert.Contains(format, (string)calls["/feed/subscriptions/{id}"]!["put"]!["description"]!, StringComparison.Ordinal);
            Assert.Contains($"\"{format}\"", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/api/v2/summary.json")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/history.rss")]
    [InlineData("/.well-known/security.txt")]
    [InlineData("/metrics")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        using var client = app.Anyone();
        using var answer = await client.GetAsync(path);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("frame-ancestors", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.True(answer.Headers.Contains("Referrer-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Security_txt_has_what_its_standard_requires()
    {
        using var client = app.Anyone();
        var lines = (await client.GetStringAsync("/.well-known/security.txt")).Split('\n');
        Assert.Contains(lines, l => l.StartsWith("Contact: https://", StringComparison.Ordinal));
        var expires = lines.Single(l => l.StartsWith("Expires: ", StringComparison.Ordinal))["Expires: ".Length..];
        Assert.True(DateTimeOffset.Parse(expires) > TimeProvider.System.GetUtcNow());
    }
}
