using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StatusHub.Domain.Events;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Support;
using StatusHub.Web.Access;
using StatusHub.Web.Live;
using StatusHub.Web.Public;

namespace StatusHub.Tests.Scenarios.Console;

public sealed class The_health_hub
{
    private const string Opus = "anthropic/claude-opus-4-8";

    [Fact]
    public async Task A_client_is_told_what_is_and_then_what_changes_in_the_models_it_named()
    {
        await using var app = await ConsoleApp.StartAsync();
        app.Show(SampleViews.BadDay());
        await using var client = await Client.ConnectAsync(app);

        await client.InvokeAsync(Opus);
        var first = await client.NextAsync();
        Assert.Equal((Opus, "major_outage"), (first.GetProperty("id").GetString(), first.GetProperty("status").GetString()));
        app.Show(With(SampleViews.BadDay(), HealthState.Operational));
        var second = await client.NextAsync();

        Assert.Equal((Opus, "operational"), (second.GetProperty("id").GetString(), second.GetProperty("status").GetString()));
        Assert.Equal(
            ["asOf", "confidence", "eta", "id", "incidentId", "name", "official", "officialPage", "provider", "since", "status", "tokensPerSecond", "ttftMs", "uptime"],
            second.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_empty_list_means_every_model_and_the_open_incidents_too()
    {
        await using var app = await ConsoleApp.StartAsync();
        var view = SampleViews.BadDay();
        app.Show(view);
        await using var client = await Client.ConnectAsync(app);

        await client.InvokeAsync();
        var models = new HashSet<string?>();
        while (models.Count < view.Models.Count)
        {
            models.Add((await client.NextAsync()).GetProperty("id").GetString());
        }

        var incident = await client.Incidents.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Contains(view.OpenIncidents, i => i.Id == incident.GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Incidents_can_be_had_without_any_model()
    {
        await using var app = await ConsoleApp.StartAsync();
        var view = SampleViews.BadDay();
        app.Show(view);
        await using var client = await Client.ConnectAsync(app);

        await client.SubscribeIncidentsAsync();
        var incident = await client.Incidents.Reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Contains(view.OpenIncidents, i => i.Id == incident.GetProperty("id").GetGuid());
        Assert.False(client.HasModels);
    }

    [Fact]
    public async Task A_whole_provider_can_be_named()
    {
        await using var app = await ConsoleApp.StartAsync();
        app.Show(SampleViews.BadDay());
        await using var client = await Client.ConnectAsync(app);

        await client.InvokeAsync("openai/*");
        var seen = new[] { await client.NextAsync(), await client.NextAsync() }.Select(m => m.GetProperty("id").GetString()).Order(StringComparer.Ordinal);

        Assert.Equal(["openai/gpt-5-2", "openai/gpt-5-2-mini"], seen);
        await Assert.ThrowsAsync<HubException>(() => client.InvokeAsync("nobody/*"));
    }

    [Fact]
    public async Task Advice_is_told_to_all_and_an_escalation_only_to_whom_it_concerns()
    {
        await using var app = await ConsoleApp.StartAsync();
        app.Show(SampleViews.BadDay());
        var services = app.Services;
        var operators = (await services.GetRequiredService<OrganisationDesk>().FindAsync(Organisation.OperatorSlug, TestContext.Current.CancellationToken))!;
        var keys = services.GetRequiredService<ApiKeys>();
        var (_, text) = await keys.IssueAsync(operators.Id, "hub", [Scopes.Read], [], TestContext.Current.CancellationToken);
        await using var guest = await Client.ConnectAsync(app);
        await using var member = await Client.ConnectAsync(app, text);
        await guest.InvokeAsync();
        await member.InvokeAsync();

        await AppendAsync(services, Event(EventTypes.Escalation, "amber", operators.Id), Event(EventTypes.Fallback, HubEvent.Clear, null));

        Assert.Equal(EventTypes.Fallback, (await guest.Events.Reader.ReadAsync(TestContext.Current.CancellationToken)).GetProperty("type").GetString());
        Assert.Equal(EventTypes.Escalation, (await member.Events.Reader.ReadAsync(TestContext.Current.CancellationToken)).GetProperty("type").GetString());
        Assert.Equal(EventTypes.Fallback, (await member.Events.Reader.ReadAsync(TestContext.Current.CancellationToken)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_key_that_is_no_good_is_refused_not_ignored()
    {
        await using var app = await ConsoleApp.StartAsync();
        app.Show(SampleViews.BadDay());

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var client = await Client.ConnectAsync(app, "shk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
            await client.InvokeAsync();
        });
    }

    private static HubEvent Event(string type, string tlp, Guid? orgId) => new(
        Guid.CreateVersion7(SampleViews.BadAfternoon).ToString(), "urn:test", type, Opus, SampleViews.BadAfternoon, orgId, tlp, "{}"u8.ToArray());

    private static async Task AppendAsync(IServiceProvider services, params HubEvent[] events)
    {
        await services.GetRequiredService<EventLog>().AppendAsync(events, SampleViews.BadAfternoon, TestContext.Current.CancellationToken);
        services.GetRequiredService<LogTail>().Committed();
    }

    [Theory]
    [InlineData("no/such-model")]
    [InlineData("Not A Model")]
    [InlineData("")]
    public async Task An_unknown_model_is_refused(string id)
    {
        await using var app = await ConsoleApp.StartAsync();
        app.Show(SampleViews.BadDay());
        await using var client = await Client.ConnectAsync(app);

        await Assert.ThrowsAsync<HubException>(() => client.InvokeAsync(Opus, id));
    }

    [Fact]
    public async Task A_list_longer_than_the_limit_is_refused()
    {
        await using var app = await ConsoleApp.StartAsync();
        app.Show(SampleViews.BadDay());
        await using var client = await Client.ConnectAsync(app);

        await Assert.ThrowsAsync<HubException>(() => client.InvokeAsync([.. Enumerable.Repeat(Opus, HealthHub.MaxModels + 1)]));
        await client.InvokeAsync([.. Enumerable.Repeat(Opus, HealthHub.MaxModels)]);
    }

    [Fact]
    public async Task Beyond_its_connections_a_node_hangs_up()
    {
        await using var app = await ConsoleApp.StartAsync(("HealthHub:Connections", "1"));
        app.Show(SampleViews.BadDay());
        await using var first = await Client.ConnectAsync(app);
        await first.InvokeAsync(Opus);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var second = await Client.ConnectAsync(app);
            await second.InvokeAsync(Opus);
        });
        await first.InvokeAsync(Opus);
    }

    [Fact]
    public void A_view_built_again_with_nothing_new_in_it_is_no_news()
    {
        var view = SampleViews.BadDay();
        var again = SampleViews.BadDay() with { AsOf = view.AsOf.AddMinutes(1) };

        Assert.Empty(News(again).ModelsOtherThan(News(view)));
        Assert.Empty(News(again).IncidentsOtherThan(News(view)));
        Assert.Single(News(With(view, HealthState.Operational)).ModelsOtherThan(News(view)));
    }

    private static HealthNews News(HubView view) => HealthNews.Of(view, "http://hub.test");

    private static HubView With(HubView view, HealthState state) => view with
    {
        Models = [.. view.Models.Select(m => m.Id.Value == Opus ? m with { Verdict = m.Verdict with { Status = state } } : m)],
    };

    private sealed class Client(HubConnection connection) : IAsyncDisposable
    {
        private readonly Channel<JsonElement> _models = Channel.CreateUnbounded<JsonElement>();

        public Channel<JsonElement> Incidents { get; } = Channel.CreateUnbounded<JsonElement>();

        public Channel<JsonElement> Events { get; } = Channel.CreateUnbounded<JsonElement>();

        public bool HasModels => _models.Reader.Count > 0;

        public static async Task<Client> ConnectAsync(ConsoleApp app, string? key = null)
        {
            var uri = new UriBuilder(new Uri(app.Address, HealthHubSetup.Path)) { Scheme = "ws", Query = key is null ? "" : "access_token=" + key }.Uri;
            var services = new ServiceCollection().AddLogging().BuildServiceProvider();
            var connection = new HubConnection(
                new WebSocketConnections(), new JsonHubProtocol(), new UriEndPoint(uri), services, NullLoggerFactory.Instance);
            var client = new Client(connection);
            connection.On<JsonElement>("ModelChanged", model => client._models.Writer.TryWrite(model));
            connection.On<JsonElement>("IncidentChanged", incident => client.Incidents.Writer.TryWrite(incident));
            connection.On<JsonElement>("FallbackChanged", e => client.Events.Writer.TryWrite(e));
            connection.On<JsonElement>("EscalationChanged", e => client.Events.Writer.TryWrite(e));
            await connection.StartAsync(TestContext.Current.CancellationToken);
            return client;
        }

        public Task InvokeAsync(params string[] models) => connection.InvokeAsync("Subscribe", models, TestContext.Current.CancellationToken);

        public Task SubscribeIncidentsAsync() => connection.InvokeAsync("SubscribeIncidents", TestContext.Current.CancellationToken);

        public ValueTask<JsonElement> NextAsync() => _models.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
