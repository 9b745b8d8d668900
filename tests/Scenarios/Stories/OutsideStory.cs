using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Feed.CloudEvents;
using StatusHub.Support.Stories;

namespace StatusHub.Scenarios.Stories;

/// <summary>Our own probes see nothing; what other organisations and the provider send decides, through the log and the real intake.</summary>
[Collection(nameof(OneAtATime))]
public sealed class OutsideStory : IAsyncLifetime
{
    private const string Opus = PlayedStory.Opus;

    private static readonly DateTimeOffset Start = new(2026, 6, 3, 11, 0, 0, TimeSpan.Zero);

    private StatusHubApp _app = null!;
    private StoryDriver _story = null!;
    private Outsiders _others = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await StatusHubApp.StartAsync(new StoryStart(Start), Cancel);
        _story = new StoryDriver(_app);
        _others = new Outsiders(_app, Opus);
        await _story.PlayAsync(Start.AddMinutes(4), Cancel);
        Assert.Equal(HealthState.Operational, _story.Now(Opus).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Eight_organisations_telemetry_finds_what_our_probes_do_not_see_and_its_end()
    {
        var orgs = await OrganisationsAsync(8);
        for (var minute = 0; minute < 3; minute++)
        {
            await MinuteAsync(orgs, failed: 70);
        }

        var told = await VerdictAsync();
        Assert.Equal((HealthState.MajorOutage, JudgedPhase.Confirmed), (told.Status, told.Phase));
        var page = await _app.PageAsync($"/models/{Opus}", Cancel);
        Assert.Contains("8 organisations report errors", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Tenant", page, StringComparison.Ordinal);
        Assert.Single(await new Archive(_app).IncidentsAsync(Cancel));

        var json = JsonNode.Parse(await _app.Http.GetStringAsync($"/api/v1/models/{Opus}", Cancel))!;
        var telemetry = json["evidence"]!.AsArray().Single(e => (string)e!["kind"]! == "telemetry")!;
        Assert.Equal((2400, 1680), ((int)telemetry["attempts"]!, (int)telemetry["failures"]!["server_error"]!));
        Assert.InRange((double)telemetry["weight"]!, 0.5, 1);

        for (var minute = 0; minute < 8; minute++)
        {
            await MinuteAsync(orgs, failed: 0);
        }

        await _story.PlayAsync(_app.Clock.GetUtcNow().AddMinutes(2), Cancel);
        Assert.Equal(HealthState.Operational, (await VerdictAsync()).Status);
    }

    [Fact]
    public async Task One_liar_with_ten_thousand_signals_moves_no_state()
    {
        var liar = (await OrganisationsAsync(1))[0];
        await SendAsync([.. Enumerable.Range(0, 10_000).Select(_ => Event(liar, EventTypes.Signal, new JsonObject { ["model"] = Opus, ["severity"] = "critical" }))]);
        for (var minute = 0; minute < 3; minute++)
        {
            await MinuteAsync([liar], failed: 100);
        }

        Assert.Equal((HealthState.Operational, JudgedPhase.Calm), ((await VerdictAsync()).Status, (await VerdictAsync()).Phase));
        Assert.Empty(await new Archive(_app).IncidentsAsync(Cancel));
        Assert.Contains("1 organisation", await _app.PageAsync($"/models/{Opus}", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_providers_word_is_shown_beside_our_verdict_and_its_all_clear_lowers_nothing()
    {
        var anthropic = (await OrganisationsAsync(1))[0];
        await _others.AnswersForAsync(anthropic, "anthropic", Cancel);
        await SendAsync([Event(anthropic, EventTypes.Incident, Incident("investigating", "partial_outage"))]);
        var page = await _app.PageAsync($"/models/{Opus}", Cancel);
        Assert.Matches("Anthropic says: investigating: Elevated errors, since .*11:00.*We see something else", page.ReplaceLineEndings(" "));
        Assert.Equal(HealthState.Operational, (await VerdictAsync()).Status);
        var json = JsonNode.Parse(await _app.Http.GetStringAsync($"/api/v1/models/{Opus}", Cancel))!;
        Assert.Equal("partial_outage", (string)json["official"]!["status"]!);

        _app.Clock.MoveTo(_app.Clock.GetUtcNow().AddMinutes(1));
        await SendAsync([Event(anthropic, EventTypes.Incident, Incident("resolved", "operational"))]);
        json = JsonNode.Parse(await JsonAsync())!;
        Assert.Equal("operational", (string)json["official"]!["status"]!);
        await SendAsync([Event(anthropic, EventTypes.Incident, Incident("identified", "major_outage"), _app.Clock.GetUtcNow().AddMinutes(-1))]); // late
        json = JsonNode.Parse(await JsonAsync())!;
        Assert.Equal("operational", (string)json["official"]!["status"]!);
    }

    [Fact]
    public async Task The_providers_first_public_word_dates_the_incident_and_no_later_one_moves_it()
    {
        var orgs = await OrganisationsAsync(9);
        await _others.AnswersForAsync(orgs[8], "anthropic", Cancel);
        await SendAsync([_others.Event(orgs[8], EventTypes.Incident, Incident("investigating", "partial_outage"), mark: "amber")]); // told to some
        _app.Clock.MoveTo(_app.Clock.GetUtcNow().AddMinutes(1));
        var said = _app.Clock.GetUtcNow();
        await SendAsync([Event(orgs[8], EventTypes.Incident, Incident("investigating", "partial_outage"))]);
        for (var minute = 0; minute < 3; minute++)
        {
            await MinuteAsync([.. orgs.Take(8)], failed: 70);
        }

        var incident = Assert.Single(await new Archive(_app).IncidentsAsync(Cancel));
        Assert.Equal(said, incident.OfficialAt);
        await SendAsync([Event(orgs[8], EventTypes.Incident, Incident("identified", "major_outage"))]);
        Assert.Equal(said, Assert.Single(await new Archive(_app).IncidentsAsync(Cancel)).OfficialAt);
        _ = await _app.PageAsync("/", Cancel);
        var json = JsonNode.Parse(await _app.Http.GetStringAsync($"/api/v1/incidents/{incident.Id}", Cancel))!;
        Assert.Equal((said - incident.DetectedAt).TotalSeconds, (double)json["leadSeconds"]!, 3);
        Assert.Contains("earlier than we were", await _app.PageAsync($"/incidents/{incident.Id}", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_speaks_after_us_is_dated_when_it_spoke_and_others_words_are_not_its_own()
    {
        var orgs = await OrganisationsAsync(9);
        await _others.AnswersForAsync(orgs[8], "anthropic", Cancel);
        for (var minute = 0; minute < 3; minute++)
        {
            await MinuteAsync([.. orgs.Take(8)], failed: 70);
        }

        await SendAsync([Event(orgs[0], EventTypes.Incident, Incident("investigating", "major_outage"))]);
        Assert.Null(Assert.Single(await new Archive(_app).IncidentsAsync(Cancel)).OfficialAt);
        _app.Clock.MoveTo(_app.Clock.GetUtcNow().AddMinutes(1));
        await SendAsync([Event(orgs[8], EventTypes.Incident, Incident("investigating", "major_outage"), _app.Clock.GetUtcNow().AddMinutes(-30))]); // dated back
        Assert.Equal(_app.Clock.GetUtcNow(), Assert.Single(await new Archive(_app).IncidentsAsync(Cancel)).OfficialAt);
    }

    [Fact]
    public async Task A_drill_is_no_evidence()
    {
        var orgs = await OrganisationsAsync(8);
        await SendAsync([.. orgs.Select(o => Event(o, EventTypes.Signal, new JsonObject { ["model"] = Opus, ["severity"] = "critical" }, drill: true))]);

        Assert.DoesNotContain("suspect", await _app.PageAsync($"/models/{Opus}", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remote_probes_are_probes_and_late_ones_are_only_kept()
    {
        var endpoint = (await _app.EndpointsAsync(Cancel)).First(e => e.Model.Value == Opus);
        var now = _app.Clock.GetUtcNow();
        var strangers = (await OrganisationsAsync(1))[0];
        await SendAsync([Event(strangers, EventTypes.Probe, Probes(endpoint.Id, now, 20, "server_error"))]);
        await SendAsync([Event(endpoint.OrgId, EventTypes.Probe, Probes(endpoint.Id, now.AddHours(-2), 20, "server_error"))]);
        Assert.Equal(JudgedPhase.Calm, (await VerdictAsync()).Phase);

        _app.Clock.MoveTo(now.AddMinutes(3));
        await SendAsync([Event(endpoint.OrgId, EventTypes.Probe, Probes(endpoint.Id, now.AddMinutes(3), 20, "server_error"))]);
        Assert.Equal(HealthState.MajorOutage, (await VerdictAsync()).Status);
        var kept = await _app.Services.GetRequiredService<ObservationStore>().LatestAsync(
            endpoint.OrgId, endpoint.Model, endpoint.Id, now.AddDays(-1), ObservationStore.MaxRows, Cancel);
        Assert.Equal(40, kept.Count(o => o.Region == "far-away"));
    }

    private static JsonObject Incident(string phase, string status) => new()
    {
        ["incidentId"] = "A-1",
        ["phase"] = phase,
        ["title"] = "Elevated errors",
        ["startedAt"] = "2026-06-03T11:00:00Z",
        ["impact"] = new JsonArray(new JsonObject { ["model"] = Opus, ["status"] = status }),
    };

    private static JsonObject Probes(Guid endpoint, DateTimeOffset last, int count, string outcome) => new()
    {
        ["region"] = "far-away",
        ["results"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)new JsonObject
        {
            ["endpointId"] = endpoint,
            ["model"] = Opus,
            ["startedAt"] = CloudEventJson.TimeOf(last.AddSeconds(-5 * (count - i))),
            ["at"] = CloudEventJson.TimeOf(last.AddSeconds((-5 * (count - i)) + 1)),
            ["outcome"] = outcome,
            ["httpStatus"] = 500,
        })]),
    };

    /// <summary>A minute in which every organisation sends a hundred requests; our probes go on meanwhile.</summary>
    private async Task MinuteAsync(IReadOnlyList<Guid> orgs, int failed)
    {
        await _story.PlayAsync(_app.Clock.GetUtcNow().AddMinutes(1), Cancel);
        await SendAsync([.. orgs.Select(o => Event(o, EventTypes.Telemetry, new JsonObject
        {
            ["model"] = Opus,
            ["windowStart"] = CloudEventJson.TimeOf(_app.Clock.GetUtcNow().AddMinutes(-1)),
            ["windowSeconds"] = 60,
            ["requests"] = 100,
            ["errors"] = new JsonObject { ["500"] = failed },
        }))]);
    }

    private Task SendAsync(IReadOnlyList<HubEvent> events) => _others.SendAsync(events, Cancel);

    private HubEvent Event(Guid orgId, string type, JsonObject data, DateTimeOffset? at = null, bool drill = false) => _others.Event(orgId, type, data, at, drill);

    private Task<IReadOnlyList<Guid>> OrganisationsAsync(int count) => _others.OrganisationsAsync(count, Cancel);

    private async Task<Verdict> VerdictAsync() => (await _app.Services.GetRequiredService<VerdictStore>().AllAsync(Cancel))[ModelId.Parse(Opus)];

    private async Task<string> JsonAsync()
    {
        _ = await _app.PageAsync("/", Cancel);
        return await _app.Http.GetStringAsync($"/api/v1/models/{Opus}", Cancel);
    }
}
