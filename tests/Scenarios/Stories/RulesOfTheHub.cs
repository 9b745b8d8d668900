using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Probes.Scheduling;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;
using StatusHub.Support.Stories;

namespace StatusHub.Scenarios.Stories;

/// <summary>Rules that only the whole hub shows, each in a healthy world of its own.</summary>
[Collection(nameof(OneAtATime))]
public sealed class RulesOfTheHub : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private StatusHubApp? _app;
    private StoryDriver? _story;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private StatusHubApp App => _app!;

    private StoryDriver Story => _story!;

    public async ValueTask InitializeAsync()
    {
        _app = await StatusHubApp.StartAsync(new StoryStart(Noon), Cancel);
        _story = new StoryDriver(_app);
        await Story.PlayAsync(Noon.AddMinutes(3), Cancel);
    }

    public async ValueTask DisposeAsync() => await App.DisposeAsync();

    [Fact]
    public async Task A_healthy_world_is_green_within_a_minute()
    {
        Assert.All(PlayedStory.All, model => Assert.Contains(Story.Of(model), s => s.At <= Noon.AddMinutes(1) && s.Verdict.Status == HealthState.Operational));
        Assert.Empty(await new Archive(App).IncidentsAsync(Cancel));
    }

    [Fact]
    public async Task A_model_nobody_probes_becomes_unknown_and_green_again_when_its_endpoint_is_resumed()
    {
        var mini = await EndpointOf(PlayedStory.Mini);
        await PauseAsync(mini.Id, Noon.AddMinutes(3));

        await Story.PlayAsync(Noon.AddMinutes(10), Cancel);
        Assert.Equal(HealthState.Unknown, Story.Now(PlayedStory.Mini).Status);
        Assert.NotEmpty(Story.Now(PlayedStory.Mini).UnknownBecause!);
        Assert.Equal(HealthState.Operational, Story.Now(PlayedStory.Gpt).Status);
        Assert.Empty(await new Archive(App).ProbesAsync(PlayedStory.Mini, Noon.AddMinutes(3.5), Noon.AddMinutes(10), Cancel));

        await PauseAsync(mini.Id, null);
        await Story.PlayAsync(Noon.AddMinutes(14), Cancel);
        Assert.Equal(HealthState.Operational, Story.Now(PlayedStory.Mini).Status);
    }

    [Fact]
    public async Task An_expired_key_pauses_its_endpoint_tells_its_owner_and_is_nobodys_outage()
    {
        var gpt = await EndpointOf(PlayedStory.Gpt);
        await App.SetKeyAsync(gpt.Id, "expired-in-may", Cancel);

        await Story.PlayAsync(Noon.AddMinutes(20), Cancel);
        Assert.Contains("refuses the key", (await EndpointOf(PlayedStory.Gpt)).PausedBecause, StringComparison.Ordinal);
        Assert.Equal(HealthState.Unknown, Story.Now(PlayedStory.Gpt).Status);
        Assert.DoesNotContain(Story.Of(PlayedStory.Gpt), s => s.Verdict.Status.IsTrouble());
        Assert.Empty(await new Archive(App).IncidentsAsync(Cancel));
        Assert.InRange((await new Archive(App).ProbesAsync(PlayedStory.Gpt, Noon.AddMinutes(6), Noon.AddMinutes(20), Cancel)).Count, 1, 6);

        await App.SetKeyAsync(gpt.Id, WireTime.KeyOf(gpt.Id), Cancel);
        await Story.PlayAsync(Noon.AddMinutes(55), Cancel);
        Assert.Null((await EndpointOf(PlayedStory.Gpt)).PausedBecause);
        Assert.Equal(HealthState.Operational, Story.Now(PlayedStory.Gpt).Status);
    }

    [Fact]
    public async Task A_probe_by_hand_is_recorded_beside_the_grid()
    {
        var haiku = await EndpointOf(PlayedStory.Haiku);
        var probing = App.Services.GetRequiredService<EndpointProbing>();

        var outcome = await App.Wire.During(haiku.Id, () => probing.ProbeNowAsync(haiku.OrgId, haiku.Id, Cancel));

        Assert.True(outcome!.Succeeded, outcome.Detail);
        Assert.InRange(outcome.Timings.FirstTokenMs!.Value, 50, 5_000);
        var recorded = (await new Archive(App).ProbesAsync(PlayedStory.Haiku, Noon, Noon.AddMinutes(4), Cancel)).Single(o => o.Id == outcome.Id);
        Assert.False(recorded.BaseGrid);
        Assert.Null(await probing.ProbeNowAsync(Guid.CreateVersion7(Noon), haiku.Id, Cancel)); // another organisation's is no endpoint
    }

    [Fact]
    public async Task Two_organisations_watching_one_model_share_its_verdict_and_not_their_probes()
    {
        var first = await EndpointOf(PlayedStory.Sonnet);
        var second = await AddAsync(first);
        App.World.Place(first.Model, new PlacedFault(new FaultSet { ErrorRate = 1 }, null));

        await Story.PlayAsync(Noon.AddMinutes(8), Cancel);

        Assert.Equal(HealthState.MajorOutage, Story.Now(PlayedStory.Sonnet).Status);
        Assert.Equal(PlayedStory.Sonnet, Assert.Single(Assert.Single(await new Archive(App).IncidentsAsync(Cancel)).Models).Model.Value);
        var store = App.Services.GetRequiredService<ObservationStore>();
        foreach (var (own, other) in new[] { (first, second), (second, first) })
        {
            var seen = await store.LatestAsync(own.OrgId, own.Model, null, Noon.AddMinutes(3), ObservationStore.MaxRows, Cancel);
            Assert.Contains(seen, o => o.Failure == FailureClass.ServerError);
            Assert.DoesNotContain(seen, o => o.EndpointId == other.Id);
        }
    }

    private async Task<Endpoint> EndpointOf(string model) => (await App.EndpointsAsync(Cancel)).First(e => e.Model.Value == model);

    private async Task PauseAsync(Guid id, DateTimeOffset? at)
    {
        await using var db = App.Services.GetRequiredService<SystemDb>().Open();
        await db.Endpoints.Where(e => e.Id == id).ExecuteUpdateAsync(set => set.SetProperty(e => e.PausedAt, at), Cancel);
    }

    private async Task<Endpoint> AddAsync(Endpoint like)
    {
        var org = new Organisation { Id = Guid.CreateVersion7(Noon), Slug = "second", Name = "Second", CreatedAt = Noon };
        var endpoint = new Endpoint
        {
            OrgId = org.Id,
            Id = Guid.CreateVersion7(Noon),
            Model = like.Model,
            Dialect = like.Dialect,
            Url = like.Url,
            WireModel = like.WireModel,
            CreatedAt = Noon.AddMinutes(3),
        };
        await using var db = App.Services.GetRequiredService<SystemDb>().Open();
        db.AddRange(org, endpoint);
        await db.SaveChangesAsync(Cancel);
        await App.SetKeyAsync(endpoint.Id, WireTime.KeyOf(endpoint.Id), Cancel);
        return endpoint;
    }
}
