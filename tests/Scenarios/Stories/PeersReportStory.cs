using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Support.Stories;
using StatusHub.Web.Duties;

namespace StatusHub.Scenarios.Stories;

/// <summary>What other hubs pass on is weighed as theirs: each hub one reporter, and no event twice.</summary>
[Collection(nameof(OneAtATime))]
public sealed class PeersReportStory : IAsyncLifetime
{
    private const string Opus = PlayedStory.Opus;

    private static readonly DateTimeOffset Start = new(2026, 6, 3, 11, 0, 0, TimeSpan.Zero);

    private StatusHubApp _app = null!;
    private Outsiders _others = null!;
    private Guid _operator;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await StatusHubApp.StartAsync(new StoryStart(Start), Cancel);
        _others = new Outsiders(_app, Opus);
        _operator = await _others.OperatorAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Each_peer_is_one_reporter_of_its_own_beside_the_operator_and_a_flood_of_it_counts_no_more()
    {
        var north = await _others.PeerAsync(_operator, "north", Cancel);
        var south = await _others.PeerAsync(_operator, "south", Cancel);
        await _others.SendAsync(
            [
                Signal(_operator),
                .. Enumerable.Range(0, 500).Select(i => Signal(_operator, $"h{i},{north}")), // through many hubs, by one
                Signal(_operator, south),
            ],
            Cancel);

        var said = await _others.SummariesAsync(Cancel);
        var peers = said.Single(s => s.Kind == "peer");
        var own = said.Single(s => s.Kind == "report");
        Assert.Equal((2, 501L), (peers.Organisations, peers.Attempts));
        Assert.Equal((1, 1L), (own.Organisations, own.Attempts));
        Assert.Equal(own.Nats * 2, peers.Nats, 3);
        Assert.Contains("2 other hubs", await _app.PageAsync($"/models/{Opus}", Cancel), StringComparison.Ordinal);
        Assert.Equal(["", north, south], (await TextsAsync("SELECT by_hub FROM outside_trust ORDER BY by_hub = '' DESC, by_hub = $1 DESC", north)));
    }

    [Fact]
    public async Task A_path_that_a_publisher_writes_itself_makes_no_reporter()
    {
        await _others.PeerAsync(_operator, "north", Cancel);
        var org = (await _others.OrganisationsAsync(1, Cancel))[0];
        await _others.SendAsync([.. Enumerable.Range(0, 20).Select(i => Signal(org, $"hub-{i}"))], Cancel);

        var said = Assert.Single(await _others.SummariesAsync(Cancel));
        Assert.Equal(("report", 1), (said.Kind, said.Organisations));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_publisher_sends_here_and_a_peer_brings_too_counts_once_by_the_way_it_came_first(bool peerFirst)
    {
        var north = await _others.PeerAsync(_operator, "north", Cancel);
        var org = (await _others.OrganisationsAsync(1, Cancel))[0];
        HubEvent[] ways = [Signal(org, id: "same"), Signal(_operator, north, id: "same")];
        foreach (var e in peerFirst ? ways.Reverse() : ways)
        {
            await _others.SendAsync([e], Cancel);
        }

        var said = Assert.Single(await _others.SummariesAsync(Cancel));
        Assert.Equal((peerFirst ? "peer" : "report", 1L), (said.Kind, said.Attempts));
        await _others.SendAsync([Signal(_operator, north)], Cancel);
        Assert.Equal(peerFirst ? 1 : 2, (await _others.SummariesAsync(Cancel)).Count);
    }

    [Fact]
    public async Task Two_organisations_that_use_the_same_source_and_id_are_two()
    {
        await _others.PeerAsync(_operator, "north", Cancel);
        var orgs = await _others.OrganisationsAsync(2, Cancel);
        await _others.SendAsync([.. orgs.Select(o => Signal(o, id: "same"))], Cancel);

        Assert.Equal(2, Assert.Single(await _others.SummariesAsync(Cancel)).Organisations);
    }

    [Fact]
    public async Task What_was_last_heard_long_ago_is_forgotten_and_the_rest_is_kept()
    {
        var org = (await _others.OrganisationsAsync(1, Cancel))[0];
        await _others.AnswersForAsync(org, "anthropic", Cancel);
        await _others.SendAsync([Told(org)], Cancel);
        await _others.SendAsync([Signal(_operator)], Cancel);
        await ClearOutAsync(days: 1); // what it said is judged
        await ClearOutAsync(days: 89);
        Assert.Equal(["1", "1", "1"], await LeftAsync());

        await ClearOutAsync(days: 92);
        Assert.Equal(["0", "0", "0"], await LeftAsync());
    }

    [Fact]
    public async Task Three_that_suspect_trouble_ask_for_a_look_of_our_own_once_in_five_minutes()
    {
        var orgs = await _others.OrganisationsAsync(3, Cancel);
        await _others.SendAsync([Signal(orgs[0])], Cancel);
        Assert.Empty(await AskedAsync());
        await _others.SendAsync([Signal(orgs[1]), Signal(orgs[2])], Cancel);
        var first = Assert.Single(await AskedAsync());

        _app.Clock.MoveTo(Start.AddMinutes(4));
        await _others.SendAsync([.. orgs.Select(o => Signal(o))], Cancel);
        Assert.Equal(first, Assert.Single(await AskedAsync()));

        _app.Clock.MoveTo(Start.AddMinutes(6));
        await _others.SendAsync([.. orgs.Select(o => Signal(o))], Cancel);
        Assert.NotEqual(first, Assert.Single(await AskedAsync()));
    }

    private Task<List<string>> AskedAsync() => TextsAsync("SELECT model_id || ' ' || asked_at FROM closer_looks");

    private Task<List<string>> LeftAsync() => TextsAsync(
        "SELECT count(*)::text FROM outside_evidence UNION ALL SELECT count(*)::text FROM outside_trust UNION ALL SELECT count(*)::text FROM provider_words");

    private async Task ClearOutAsync(int days)
    {
        _app.Clock.MoveTo(Start.AddDays(days));
        await Support.Patience.UntilAsync("all that comes due is settled", async () => (await TextsAsync("SELECT 'due' FROM outside_evidence WHERE due_at IS NOT NULL")).Count == 0);
        var job = ActivatorUtilities.CreateInstance<ClearOutJob>(_app.Services);
        await job.Execute(null!, Cancel);
    }

    private async Task<List<string>> TextsAsync(string sql, params string[] values)
    {
        await using var command = _app.Services.GetRequiredService<Database>().System.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var texts = new List<string>();
        while (await reader.ReadAsync(Cancel))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private HubEvent Signal(Guid orgId, string? path = null, string? id = null) =>
        _others.Event(orgId, EventTypes.Signal, new JsonObject { ["model"] = Opus, ["severity"] = "major" }, path: path, id: id);

    private HubEvent Told(Guid orgId) => _others.Event(orgId, EventTypes.Incident, new JsonObject
    {
        ["incidentId"] = "A-1",
        ["phase"] = "investigating",
        ["title"] = "Elevated errors",
        ["impact"] = new JsonArray(new JsonObject { ["model"] = Opus, ["status"] = "partial_outage" }),
    });
}
