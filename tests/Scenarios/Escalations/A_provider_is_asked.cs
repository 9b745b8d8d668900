using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Support;
using StatusHub.Support.Stories;
using StatusHub.Web.Access;

namespace StatusHub.Tests.Scenarios.Escalations;

/// <summary>Organisations consumer and other use models of a provider that answers here as organisation provider. Only the story moves the clock.</summary>
public sealed class A_provider_is_asked(A_provider_is_asked.World world) : IClassFixture<A_provider_is_asked.World>
{
    [Fact]
    public async Task A_signal_starts_a_clock_that_both_sides_see_and_the_answer_stops_it()
    {
        var signal = await world.SignalAsync(world.Consumer, "{\"note\":\"every call fails\"}");
        await world.LookAsync();

        var asked = await world.OnlyAsync(world.Consumer, signal);
        var seen = await world.OnlyAsync(world.Provider, signal);
        Assert.Equal("requested", Text(asked, "state"));
        Assert.Equal(Text(asked, "deadline"), Text(seen, "deadline"));
        Assert.Equal(1_800, asked.GetProperty("secondsLeft").GetDouble());
        Assert.Equal(("consumer", "provider", "every call fails"), (Text(seen, "requester"), Text(seen, "provider"), Text(seen, "note")));

        world.Move(TimeSpan.FromMinutes(12));
        Assert.Equal(HttpStatusCode.Forbidden, await world.DoAsync(world.Consumer, asked, "acknowledge"));
        Assert.Equal(HttpStatusCode.OK, await world.DoAsync(world.Provider, asked, "acknowledge"));
        world.Move(TimeSpan.FromMinutes(30));
        await world.LookAsync();

        var answered = await world.OnlyAsync(world.Consumer, signal);
        Assert.Equal(("acknowledged", "provider"), (Text(answered, "state"), Text(answered, "by")));
        Assert.Equal(HttpStatusCode.Conflict, await world.DoAsync(world.Provider, asked, "acknowledge"));
        Assert.Equal(["requested", "acknowledged"], await world.StatesToldAsync(asked));
    }

    [Fact]
    public async Task A_deadline_that_passes_is_told_to_every_organisation_and_the_provider_can_be_asked_again()
    {
        var signal = await world.SignalAsync(world.Consumer, "{\"acknowledgeWithinMinutes\":5}");
        await world.LookAsync();
        var asked = await world.OnlyAsync(world.Consumer, signal);
        Assert.Equal(HttpStatusCode.Conflict, await world.DoAsync(world.Consumer, asked, "next"));

        world.Move(TimeSpan.FromMinutes(5));
        await world.LookAsync();
        Assert.Equal("requested", Text(await world.OnlyAsync(world.Consumer, signal), "state"));
        world.Move(TimeSpan.FromSeconds(1));
        await world.LookAsync();
        await world.LookAsync(); // looking twice tells once

        Assert.Equal("expired", Text(await world.OnlyAsync(world.Provider, signal), "state"));
        Assert.Equal(["requested", "expired"], await world.StatesToldAsync(asked));
        Assert.Equal(["expired"], await world.StatesReadAsync(world.Other, asked));
        Assert.Equal(HttpStatusCode.Forbidden, await world.DoAsync(world.Provider, asked, "next"));
        Assert.Equal(HttpStatusCode.OK, await world.DoAsync(world.Consumer, asked, "next"));
        Assert.Equal("requested", Text(await world.OnlyAsync(world.Provider, signal), "state"));
    }

    [Fact]
    public async Task To_other_organisations_it_does_not_exist()
    {
        var signal = await world.SignalAsync(world.Consumer);
        await world.LookAsync();
        var asked = await world.OnlyAsync(world.Consumer, signal);

        Assert.Equal(HttpStatusCode.NotFound, await world.DoAsync(world.Other, asked, "acknowledge"));
        Assert.Equal(HttpStatusCode.NotFound, await world.DoAsync(world.Other, asked, "next"));
        Assert.DoesNotContain(await world.ListAsync(world.Other), e => Text(e, "id") == Text(asked, "id"));
        Assert.Empty(await world.StatesReadAsync(world.Other, asked));
    }

    [Fact]
    public async Task One_question_a_model_is_open_at_a_time_and_it_ends_when_the_model_is_well_again()
    {
        var model = world.NewModel();
        var first = await world.SignalAsync(world.Consumer, model: model);
        await world.SignalAsync(world.Consumer, model: model);
        await world.SignalAsync(world.Consumer, "{\"escalate\":false}", world.NewModel());
        await world.LookAsync();

        Assert.Single(await world.ListAsync(world.Consumer), e => Text(e, "model") == model);
        var by = await world.PostAsync(world.Consumer, "", new { model });
        Assert.Equal(HttpStatusCode.OK, by.Status); // the one that is open
        Assert.Equal(first, by.Body.GetProperty("signal").GetProperty("id").GetString());

        var asked = await world.OnlyAsync(world.Consumer, first);
        await world.SayWellAsync(model);
        await world.LookAsync();
        Assert.Equal("closed", Text(await world.OnlyAsync(world.Consumer, first), "state"));
        Assert.Equal(["requested", "closed"], await world.StatesToldAsync(asked));
        Assert.Equal(HttpStatusCode.Created, (await world.PostAsync(world.Consumer, "", new { model })).Status);
    }

    [Fact]
    public async Task A_question_nobody_touches_for_a_day_is_closed_and_that_is_told()
    {
        var signal = await world.SignalAsync(world.Consumer);
        await world.LookAsync();
        var asked = await world.OnlyAsync(world.Consumer, signal);
        world.Move(TimeSpan.FromMinutes(31));
        await world.LookAsync();
        world.Move(TimeSpan.FromHours(25));
        await world.LookAsync();

        Assert.Equal(["requested", "expired", "closed"], await world.StatesToldAsync(asked));
    }

    [Fact]
    public async Task A_signal_behind_more_events_than_are_looked_through_at_once_is_heard_in_the_same_look()
    {
        await using var crowded = new World();
        await crowded.InitializeAsync();
        await crowded.CrowdAsync(10_001);
        var signal = await crowded.SignalAsync(crowded.Consumer);
        await crowded.LookAsync();

        Assert.Equal("requested", Text(await crowded.OnlyAsync(crowded.Consumer, signal), "state"));
    }

    [Fact]
    public async Task A_provider_may_acknowledge_by_an_event_and_nobody_else_can()
    {
        var signal = await world.SignalAsync(world.Consumer);
        await world.LookAsync();
        var asked = await world.OnlyAsync(world.Consumer, signal);
        var data = $$"""{"escalationId":"{{Text(asked, "id")}}","state":"acknowledged"}""";

        await world.SendAsync(world.Other, EventTypes.Escalation, Text(asked, "model"), data);
        await world.SendAsync(world.Consumer, EventTypes.Escalation, Text(asked, "model"), data);
        await world.LookAsync();
        Assert.Equal("requested", Text(await world.OnlyAsync(world.Consumer, signal), "state"));
        await world.SendAsync(world.Provider, EventTypes.Escalation, Text(asked, "model"), data);
        await world.LookAsync();

        Assert.Equal(("acknowledged", "provider"), (Text(await world.OnlyAsync(world.Consumer, signal), "state"), Text(await world.OnlyAsync(world.Consumer, signal), "by")));
    }

    [Fact]
    public async Task A_question_nobody_can_answer_is_refused_and_so_is_a_wrong_one()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await world.PostAsync(world.Consumer, "", new { model = "nobody/knows" })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await world.PostAsync(world.Provider, "", new { model = world.NewModel() })).Status); // it would ask itself
        var wrong = await world.PostAsync(world.Consumer, "", new { model = 7, acknowledgeWithinMinutes = 4, extra = true });

        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal(["/acknowledgeWithinMinutes", "/extra", "/model"], wrong.Body.GetProperty("errors").EnumerateArray().Select(e => Text(e, "pointer")).Order(StringComparer.Ordinal));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public sealed class World : IAsyncLifetime
    {
        private static readonly DateTimeOffset Start = new(2026, 6, 7, 10, 30, 0, TimeSpan.Zero);

        private readonly Dictionary<Guid, string> _keys = [];
        private StatusHubApp _app = null!;
        private int _made;

        public Guid Consumer { get; private set; }

        public Guid Provider { get; private set; }

        public Guid Other { get; private set; }

        public async ValueTask InitializeAsync()
        {
            _app = await StatusHubApp.StartAsync(new StoryStart(Start), CancellationToken.None);
            await using var db = _app.Services.GetRequiredService<SystemDb>().Open();
            Consumer = await AddOrganisationAsync(db, "consumer");
            Provider = await AddOrganisationAsync(db, "provider");
            Other = await AddOrganisationAsync(db, "other");
            await db.Providers.Where(p => p.Id == "anthropic").ExecuteUpdateAsync(set => set.SetProperty(p => p.AnsweredBy, Provider));
            await LookAsync(); // the cursor begins here
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        public void Move(TimeSpan by) => _app.Clock.MoveTo(_app.Clock.GetUtcNow() + by);

        /// <summary>Looks as the duty does, once this node knows of all that is in the log.</summary>
        public async Task LookAsync()
        {
            var tail = _app.Services.GetRequiredService<LogTail>();
            var head = await _app.Services.GetRequiredService<EventLog>().HeadAsync(CancellationToken.None);
            await Patience.UntilAsync("the node knows what is in the log", () => Task.FromResult(tail.Position >= head));
            await _app.Services.GetRequiredService<EscalationBook>().LookAsync(CancellationToken.None);
        }

        /// <summary>A model no other test asks about.</summary>
        public string NewModel() => $"anthropic/model-{Interlocked.Increment(ref _made)}";

        /// <returns>Id of the signal.</returns>
        public Task<string> SignalAsync(Guid org, string data = "{}", string? model = null) => SendAsync(org, EventTypes.Signal, model ?? NewModel(), data);

        public async Task<string> SendAsync(Guid org, string type, string model, string data)
        {
            var e = Event(org, type, model, data);
            await StoreAsync([e]);
            return e.Id;
        }

        /// <summary>Events that are about nothing anybody is asked for.</summary>
        public async Task CrowdAsync(int count)
        {
            foreach (var some in Enumerable.Range(0, count).Select(_ => Event(Other, "com.example.traffic.v1", "anthropic/busy", "{}")).Chunk(1_000))
            {
                await StoreAsync(some);
            }
        }

        private async Task StoreAsync(HubEvent[] events) =>
            Assert.IsType<InboxAnswer.Stored>(await _app.Services.GetRequiredService<EventInbox>().AddAsync(events, sameIdIsSame: false));

        private HubEvent Event(Guid org, string type, string model, string data)
        {
            var id = $"e{Interlocked.Increment(ref _made)}";
            var source = $"urn:org:{org}";
            var envelope = $$"""{"specversion":"1.0","id":"{{id}}","source":"{{source}}","type":"{{type}}","subject":"{{model}}","tlp":"amber","data":{{data}}}""";
            return new HubEvent(id, source, type, model, _app.Clock.GetUtcNow(), org, "amber", default) { Envelope = Encoding.UTF8.GetBytes(envelope) };
        }

        public async Task SayWellAsync(string model)
        {
            var hub = _app.Services.GetRequiredService<HubIdentity>();
            var e = HubEvent.Public(Guid.CreateVersion7(_app.Clock.GetUtcNow()), hub.Source, EventTypes.ModelStatus, model, _app.Clock.GetUtcNow(), new() { ["status"] = "operational" });
            var last = await _app.Services.GetRequiredService<EventLog>().AppendAsync([e], _app.Clock.GetUtcNow(), CancellationToken.None);
            _app.Services.GetRequiredService<LogTail>().Committed([e], last, _app.Clock.GetUtcNow());
        }

        public async Task<IReadOnlyList<JsonElement>> ListAsync(Guid org)
        {
            using var response = await SendAsync(org, HttpMethod.Get, "", null);
            return [.. (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("escalations").EnumerateArray()];
        }

        public async Task<JsonElement> OnlyAsync(Guid org, string signal) => Assert.Single(
            await ListAsync(org), e => e.GetProperty("signal") is { ValueKind: JsonValueKind.Object } from && from.GetProperty("id").GetString() == signal);

        public async Task<HttpStatusCode> DoAsync(Guid org, JsonElement escalation, string verb) => (await PostAsync(org, $"/{Text(escalation, "id")}/{verb}", null)).Status;

        public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(Guid org, string path, object? body)
        {
            using var response = await SendAsync(org, HttpMethod.Post, path, body is null ? null : JsonContent.Create(body));
            return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
        }

        /// <summary>The states the log tells of an escalation, in order.</summary>
        public Task<IReadOnlyList<string>> StatesToldAsync(JsonElement escalation) => StatesAsync(escalation, _ => true);

        /// <summary>Those that an organisation may read.</summary>
        public async Task<IReadOnlyList<string>> StatesReadAsync(Guid org, JsonElement escalation)
        {
            var reader = await _app.Services.GetRequiredService<Readers>().OfAsync(org, CancellationToken.None);
            return await StatesAsync(escalation, e => SharingRules.MayRead(e, reader));
        }

        private async Task<IReadOnlyList<string>> StatesAsync(JsonElement escalation, Func<HubEvent, bool> which)
        {
            var log = await _app.Services.GetRequiredService<EventLog>().ReadAfterAsync(0, EventLog.MaxAppend, CancellationToken.None);
            return [.. log.Select(l => l.Event).Where(e => e.Type == EventTypes.Escalation && e.Envelope is null && which(e))
                .Select(e => JsonSerializer.Deserialize<JsonElement>(e.Data.Span)).Where(d => Text(d, "escalationId") == Text(escalation, "id")).Select(d => Text(d, "state"))];
        }

        private async Task<HttpResponseMessage> SendAsync(Guid org, HttpMethod method, string path, HttpContent? content)
        {
            using var request = new HttpRequestMessage(method, "/api/v1/escalations" + path) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _keys[org]);
            return await _app.Http.SendAsync(request);
        }

        private async Task<Guid> AddOrganisationAsync(StatusDb db, string slug)
        {
            var org = new Organisation { Id = Guid.CreateVersion7(Start), Slug = slug, Name = slug, CreatedAt = Start };
            db.Organisations.Add(org);
            await db.SaveChangesAsync();
            (_, _keys[org.Id]) = await _app.Services.GetRequiredService<ApiKeys>().IssueAsync(org.Id, "test", [Scopes.Incidents], [], CancellationToken.None);
            return org.Id;
        }
    }
}
