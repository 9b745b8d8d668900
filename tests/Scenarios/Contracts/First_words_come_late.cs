using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Scenarios.Stories;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;
using StatusHub.Support;
using StatusHub.Support.Deliveries;
using StatusHub.Support.Stories;
using StatusHub.Web.Access;
using StatusHub.Web.Contracts;

namespace StatusHub.Scenarios.Contracts;

/// <summary>A model answers everything, eight times as slowly, and the hub is restarted in the middle of it.</summary>
[Collection(nameof(OneAtATime))]
public sealed class First_words_come_late : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 10, 12, 0, 0, TimeSpan.Zero);

    private StatusHubApp? _app;
    private Receiver? _receiver;
    private string _key = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private StatusHubApp App => _app!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _app = await StatusHubApp.StartAsync(new StoryStart(Noon), Cancel);
        _key = await JoinAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _receiver!.DisposeAsync();
    }

    [Fact]
    public async Task A_budget_of_latency_burns_is_told_to_the_webhook_once_across_a_restart_and_ends_with_the_slowness()
    {
        await PostAsync("/api/v1/objectives", new { name = "Opus begins", model = PlayedStory.Opus, target = 0.99, ttftLimitMs = 3_000 });
        await PostAsync("/api/v1/objectives", new { name = "Opus answers", model = PlayedStory.Opus, target = 0.99 });
        await SubscribeAsync();
        await PlayAsync(Noon.AddMinutes(10));
        Assert.Empty(Told());

        Slow(8);
        await PlayAsync(Noon.AddMinutes(30));
        await Patience.UntilAsync("the alert reaches the webhook", () => Task.FromResult(Told().Count > 0));
        var raised = Assert.Single(Told());
        Assert.Equal(("Opus begins", "raised", PlayedStory.Opus), (Text(raised, "name"), Text(raised, "phase"), Text(raised, "model")));
        Assert.InRange(raised.GetProperty("since").GetDateTimeOffset(), Noon.AddMinutes(15), Noon.AddMinutes(25));
        var standing = await AlertAsync();

        await App.RestartAsync(Cancel);
        Assert.Equal(standing, await AlertAsync());
        await PlayAsync(Noon.AddMinutes(40));
        Assert.Equal(standing, await AlertAsync());
        Slow(1);
        await PlayAsync(Noon.AddMinutes(65));
        await Patience.UntilAsync("its end reaches the webhook", () => Task.FromResult(Told().Count > 1));
        Assert.Equal(["raised", "ended"], Told().Select(t => Text(t, "phase")));
        Assert.All(Told(), t => Assert.Equal(standing, t.GetProperty("alertId").GetGuid()));
        Assert.Null(await AlertAsync());
    }

    private void Slow(double times) => App.World.Place(ModelId.Parse(PlayedStory.Opus), new PlacedFault(FaultSet.Healthy with { TtftMultiplier = times }, null));

    /// <summary>Plays on and looks at the budgets each minute, as the duty does.</summary>
    private async Task PlayAsync(DateTimeOffset until)
    {
        var (story, duty) = (new StoryDriver(App), new BurnJob(App.Services.GetRequiredService<BurnBook>()));
        for (var at = App.Clock.GetUtcNow().AddMinutes(1); at <= until; at = at.AddMinutes(1))
        {
            await story.PlayAsync(at, Cancel);
            await duty.Execute(null!, Cancel);
        }
    }

    private async Task<string> JoinAsync()
    {
        var id = Guid.CreateVersion7(Noon);
        await using (var db = App.Services.GetRequiredService<SystemDb>().Open())
        {
            db.Organisations.Add(new Organisation { Id = id, Slug = "acme", Name = "acme", CreatedAt = Noon });
            await db.SaveChangesAsync(Cancel);
        }

        return (await App.Services.GetRequiredService<ApiKeys>().IssueAsync(id, "story", Scopes.All, [], Cancel)).Text;
    }

    private async Task SubscribeAsync()
    {
        _receiver!.Answer("/hook", (context, _) =>
        {
            context.Response.Headers["WebHook-Allowed-Origin"] = context.Request.Headers["WebHook-Request-Origin"];
            context.Response.Headers["WebHook-Allowed-Rate"] = "*";
            return Task.CompletedTask;
        });
        await PostAsync("/feed/subscriptions", new { sink = _receiver.Address + "/hook", protocol = "HTTP", types = new[] { EventTypes.Objective } });
    }

    /// <summary>The data of what was delivered, each event once, in order.</summary>
    private IReadOnlyList<JsonElement> Told() => [.. _receiver!.At("/hook").Where(r => r.Signature.Length > 0).DistinctBy(r => r.Id)
        .Select(r => JsonSerializer.Deserialize<JsonElement>(r.Body)).Where(e => Text(e, "type") == EventTypes.Objective).Select(e => e.GetProperty("data"))];

    /// <summary>The one alert that stands; null for none.</summary>
    private async Task<Guid?> AlertAsync()
    {
        using var acme = Acme();
        var objectives = (await acme.GetFromJsonAsync<JsonElement>("/api/v1/objectives", Cancel)).GetProperty("objectives").EnumerateArray();
        return objectives.Select(o => o.GetProperty("alert")).Where(a => a.ValueKind == JsonValueKind.Object).Select(a => (Guid?)a.GetProperty("id").GetGuid()).SingleOrDefault();
    }

    private async Task PostAsync(string path, object body)
    {
        using var acme = Acme();
        using var answer = await acme.PostAsJsonAsync(path, body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private HttpClient Acme()
    {
        var client = new HttpClient { BaseAddress = App.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        return client;
    }

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
