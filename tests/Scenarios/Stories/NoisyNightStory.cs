using StatusHub.Domain.Judging;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;
using StatusHub.Support.Stories;

namespace StatusHub.Scenarios.Stories;

/// <summary>Three hours through the whole hub in which nothing happens but noise: single failures, slow answers, and a blip of ten seconds now and then.</summary>
[Collection(nameof(LongOnesInTurn))]
public sealed class NoisyNightStory
{
    private static readonly DateTimeOffset Start = new(2026, 2, 10, 1, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Night = TimeSpan.FromHours(3), Between = TimeSpan.FromMinutes(20), Blip = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Nobody_is_told_of_anything()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var app = await StatusHubApp.StartAsync(new StoryStart(Start), cancel);
        var story = new StoryDriver(app);
        for (var at = Start + Between; at < Start + Night; at += Between)
        {
            await story.PlayAsync(at, cancel);
            Place(app, new FaultSet { ErrorRate = 0.9 });
            await story.PlayAsync(at + Blip, cancel);
            Place(app, FaultSet.Healthy);
        }

        await story.PlayAsync(Start + Night, cancel);

        var archive = new Archive(app);
        var failures = (await Task.WhenAll(PlayedStory.All.Select(m => archive.ProbesAsync(m, Start, Start + Night, cancel)))).SelectMany(p => p).Count(p => !p.Succeeded);
        TestContext.Current.TestOutputHelper!.WriteLine($"{story.Probes} probes, {failures} failed");
        Assert.InRange(failures, 5, story.Probes / 20); // else the night was no noise, or no health
        Assert.Empty(await archive.IncidentsAsync(cancel));
        Assert.Empty(await archive.NoticesAsync(cancel));
        Assert.All(PlayedStory.All, m => Assert.DoesNotContain(story.Of(m), s => s.Verdict.Status.IsTrouble()));
        Assert.Contains("All 7 models", await app.PageAsync("/", cancel), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Blips hit one model of each of three houses.</summary>
    private static void Place(StatusHubApp app, FaultSet faults)
    {
        foreach (var model in app.World.Models.Where(m => m.Id.Value is PlayedStory.Opus or PlayedStory.Gpt or PlayedStory.Mistral))
        {
            app.World.Place(model.Id, new PlacedFault(faults, null));
        }
    }
}
