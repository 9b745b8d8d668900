using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Storage;
using StatusHub.Feed.Official;
using StatusHub.Support;

namespace StatusHub.Scenarios.Stories;

/// <summary>7 June until after noon, with the provider's own page read every two minutes: the second clock.</summary>
public sealed class OfficialPagePlay() : PlayedStory("opus-shared-router", "2026-06-07T10:55:00Z", "2026-06-07T12:26:00Z")
{
    protected override async Task PlayAsync(CancellationToken cancel)
    {
        for (var at = Start.AddMinutes(2); at < Start.AddMinutes(90); at = at.AddMinutes(2))
        {
            await Story.PlayAsync(at, cancel);
            await ReadAsync(cancel);
        }
    }

    /// <summary>Reads the pages whose turn it is, and waits until what they say is weighed.</summary>
    public async Task ReadAsync(CancellationToken cancel)
    {
        await App.Services.GetRequiredService<OfficialReader>().ReadDueAsync(cancel);
        var head = await App.Services.GetRequiredService<EventLog>().HeadAsync(cancel);
        await Patience.UntilAsync("what pages say is weighed", () => App.Services.GetRequiredService<OutsideSummaries>().PositionAsync(cancel), p => p >= head);
    }
}

[Collection(nameof(LongOnesInTurn))]
public sealed class OfficialPageStory(OfficialPagePlay play) : IClassFixture<OfficialPagePlay>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_says_so_half_an_hour_after_the_first_failure_and_all_can_see_by_how_much_it_was_late()
    {
        var incident = play.Incidents.Single(i => i.Models.Any(m => m.Model.Value == PlayedStory.Opus));
        Assert.InRange(incident.OfficialAt!.Value, play.At("11:30"), play.At("11:32"));
        Assert.True(incident.OfficialAt - incident.DetectedAt > TimeSpan.FromMinutes(15), $"{incident.DetectedAt:HH:mm:ss}");

        var events = JsonNode.Parse(await play.App.Http.GetStringAsync("/feed/events?type=io.statushub.official.v1", Cancel))!.AsArray().Select(e => e!["data"]!).ToList();
        var first = events[0];
        Assert.Equal((PlayedStory.Opus, "operational", "degraded_performance"), ((string)first["model"]!, (string)first["previous"]!, (string)first["status"]!));
        Assert.Equal("Elevated errors on Claude Opus 4.8", (string)first["title"]!);
        Assert.Equal((incident.OfficialAt.Value - incident.DetectedAt).TotalSeconds, (double)first["lagSeconds"]!, 1.0);
        Assert.Contains(events, e => (string)e["model"]! == PlayedStory.Sonnet && (string)e["status"]! == "partial_outage");
        Assert.DoesNotContain(events, e => (string)e["model"]! is PlayedStory.Haiku or PlayedStory.Gpt);
    }

    [Fact]
    public async Task The_models_page_and_the_api_show_what_the_provider_says_and_when_it_was_read()
    {
        var page = await play.App.PageAsync($"/models/{PlayedStory.Opus}", Cancel);
        Assert.Contains("Anthropic says: cause found: Elevated errors on Claude Opus 4.8", page.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var opus = JsonNode.Parse(await play.App.Http.GetStringAsync($"/api/v1/models/{PlayedStory.Opus}", Cancel))!;
        Assert.Equal(("partial_outage", "read"), ((string)opus["official"]!["status"]!, (string)opus["officialPage"]!["state"]!));
        var haiku = JsonNode.Parse(await play.App.Http.GetStringAsync($"/api/v1/models/{PlayedStory.Haiku}", Cancel))!;
        Assert.Equal("operational", (string)haiku["official"]!["status"]!);
    }

    [Fact]
    public async Task A_page_that_cannot_be_read_is_said_to_be_so_and_says_nothing()
    {
        var book = play.App.Services.GetRequiredService<OfficialBook>();
        var mistral = (await book.FindAsync("mistral", Cancel))!.Page;
        await book.PutAsync(mistral with { Url = play.App.SimulatorAddress + "/nowhere" }, Cancel);
        Assert.Equal("unread", (string)JsonNode.Parse(await play.App.Http.GetStringAsync("/api/v1/providers/mistral/page", Cancel))!["state"]!);
        await play.ReadAsync(Cancel);
        var page = JsonNode.Parse(await play.App.Http.GetStringAsync("/api/v1/providers/mistral/page", Cancel))!;
        Assert.Equal(("unreadable", "It answers 404."), ((string)page["state"]!, (string)page["fault"]!));

        play.App.Clock.MoveTo(play.App.Clock.GetUtcNow().AddMinutes(20));
        await play.ReadAsync(Cancel);
        var shown = await play.App.PageAsync($"/models/{PlayedStory.Mistral}", Cancel);
        Assert.Contains("nothing we can read", shown, StringComparison.Ordinal);
        Assert.Equal("stale", (string)JsonNode.Parse(await play.App.Http.GetStringAsync("/api/v1/providers/mistral/page", Cancel))!["state"]!);
        await book.PutAsync(mistral, Cancel);
    }

    [Fact]
    public async Task A_page_that_is_read_no_more_takes_back_what_it_said()
    {
        var book = play.App.Services.GetRequiredService<OfficialBook>();
        var page = (await book.FindAsync("anthropic", Cancel))!.Page;
        Assert.True(await book.DeleteAsync("anthropic", play.App.Clock.GetUtcNow(), Cancel));
        await play.ReadAsync(Cancel);
        await play.App.PageAsync("/", Cancel);
        Assert.Equal("operational", (string)JsonNode.Parse(await play.App.Http.GetStringAsync($"/api/v1/models/{PlayedStory.Opus}", Cancel))!["official"]!["status"]!);
        await book.PutAsync(page, Cancel);
        await play.ReadAsync(Cancel);
    }
}
