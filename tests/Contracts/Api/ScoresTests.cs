using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using StatusHub.Domain.Scores;
using StatusHub.Support;

namespace StatusHub.Contracts.Api;

/// <summary>Published weeks as programs and spreadsheets read them.</summary>
[Collection(ApiCollection.Name)]
public sealed class ScoresTests(ApiApp app)
{
    private static readonly IReadOnlyList<PublishedWeek> Weeks = SampleScores.Weeks(
        [(Views.Opus.Value, "Claude Opus 4.8"), (Views.Gpt.Value, "GPT-5, large")], IsoWeek.Parse("2026-W22"), 3, Views.Opus.Value, Guid.Parse("01975000-0000-7000-8000-000000000003"));

    [Fact]
    public async Task The_newest_week_is_the_answer_unless_another_is_named()
    {
        using var client = Show();
        var newest = JsonNode.Parse(await client.GetStringAsync("/api/v1/scores"))!;
        Assert.Equal(("2026-W22", ScorePolicy.Version, "2026-05-25T00:00:00.000Z", "2026-06-01T00:00:00.000Z"),
            ((string)newest["week"]!, (string)newest["methodology"]!, (string)newest["from"]!, (string)newest["to"]!));
        var opus = newest["scores"]!.AsArray().Single(s => (string?)s!["model"] == Views.Opus.Value)!;
        Assert.Equal(
            ["model", "provider", "name", "rank", "score", "interval", "bounds", "withMaintenance", "coverage", "parts", "forecast", "raw", "incidents"],
            opus.AsObject().Select(m => m.Key));
        Assert.Equal(["availability", "latency", "correctness", "communication", "updatesKept", "medianLeadSeconds"], opus["parts"]!.AsObject().Select(p => p.Key));
        Assert.True((double)opus["interval"]!["low"]! < (double)opus["score"]! && (double)opus["score"]! < (double)opus["interval"]!["high"]!);
        Assert.Equal(604_800, (double)opus["raw"]!["measuredSeconds"]!);
        Assert.Equal("2026-W20", (string)JsonNode.Parse(await client.GetStringAsync("/api/v1/scores?week=2026-W20"))!["week"]!);
    }

    [Theory]
    [InlineData("text/csv", "text/csv")]
    [InlineData("application/json;q=0.5, text/csv", "text/csv")]
    [InlineData("text/csv;q=0.4, application/json", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/csv;q=0", "application/json")]
    public async Task The_form_is_the_readers_choice(string accept, string type)
    {
        using var client = Show();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        using var answer = await client.GetAsync(new Uri("/api/v1/scores?week=2026-W22", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Fact]
    public async Task The_file_behind_the_link_makes_the_same_figures_again()
    {
        using var client = Show();
        var csv = await client.GetStringAsync("/api/v1/scores.csv?week=2026-W22");
        Assert.Equal((4, 0), (ScoreRecomputation.Of(csv, ScorePolicy.Default).Lines, ScoreRecomputation.Of(csv, ScorePolicy.Default).Differences.Count));
        Assert.Contains("\"GPT-5, large\"", csv);
    }

    [Fact]
    public async Task Who_has_it_already_is_told_so()
    {
        using var client = Show();
        using var first = await client.GetAsync(new Uri("/api/v1/scores", UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/scores");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await client.SendAsync(again);
        Assert.Equal((HttpStatusCode.NotModified, true), (second.StatusCode, second.Headers.CacheControl!.Public));
        using var csv = new HttpRequestMessage(HttpMethod.Get, "/api/v1/scores") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/csv") } } };
        csv.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(csv)).StatusCode); // another form is another thing
    }

    [Theory]
    [InlineData("2026-W60")]
    [InlineData("last")]
    [InlineData("2026-23")]
    [InlineData("")]
    public async Task What_is_no_week_is_named(string week)
    {
        using var client = Show();
        using var answer = await client.GetAsync(new Uri($"/api/v1/scores?week={week}", UriKind.Relative));
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.BadRequest, "/problems/invalid", "week"), (answer.StatusCode, (string)problem["type"]!, (string)problem["errors"]![0]!["parameter"]!));
    }

    [Fact]
    public async Task A_week_that_is_not_published_is_not_found()
    {
        using var client = Show();
        using var answer = await client.GetAsync(new Uri("/api/v1/scores?week=2025-W01", UriKind.Relative));
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    private HttpClient Show()
    {
        app.View.Replace(Views.Quiet() with { Scores = Weeks });
        return app.Anyone();
    }
}
