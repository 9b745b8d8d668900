using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Scenarios.Stories;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;
using StatusHub.Support;
using StatusHub.Support.Stories;
using StatusHub.Web.Access;
using StatusHub.Web.Contracts;

namespace StatusHub.Scenarios.Contracts;

/// <summary>An outage of a quarter of an hour, as the organisation with an objective and a contract lives it.</summary>
[Collection(nameof(OneAtATime))]
public sealed class A_budget_burns : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 10, 12, 0, 0, TimeSpan.Zero);

    private StatusHubApp? _app;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private StatusHubApp App => _app!;

    public async ValueTask InitializeAsync() => _app = await StatusHubApp.StartAsync(new StoryStart(Noon), Cancel);

    public async ValueTask DisposeAsync() => await App.DisposeAsync();

    [Fact]
    public async Task The_outage_is_told_to_its_organisation_alone_once_and_the_month_names_its_minutes()
    {
        using var acme = await AsNewAsync("acme");
        using var other = await AsNewAsync("other");
        var objective = await PostAsync(acme, "/api/v1/objectives", new { name = "Opus answers", model = PlayedStory.Opus, target = 0.999 });
        var contract = await PostAsync(acme, "/api/v1/contracts", new { name = "Opus", template = "azure-openai", covers = new[] { new { model = PlayedStory.Opus, monthlySpend = 50_000 } } });
        var story = new StoryDriver(App);

        await PlayAsync(story, Noon.AddMinutes(5));
        Assert.Empty(await ToldAsync(acme));
        App.World.Place(ModelId.Parse(PlayedStory.Opus), new PlacedFault(new FaultSet { ErrorRate = 1 }, null));
        await PlayAsync(story, Noon.AddMinutes(20));
        await Patience.UntilAsync("the alert is told", async () => (await ToldAsync(acme)).Count > 0);
        Assert.Equal(["raised"], await ToldAsync(acme));
        var burning = await acme.GetFromJsonAsync<JsonElement>($"/api/v1/objectives/{objective.GetProperty("id")}", Cancel);
        Assert.Equal(14.4, burning.GetProperty("alert").GetProperty("factor").GetDouble());
        Assert.InRange(burning.GetProperty("budget").GetProperty("spentSeconds").GetDouble(), 600, 960);

        App.World.Place(ModelId.Parse(PlayedStory.Opus), new PlacedFault(FaultSet.Healthy, null));
        await PlayAsync(story, Noon.AddHours(2));
        await Patience.UntilAsync("its end is told", async () => (await ToldAsync(acme)).Count > 1);
        Assert.Equal(["raised", "ended"], await ToldAsync(acme));
        Assert.Empty(await ToldAsync(other));
        Assert.Empty(await ToldAsync(App.Http));

        App.Clock.MoveTo(new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero));
        var line = (await acme.GetFromJsonAsync<JsonElement>($"/api/v1/credits?contract={contract.GetProperty("id")}&month=2026-06", Cancel)).GetProperty("models")[0];
        var down = Assert.Single(line.GetProperty("down").EnumerateArray(), d => d.GetProperty("state").GetString() == "major_outage");
        Assert.InRange(down.GetProperty("from").GetDateTimeOffset(), Noon.AddMinutes(4.5), Noon.AddMinutes(7));
        Assert.InRange(down.GetProperty("to").GetDateTimeOffset(), Noon.AddMinutes(19), Noon.AddMinutes(30));
        Assert.Equal((await new Archive(App).IncidentsAsync(Cancel)).Single().Id, down.GetProperty("incidents")[0].GetGuid());
        Assert.InRange(down.GetProperty("measured").GetProperty("failures").EnumerateObject().Sum(f => f.Value.GetInt32()), 10, 1_000);
        Assert.NotEmpty(down.GetProperty("measured").GetProperty("regions").EnumerateArray());
        Assert.True(line.GetProperty("unknownSeconds").GetDouble() > 86_400, "the days before the first probe are unknown, and not down");
    }

    /// <summary>Plays on and looks at the budgets each minute, as the duty does.</summary>
    private async Task PlayAsync(StoryDriver story, DateTimeOffset until)
    {
        var duty = new BurnJob(App.Services.GetRequiredService<BurnBook>());
        for (var at = App.Clock.GetUtcNow().AddMinutes(1); at <= until; at = at.AddMinutes(1))
        {
            await story.PlayAsync(at, Cancel);
            await duty.Execute(null!, Cancel);
        }
    }

    private async Task<HttpClient> AsNewAsync(string slug)
    {
        var id = Guid.CreateVersion7(Noon);
        await using (var db = App.Services.GetRequiredService<SystemDb>().Open())
        {
            db.Organisations.Add(new Organisation { Id = id, Slug = slug, Name = slug, CreatedAt = Noon });
            await db.SaveChangesAsync(Cancel);
        }

        var (_, key) = await App.Services.GetRequiredService<ApiKeys>().IssueAsync(id, "story", Scopes.All, [], Cancel);
        var client = new HttpClient { BaseAddress = App.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static async Task<IReadOnlyList<string>> ToldAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/feed/events?type=io.statushub.objective.v1", Cancel)).EnumerateArray().Select(e => e.GetProperty("data").GetProperty("phase").GetString()!)];
}
