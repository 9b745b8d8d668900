using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StatusHub.Domain.Judging;
using StatusHub.Web.Public;
using StatusHub.Web.Statuspage;

namespace StatusHub.Contracts.Api;

[Collection(ApiCollection.Name)]
public sealed partial class StatuspageTests(ApiApp app)
{
    private static readonly string[] Documents =
    [
        "summary", "status", "components", "incidents", "incidents/unresolved",
        "scheduled-maintenances", "scheduled-maintenances/upcoming", "scheduled-maintenances/active",
    ];

    [Theory]
    [InlineData("quiet")]
    [InlineData("degraded")]
    [InlineData("all-down")]
    [InlineData("incident-with-every-model-green")]
    [InlineData("resolved")]
    [InlineData("unmeasured")]
    [InlineData("maintenance")]
    public async Task Every_document_has_the_shape_that_clients_know(string day)
    {
        app.View.Replace(Day(day));
        using var client = app.Anyone();
        var all = new JsonObject();
        foreach (var name in Documents)
        {
            all[name] = await JsonAsync(client, name);
        }

        Golden.Matches($"statuspage-{day}", all);
    }

    [Fact]
    public async Task A_list_of_incidents_ends_after_the_fifty_newest()
    {
        app.View.Replace(Views.ManyIncidents());
        using var client = app.Anyone();
        var incidents = (await JsonAsync(client, "incidents"))["incidents"]!.AsArray();
        Assert.Equal(50, incidents.Count);
        Assert.Equal(StatuspageIdOf(60), (string)incidents[0]!["id"]!);
        Assert.Equal(StatuspageIdOf(11), (string)incidents[49]!["id"]!);
    }

    [Fact]
    public async Task A_drill_is_not_shown_to_clients_that_cannot_see_its_mark()
    {
        app.View.Replace(Views.Of([Views.Model(Views.Opus)], [Views.Incident(1, HealthState.MajorOutage, Views.Opus) with { Drill = true }]));
        using var client = app.Anyone();
        var summary = await JsonAsync(client, "summary");
        Assert.Empty(summary["incidents"]!.AsArray());
        Assert.Equal("none", (string)summary["status"]!["indicator"]!);
    }

    [Theory]
    [InlineData("quiet")]
    [InlineData("all-down")]
    [InlineData("unmeasured")]
    [InlineData("maintenance")]
    public async Task What_strict_clients_check_holds(string day)
    {
        app.View.Replace(Day(day));
        using var client = app.Anyone();
        var summary = await JsonAsync(client, "summary");
        Assert.Contains((string)summary["status"]!["indicator"]!, new[] { "none", "minor", "major", "critical" });
        Assert.Matches(PageId(), (string)summary["page"]!["id"]!);
        Assert.True(Uri.IsWellFormedUriString((string)summary["page"]!["url"]!, UriKind.Absolute));
        Assert.Matches(Timestamp(), (string)summary["page"]!["updated_at"]!);
        foreach (var component in summary["components"]!.AsArray())
        {
            Assert.Contains(
                (string)component!["status"]!,
                new[] { "operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance" });
            Assert.Matches(Timestamp(), (string)component["created_at"]!);
        }
    }

    [Fact]
    public async Task A_model_nobody_measured_is_not_green()
    {
        app.View.Replace(Views.Unmeasured());
        using var client = app.Anyone();
        var summary = await JsonAsync(client, "summary");
        var component = summary["components"]!.AsArray().Single(c => (string?)c!["statushub"]?["model"] == Views.Opus.Value)!;
        Assert.NotEqual("operational", (string)component["status"]!);
        Assert.Equal("unknown", (string)component["statushub"]!["status"]!);
        Assert.NotEqual("none", (string)summary["status"]!["indicator"]!);
    }

    [Theory]
    [InlineData("none", "All Systems Operational", false)]
    [InlineData("minor", "Partially Degraded Service", true)]
    [InlineData("none", "All Systems Operational", false, "operational")]
    [InlineData("minor", "Partially Degraded Service", true, "operational")]
    [InlineData("minor", "Partially Degraded Service", true, "under_maintenance")]
    [InlineData("none", "Service Under Maintenance", false, "under_maintenance", "operational")]
    [InlineData("minor", "Partially Degraded Service", false, "degraded_performance", "operational")]
    [InlineData("minor", "Degraded System Service", false, "degraded_performance", "degraded_performance")]
    [InlineData("minor", "Minor Service Outage", false, "partial_outage", "operational")]
    [InlineData("minor", "Minor Service Outage", false, "partial_outage", "degraded_performance")]
    [InlineData("major", "Partial System Outage", false, "partial_outage", "partial_outage")]
    [InlineData("major", "Partial System Outage", false, "partial_outage", "major_outage")]
    [InlineData("major", "Partial System Outage", false, "operational", "major_outage")]
    [InlineData("critical", "Major System Outage", false, "major_outage", "major_outage")]
    public void The_roll_up_follows_the_table(string indicator, string description, bool openIncident, params string[] statuses) =>
        Assert.Equal(new RollUpJson(indicator, description), StatuspageRollUp.Of(statuses, openIncident));

    [Fact]
    public async Task An_unchanged_document_is_not_sent_again()
    {
        app.View.Replace(Views.Quiet());
        using var client = app.Anyone();
        using var first = await client.GetAsync("/api/v2/summary.json");
        Assert.Equal("*", first.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("public, max-age=15, stale-while-revalidate=60, stale-if-error=86400", first.Headers.GetValues("Cache-Control").Single());

        app.View.Replace(Views.Quiet() with { AsOf = Views.Now.AddMinutes(5) });
        using var again = await AskAsync(client, first.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        app.View.Replace(Views.AllDown());
        using var changed = await AskAsync(client, first.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task Head_is_answered_without_a_body_and_another_method_with_what_is_allowed()
    {
        using var client = app.Anyone();
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v2/status.json"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 0);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        using var post = await client.PostAsync("/api/v2/status.json", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow.Order(StringComparer.Ordinal));
        Assert.Equal("/problems/method-not-allowed", await Problems.TypeOfAsync(post));
    }

    [Fact]
    public async Task A_document_is_compressed_for_those_who_take_it()
    {
        app.View.Replace(Views.Quiet());
        using var client = app.Anyone();
        var plain = await client.GetByteArrayAsync("/api/v2/summary.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v2/summary.json");
        request.Headers.AcceptEncoding.ParseAdd("br;q=1, gzip;q=0.5");
        using var answer = await client.SendAsync(request);
        Assert.Equal("gzip", answer.Content.Headers.ContentEncoding.Single());
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        var squeezed = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(squeezed.Length < plain.Length);
        using var unzipped = new MemoryStream();
        await using var gzip = new GZipStream(new MemoryStream(squeezed), CompressionMode.Decompress);
        await gzip.CopyToAsync(unzipped);
        Assert.Equal(plain, unzipped.ToArray());
    }

    [Fact]
    public async Task A_document_is_rendered_once_for_a_view()
    {
        app.View.Replace(Views.Quiet());
        using var client = app.Anyone();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetStringAsync("/api/v2/summary.json")));
        Assert.Single(answers.Distinct(StringComparer.Ordinal));
    }

    private static HubView Day(string name) => name switch
    {
        "quiet" => Views.Quiet(),
        "degraded" => Views.Degraded(),
        "all-down" => Views.AllDown(),
        "incident-with-every-model-green" => Views.IncidentWithEveryModelGreen(),
        "resolved" => Views.Resolved(),
        "unmeasured" => Views.Unmeasured(),
        _ => Views.Maintenance(),
    };

    private static string StatuspageIdOf(int number) => StatuspageDocument.IdOf("incident", Views.Incident(number, HealthState.DegradedPerformance, Views.Opus).Id.ToString());

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v2/summary.json");
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return client.SendAsync(request);
    }

    private static async Task<JsonNode> JsonAsync(HttpClient client, string name) =>
        JsonNode.Parse(await client.GetStringAsync($"/api/v2/{name}.json"))!;

    [GeneratedRegex("^[0-9a-z]{12}$", RegexOptions.NonBacktracking)]
    private static partial Regex PageId();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", RegexOptions.NonBacktracking)]
    private static partial Regex Timestamp();
}
