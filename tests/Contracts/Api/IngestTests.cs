using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Contracts.Api;

/// <summary>What comes of sending events: durable or refused, never in between.</summary>
[Collection(ApiCollection.Name)]
public sealed class IngestTests(ApiApp app)
{
    [Theory]
    [MemberData(nameof(IngestCases.Refused), MemberType = typeof(IngestCases))]
    public async Task Bad_input_is_told_why_and_where_and_stores_nothing(IngestCase bad)
    {
        ArgumentNullException.ThrowIfNull(bad);
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish);
        var before = await app.Services.GetRequiredService<EventLog>().HeadAsync(CancellationToken.None);
        using var answer = await SendAsync(alice, bad.Body, bad.ContentType, bad.Headers);
        Assert.Equal(bad.Status, (int)answer.StatusCode);
        Assert.Equal($"/problems/{bad.Problem}", await Problems.TypeOfAsync(answer));
        Assert.Equal(before, await app.Services.GetRequiredService<EventLog>().HeadAsync(CancellationToken.None));
        if (bad.Place is not null)
        {
            Assert.Equal([bad.Place], await Problems.PlacesAsync(answer));
        }
    }

    [Theory]
    [InlineData(512 * 1024, HttpStatusCode.Forbidden)] // looked at: a peer's key of no agreement speaks for nobody
    [InlineData((512 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_peers_event_may_be_as_large_as_one_that_is_kept_and_no_larger(int bytes, HttpStatusCode status)
    {
        const string Start = """{"specversion":"1.0","id":"large","source":"https://alice.example","type":"com.example.said","data":"x"}""";
        using var peer = await app.AsAsync(app.Alice, Scopes.Peer);
        using var answer = await SendAsync(peer, Encoding.ASCII.GetBytes(Start.PadRight(bytes)), "application/cloudevents+json", []);
        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(IngestCases.Welcome), MemberType = typeof(IngestCases))]
    public async Task Strange_input_that_is_right_is_taken_and_the_same_again_is_a_duplicate(IngestCase strange)
    {
        ArgumentNullException.ThrowIfNull(strange);
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish);
        var counts = new List<string>();
        foreach (var time in new[] { "first", "second" })
        {
            using var answer = await SendAsync(alice, strange.Body, strange.ContentType, strange.Headers);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{time}: {(int)answer.StatusCode} {text}");
            counts.Add(text);
        }

        var batch = strange.ContentType == IngestCases.Batch;
        Assert.Equal(batch ? """{"accepted":0,"duplicates":0}""" : """{"accepted":1,"duplicates":0}""", counts[0]);
        Assert.Equal(batch ? """{"accepted":0,"duplicates":0}""" : """{"accepted":0,"duplicates":1}""", counts[1]);
    }

    [Fact]
    public async Task An_event_comes_out_as_it_went_in()
    {
        var id = Fresh();
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish, Scopes.Read);
        using var answer = await SendAsync(alice, $$"""
            {"data":{"b":1.50,"a":"\u20ac","big":18446744073709551616},"zone":"eu","num":5,"flag":true,"type":"com.example.thing.v1",
             "source":"urn:statushub:org:alice","id":"{{id}}","time":"2026-06-07T12:00:00.5+02:00","specversion":"1.0"}
            """);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(
            """{"specversion":"1.0","id":"ID","source":"urn:statushub:org:alice","type":"com.example.thing.v1","time":"2026-06-07T12:00:00.5\u002B02:00","flag":true,"num":5,"tlp":"clear","zone":"eu","data":{"b":1.50,"a":"\u20ac","big":18446744073709551616}}"""
                .Replace("ID", id, StringComparison.Ordinal),
            (await PullAsync(alice, id)).Single());
    }

    [Fact]
    public async Task The_same_event_in_binary_and_structured_mode_is_one_event()
    {
        var id = Fresh();
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish);
        using var structured = await SendAsync(alice, IngestCases.Json(""","datacontenttype":"application/json","subject":"a €","data":{"a": [1, 2]}""", id));
        Assert.Equal("""{"accepted":1,"duplicates":0}""", await structured.Content.ReadAsStringAsync());
        using var binary = await SendAsync(
            alice, Encoding.UTF8.GetBytes("{\"a\": [1, 2]}\n"), "application/json", IngestCases.Attributes(("ce-id", id), ("ce-subject", "a%20%E2%82%AC")));
        Assert.Equal("""{"accepted":0,"duplicates":1}""", await binary.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_known_id_with_another_content_is_refused_and_changes_nothing()
    {
        var id = Fresh();
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish);
        using var first = await SendAsync(alice, IngestCases.Json(",\"data\":1", id));
        using var second = await SendAsync(alice, IngestCases.Json(",\"data\":2", id));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.StatusCode);
        Assert.Equal("/problems/event-id-conflict", await Problems.TypeOfAsync(second));
        Assert.EndsWith(",\"data\":1}", (await PullAsync(alice, id)).Single(), StringComparison.Ordinal);

        var other = Fresh();
        using var batch = await SendAsync(alice, Encoding.UTF8.GetBytes($"[{IngestCases.Json(id: other)},{IngestCases.Json(",\"data\":2", id)}]"), IngestCases.Batch);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, batch.StatusCode);
        Assert.Equal(["/1/id"], await Problems.PlacesAsync(batch));
        Assert.Empty(await PullAsync(alice, other));
    }

    [Fact]
    public async Task One_organisations_ids_are_nothing_to_another()
    {
        var id = Fresh();
        using var alice = await KeyAsync(app.Alice, ["urn:shared"]);
        using var bob = await KeyAsync(app.Bob, ["urn:shared"]);
        foreach (var (client, data) in new[] { (alice, 1), (bob, 2) })
        {
            using var answer = await SendAsync(client, IngestCases.Json($",\"data\":{data}", id).Replace(IngestCases.Source, "urn:shared", StringComparison.Ordinal));
            Assert.Equal("""{"accepted":1,"duplicates":0}""", await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Ten_senders_of_one_event_make_one_row()
    {
        var id = Fresh();
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var answer = await SendAsync(alice, IngestCases.Json(id: id));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            return (int)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["accepted"]!;
        }));
        Assert.Equal(1, answers.Sum());
        Assert.Single(await PullAsync(alice, id));
    }

    [Theory]
    [InlineData("https://status.example.org/", "https://status.example.org/eu/1", true)]
    [InlineData("https://status.example.org/", "https://status.example.org", false)]
    [InlineData("urn:example:*", "urn:example:a", true)]
    [InlineData("urn:example", "urn:example:a", false)]
    [InlineData("urn:example", "urn:example", true)]
    [InlineData("urn:example", "urn:statushub:org:alice", false)]
    public async Task A_key_with_sources_speaks_for_those_only(string registered, string source, bool may)
    {
        using var alice = await KeyAsync(app.Alice, [registered]);
        using var answer = await SendAsync(alice, IngestCases.Json(id: Fresh()).Replace(IngestCases.Source, source, StringComparison.Ordinal));
        Assert.Equal(may ? HttpStatusCode.Accepted : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_operator_speaks_for_every_source_but_the_hubs_own()
    {
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        var orgId = db.Organisations.Single(o => o.Slug == Organisation.OperatorSlug).Id;
        var keys = app.Services.GetRequiredService<ApiKeys>();
        var (key, text) = await keys.IssueAsync(orgId, "test", [Scopes.Publish], [], CancellationToken.None);
        using var operators = app.With(text);
        using var any = await SendAsync(operators, IngestCases.Json(id: Fresh()).Replace(IngestCases.Source, "https://provider.example/", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Accepted, any.StatusCode);
        var hub = app.Services.GetRequiredService<HubIdentity>().Source;
        using var own = await SendAsync(operators, IngestCases.Json(id: Fresh()).Replace(IngestCases.Source, hub, StringComparison.Ordinal));
        Assert.Equal("/problems/source-not-owned", await Problems.TypeOfAsync(own));
        await keys.RevokeAsync(orgId, key.Id, CancellationToken.None); // what a first start does when the operator has no key is another test's
    }

    [Fact]
    public async Task An_agents_key_sends_what_agents_measure_and_nothing_else()
    {
        using var agent = await app.AsAsync(app.Alice, Scopes.Agent);
        using var probe = await SendAsync(agent, IngestCases.Json(id: Fresh()).Replace("com.example.thing.v1", EventTypes.Probe, StringComparison.Ordinal));
        Assert.NotEqual(HttpStatusCode.Forbidden, probe.StatusCode);
        using var incident = await SendAsync(agent, IngestCases.Json(id: Fresh()).Replace("com.example.thing.v1", EventTypes.Incident, StringComparison.Ordinal));
        Assert.Equal("/problems/type-reserved", await Problems.TypeOfAsync(incident));
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("shk_nobody-has-this-key-0000000000000000000000", 401)]
    public async Task Without_a_good_key_nothing_is_taken(string? key, int status)
    {
        using var client = key is null ? app.Anyone() : app.With(key);
        using var answer = await SendAsync(client, IngestCases.Json(id: Fresh()));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotEmpty(answer.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task A_key_without_the_scope_and_a_revoked_one_are_refused()
    {
        using var reader = await app.AsAsync(app.Alice, Scopes.Read);
        using var forbidden = await SendAsync(reader, IngestCases.Json(id: Fresh()));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);

        var keys = app.Services.GetRequiredService<ApiKeys>();
        var (key, text) = await keys.IssueAsync(app.Alice, "short-lived", [Scopes.Publish], [], CancellationToken.None);
        await keys.RevokeAsync(app.Alice, key.Id, CancellationToken.None);
        using var revoked = app.With(text);
        using var answer = await SendAsync(revoked, IngestCases.Json(id: Fresh()));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("?access_token=x")]
    [InlineData("?anything=shk_0000000000000000000000000000000000000000000")]
    public async Task A_key_in_the_address_is_refused(string query)
    {
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish);
        using var content = Problems.Raw(Encoding.UTF8.GetBytes(IngestCases.Json(id: Fresh())), IngestCases.Structured);
        using var answer = await alice.PostAsync("/feed/events" + query, content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("/problems/key-in-url", await Problems.TypeOfAsync(answer));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("TRACE")]
    [InlineData("PATCH")]
    public async Task Other_methods_are_told_which_are_allowed(string method)
    {
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/feed/events");
        request.Headers.Add("X-HTTP-Method-Override", "POST");
        using var answer = await alice.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Contains("POST", answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_target_consents_to_an_origin_that_asks_by_its_name()
    {
        using var client = app.Anyone();
        using var plain = await client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/feed/events"));
        Assert.Equal(HttpStatusCode.NoContent, plain.StatusCode);
        Assert.Contains("POST", plain.Content.Headers.Allow);
        Assert.False(plain.Headers.Contains("WebHook-Allowed-Origin"));

        using var asks = new HttpRequestMessage(HttpMethod.Options, "/feed/events");
        asks.Headers.Add("WebHook-Request-Origin", "eventemitter.example.com");
        asks.Headers.Add("WebHook-Request-Rate", "120");
        using var granted = await client.SendAsync(asks);
        Assert.Equal("eventemitter.example.com", granted.Headers.GetValues("WebHook-Allowed-Origin").Single());
        Assert.Equal("120", granted.Headers.GetValues("WebHook-Allowed-Rate").Single());
    }

    internal static Task<HttpResponseMessage> SendAsync(HttpClient client, string structured) =>
        SendAsync(client, Encoding.UTF8.GetBytes(structured), IngestCases.Structured);

    internal static async Task<HttpResponseMessage> SendAsync(HttpClient client, byte[] body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/feed/events") { Content = new ByteArrayContent(body) };
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await client.SendAsync(request);
    }

    internal static string Fresh() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");

    /// <summary>The events with an id a client may read, byte for byte.</summary>
    private async Task<List<string>> PullAsync(HttpClient client, string id)
    {
        await app.SeenByThisNodeAsync();
        using var anyone = app.Anyone();
        var text = await anyone.GetStringAsync($"/feed/events?id={id}");
        return [.. JsonDocument.Parse(text).RootElement.EnumerateArray().Select(e => e.GetRawText())];
    }

    private async Task<HttpClient> KeyAsync(Guid orgId, string[] sources)
    {
        var (_, text) = await app.Services.GetRequiredService<ApiKeys>().IssueAsync(orgId, "test", [Scopes.Publish], sources, CancellationToken.None);
        return app.With(text);
    }
}
