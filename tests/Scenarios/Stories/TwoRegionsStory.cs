using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.CloudEvents;
using StatusHub.Support;
using StatusHub.Support.Stories;
using StatusHub.Web.Access;

namespace StatusHub.Scenarios.Stories;

/// <summary>
/// The hub probes a model from where it stands, and an agent of its owner from Europe, over the feed's own door. Europe fails for a quarter of an hour:
/// everybody reads that it is Europe alone, and nobody elsewhere reads that the model is down.
/// </summary>
[Collection(nameof(OneAtATime))]
public sealed class TwoRegionsStory : IAsyncLifetime
{
    private const string Opus = PlayedStory.Opus, Europe = "eu-west";

    private static readonly DateTimeOffset Start = new(2026, 6, 3, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15), Step = TimeSpan.FromSeconds(30);

    private readonly Random _chance = new(3);
    private StatusHubApp _app = null!;
    private StoryDriver _story = null!;
    private HttpClient _agent = null!;
    private Endpoint _endpoint = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await StatusHubApp.StartAsync(new StoryStart(Start), Cancel);
        _story = new StoryDriver(_app);
        _endpoint = (await _app.EndpointsAsync(Cancel)).First(e => e.Model.Value == Opus);
        var (_, key) = await _app.Services.GetRequiredService<ApiKeys>().IssueAsync(_endpoint.OrgId, "agent in Europe", [Scopes.Agent], [], Cancel);
        _agent = new HttpClient { BaseAddress = _app.Http.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
    }

    public async ValueTask DisposeAsync()
    {
        _agent.Dispose();
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_region_that_fails_is_named_and_the_others_are_not_told_that_the_model_is_down()
    {
        await PlayAsync(TimeSpan.FromMinutes(12), FailureClass.None);
        Assert.Equal(HealthState.Operational, (await VerdictAsync()).Status);
        Assert.Contains($"default, {Europe}", await _app.PageAsync($"/models/{Opus}", Cancel), StringComparison.Ordinal);

        await PlayAsync(TimeSpan.FromMinutes(15), FailureClass.ServerError);
        var verdict = await VerdictAsync();
        Assert.True(verdict.Status.IsTrouble() && verdict.Phase == JudgedPhase.Confirmed, $"{verdict}");
        Assert.Equal([Europe], verdict.Scope.Regions());
        await EverybodyReadsWhereAsync();

        await PlayAsync(TimeSpan.FromMinutes(40), FailureClass.None);
        Assert.Equal(HealthState.Operational, (await VerdictAsync()).Status);
        Assert.Empty((await VerdictAsync()).Scope.Regions());
        var incident = Assert.Single(await new Archive(_app).IncidentsAsync(Cancel));
        Assert.Equal(IncidentPhase.Resolved, incident.Phase);
        Assert.InRange(incident.StartedAt, Start.AddMinutes(11), Start.AddMinutes(13));
        Assert.DoesNotContain(Europe + " only", await _app.PageAsync("/", Cancel), StringComparison.Ordinal);
    }

    private async Task EverybodyReadsWhereAsync()
    {
        foreach (var path in (string[])["/", $"/models/{Opus}", "/incidents"])
        {
            var page = await _app.PageAsync(path, Cancel);
            Assert.True(page.Contains($"in {Europe} only", StringComparison.Ordinal), path);
        }

        var api = JsonNode.Parse(await _app.Http.GetStringAsync($"/api/v1/models/{Opus}", Cancel))!;
        Assert.Equal([Europe], api["scope"]!["onlyIn"]!.AsArray().Select(r => (string)r!));
        var told = JsonNode.Parse(await _app.Http.GetStringAsync($"/feed/events?type={EventTypes.Incident}&limit=100", Cancel))!.AsArray().Select(e => e!["data"]!).ToList();
        foreach (var data in told)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(data.ToJsonString());
        }

        Assert.Contains(told, d => ((string)d["message"]!).Contains($"in {Europe} only", StringComparison.Ordinal));
        Assert.EndsWith($" in {Europe} only", (string)told[^1]["title"]!);
        var statuspage = JsonNode.Parse(await _app.Http.GetStringAsync("/api/v2/incidents/unresolved.json", Cancel))!;
        Assert.EndsWith($" in {Europe} only", (string)statuspage["incidents"]!.AsArray().Single()!["name"]!);
    }

    /// <summary>Time passes: our own probes answer, the agent's as they are said to; it sends what it saw each half minute.</summary>
    private async Task PlayAsync(TimeSpan time, FailureClass europe)
    {
        for (var until = _app.Clock.GetUtcNow() + time; _app.Clock.GetUtcNow() < until;)
        {
            var from = _app.Clock.GetUtcNow();
            await _story.PlayAsync(from + Step, Cancel);
            await SendAsync([.. Enumerable.Range(1, (int)(Step / Every)).Select(i => Result(from + (i * Every), europe))]);
        }
    }

    private async Task SendAsync(JsonArray results)
    {
        var sent = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = Guid.CreateVersion7(_app.Clock.GetUtcNow()).ToString(),
            ["source"] = "urn:statushub:agent:europe",
            ["type"] = EventTypes.Probe,
            ["time"] = CloudEventJson.TimeOf(_app.Clock.GetUtcNow()),
            ["data"] = new JsonObject { ["region"] = Europe, ["results"] = results },
        };
        using var body = new StringContent(sent.ToJsonString(), new MediaTypeHeaderValue("application/cloudevents+json"));
        using var answer = await _agent.PostAsync("/feed/events", body, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Cancel));
        var head = await _app.Services.GetRequiredService<EventLog>().HeadAsync(Cancel);
        await Patience.UntilAsync("what the agent saw is weighed", () => _app.Services.GetRequiredService<OutsideSummaries>().PositionAsync(Cancel), position => position >= head);
    }

    private JsonObject Result(DateTimeOffset at, FailureClass failure)
    {
        var ttft = 450 * Math.Exp(0.3 * ((2 * _chance.NextDouble()) - 1));
        return new()
        {
            ["endpointId"] = _endpoint.Id,
            ["model"] = Opus,
            ["startedAt"] = CloudEventJson.TimeOf(at.AddSeconds(-1)),
            ["at"] = CloudEventJson.TimeOf(at),
            ["outcome"] = failure == FailureClass.None ? "none" : "server_error",
            ["httpStatus"] = failure == FailureClass.None ? 200 : 500,
            ["timingsMs"] = failure == FailureClass.None ? new JsonObject { ["firstToken"] = ttft, ["total"] = ttft + 200 } : null,
        };
    }

    private async Task<Verdict> VerdictAsync() => (await _app.Services.GetRequiredService<VerdictStore>().AllAsync(Cancel))[ModelId.Parse(Opus)];
}
