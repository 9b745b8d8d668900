using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Scores;
using StatusHub.Domain.Storage;
using StatusHub.Support.Stories;

namespace StatusHub.Scenarios.Stories;

/// <summary>On a Sunday a provider promises twice when it says more of its trouble, keeps one promise and breaks the other. Monday's scores say so.</summary>
[Collection(nameof(OneAtATime))]
public sealed class PromisedUpdatesStory
{
    private static readonly DateTimeOffset Monday = new(2026, 6, 8, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_provider_that_kept_one_of_two_promises_reads_so_in_its_week()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var app = await StatusHubApp.StartAsync(new StoryStart(Monday.AddHours(-4)), cancel);
        await new StoryDriver(app).PlayAsync(Monday.AddHours(-4).AddMinutes(20), cancel);
        var others = new Outsiders(app, PlayedStory.Opus);
        var anthropic = (await others.OrganisationsAsync(2, cancel))[0];
        await others.AnswersForAsync(anthropic, "anthropic", cancel);
        async Task SayAsync(string at, string phase, string? nextBy, string mark = "clear", string incident = "inc-1")
        {
            app.Clock.MoveTo(At(at));
            await others.SendAsync([others.Event(anthropic, EventTypes.Incident, Word(incident, phase, nextBy), mark: mark)], cancel);
        }

        await SayAsync("20:30", "investigating", "21:00");
        Assert.Matches("It promised to say more by .*21:00", (await app.PageAsync($"/models/{PlayedStory.Opus}", cancel)).ReplaceLineEndings(" "));
        await SayAsync("20:40", "investigating", "20:50", incident: "inc-2", mark: "amber"); // said to some, promised to nobody
        await SayAsync("21:04", "identified", "21:30"); // four minutes late are forgiven
        await SayAsync("21:20", "identified", null, mark: "amber"); // everybody still waits
        await SayAsync("21:45", "resolved", "23:00"); // a quarter of an hour late; what is over promises nothing

        Assert.DoesNotContain("It promised", await app.PageAsync($"/models/{PlayedStory.Opus}", cancel), StringComparison.Ordinal);
        app.Clock.MoveTo(Monday.AddMinutes(15));
        var published = await app.Services.GetRequiredService<ScoreBook>().PublishDueAsync(app.Clock.GetUtcNow(), TimeSpan.FromDays(15), cancel);
        Assert.Equal("2026-W23", Assert.Single(published).ToString());

        var scores = JsonNode.Parse(await app.Http.GetStringAsync("/api/v1/scores?week=2026-W23", cancel))!["scores"]!.AsArray();
        JsonNode Of(string provider) => scores.Single(s => s!["model"] is null && (string?)s["provider"] == provider)!;
        var (spoke, silent) = (Of("anthropic"), Of("mistral"));
        Assert.Equal((2, 1, 50), ((int)spoke["raw"]!["promisedUpdates"]!, (int)spoke["raw"]!["keptUpdates"]!, (double)spoke["parts"]!["updatesKept"]!));
        Assert.Equal((0, null), ((int)silent["raw"]!["promisedUpdates"]!, (double?)silent["parts"]!["updatesKept"]));

        var page = await app.PageAsync("/scores/2026-W23", cancel);
        Assert.Contains("1 of 2 kept", page, StringComparison.Ordinal);
        Assert.Contains("none promised", page, StringComparison.Ordinal);
        Assert.Contains("nextUpdateBy", await app.PageAsync("/docs/methodology", cancel), StringComparison.Ordinal);
        var csv = await app.Http.GetStringAsync("/api/v1/scores.csv?week=2026-W23", cancel);
        Assert.Empty(ScoreRecomputation.Of(csv, ScorePolicy.Default).Differences);
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-06-07T{time}:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Word(string incident, string phase, string? nextBy) => new()
    {
        ["incidentId"] = incident,
        ["phase"] = phase,
        ["title"] = "Elevated errors",
        ["nextUpdateBy"] = nextBy is null ? null : $"2026-06-07T{nextBy}:00Z",
        ["impact"] = new JsonArray(
            new JsonObject { ["model"] = PlayedStory.Opus, ["status"] = phase == "resolved" ? "operational" : "partial_outage" },
            new JsonObject { ["model"] = PlayedStory.Sonnet, ["status"] = phase == "resolved" ? "operational" : "degraded_performance" }),
    };
}
