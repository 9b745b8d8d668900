using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Scores;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;
using StatusHub.Support.Stories;
using StatusHub.Web.Duties;

namespace StatusHub.Scenarios.Stories;

/// <summary>
/// A hub starts on Sunday evening, one model fails everything for half an hour, and Monday 00:15 comes: the week is scored, once, for
/// feed, API and pages alike.
/// </summary>
[Collection(nameof(LongOnesInTurn))]
public sealed class WeeklyScoreStory
{
    private const string Hit = PlayedStory.Mistral, Calm = PlayedStory.Haiku;

    private static readonly DateTimeOffset Monday = new(2026, 6, 8, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_week_is_published_on_Monday_once_and_everybody_can_read_and_repeat_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var app = await StatusHubApp.StartAsync(new StoryStart(Monday.AddHours(-4)), cancel);
        var story = new StoryDriver(app);
        await story.PlayAsync(Monday.AddHours(-2), cancel);
        app.World.Place(ModelId.Parse(Hit), new PlacedFault(new FaultSet { ErrorRate = 1 }, null));
        await story.PlayAsync(Monday.AddMinutes(-90), cancel);
        app.World.Place(ModelId.Parse(Hit), new PlacedFault(FaultSet.Healthy, null));
        await story.PlayAsync(Monday.AddMinutes(14), cancel);

        Assert.Contains("No week is published yet", await app.PageAsync("/scores", cancel));
        Assert.Empty(await LookAsync(app, cancel)); // a minute too early
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync("/api/v1/scores", cancel)).StatusCode);

        app.Clock.MoveTo(Monday.AddMinutes(15));
        var looks = await Task.WhenAll(LookAsync(app, cancel), LookAsync(app, cancel), LookAsync(app, cancel)); // three nodes at once
        Assert.Equal(["2026-W23"], looks.SelectMany(l => l).Select(w => w.ToString()));
        Assert.Empty(await LookAsync(app, cancel));

        // A node whose view is a moment older answers from the database.
        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync("/api/v1/scores?week=2026-W23", cancel)).StatusCode);
        var page = await app.PageAsync("/scores", cancel);
        Assert.Contains("week 2026-W23", page);
        Assert.Contains("1 to 7 June 2026", page);
        Assert.Contains("Mistral Large 3", page);
        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync("/scores/2026-W23", cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync("/scores/2026-W22", cancel)).StatusCode);

        await TheFailingModelIsLowerAsync(app, cancel);
        await TheFeedTellsOnceAsync(app, cancel);
        await TheFileCanBeRepeatedAsync(app, cancel);
    }

    private static async Task TheFailingModelIsLowerAsync(StatusHubApp app, CancellationToken cancel)
    {
        var week = JsonNode.Parse(await app.Http.GetStringAsync("/api/v1/scores?week=2026-W23", cancel))!;
        JsonNode Of(string model) => week["scores"]!.AsArray().Single(s => (string?)s!["model"] == model)!;
        var (hit, calm) = (Of(Hit), Of(Calm));
        TestContext.Current.TestOutputHelper!.WriteLine(hit.ToJsonString());

        // Half an hour of almost four, and what failed while it came and went.
        Assert.InRange((double)hit["score"]!, 84, 91);
        Assert.True((double)calm["score"]! > 98.5, calm.ToJsonString());
        Assert.Equal((double)hit["score"]!, (double)week["scores"]!.AsArray().Single(s => s!["model"] is null && (string?)s["provider"] == "mistral")!["score"]!); // its only model

        var incident = Assert.Single(hit["incidents"]!.AsArray())!;
        Assert.InRange((double)incident["badMinutes"]!, 26, 34);
        Assert.Contains($"/incidents/{incident["id"]}", await app.Http.GetStringAsync("/scores/2026-W23", cancel)); // what moved, and why
        Assert.Equal(0, (double)hit["parts"]!["communication"]!); // nobody there said a word
    }

    private static async Task TheFeedTellsOnceAsync(StatusHubApp app, CancellationToken cancel)
    {
        var events = JsonNode.Parse(await app.Http.GetStringAsync($"/feed/events?type={EventTypes.Score}&limit=100", cancel))!.AsArray();
        var subjects = events.Select(e => (string)e!["subject"]!).ToList();
        Assert.Equal(subjects.Distinct().Order(), subjects.Order());
        var told = events.Single(e => (string)e!["subject"]! == Hit)!["data"]!;
        Assert.Equal(("2026-W23", "/scores/2026-W23", ScorePolicy.Version), ((string)told["week"]!, (string)told["link"]!, (string)told["methodology"]!));
        Assert.InRange((double)told["score"]!, 84, 91);
    }

    private static async Task TheFileCanBeRepeatedAsync(StatusHubApp app, CancellationToken cancel)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/api/v1/scores");
        ask.Headers.Accept.ParseAdd("text/csv");
        using var answer = await app.Http.SendAsync(ask, cancel);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        var csv = await answer.Content.ReadAsStringAsync(cancel);
        var (lines, differences) = ScoreRecomputation.Of(csv, ScorePolicy.Default);
        Assert.Empty(differences);
        Assert.True(lines >= PlayedStory.All.Count);
        Assert.NotEmpty(ScoreRecomputation.Of(csv.Replace(",1,100,", ",1,99.9,", StringComparison.Ordinal).Replace(Hit + ",", Hit + "x,", StringComparison.Ordinal), ScorePolicy.Default).Differences);
    }

    /// <summary>What the clustered duty does at each of its looks.</summary>
    private static Task<IReadOnlyList<IsoWeek>> LookAsync(StatusHubApp app, CancellationToken cancel) => app.Services.GetRequiredService<ScoreBook>().PublishDueAsync(
        app.Services.GetRequiredService<Clocks>().Now, TimeSpan.FromDays(app.Services.GetRequiredService<IOptions<DutyOptions>>().Value.KeepQuarterDays), cancel);
}
