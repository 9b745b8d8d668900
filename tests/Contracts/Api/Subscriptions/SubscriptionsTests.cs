using System.Net;
using System.Text.Json.Nodes;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Feed.Streams;

namespace StatusHub.Contracts.Api.Subscriptions;

[Collection(SubscribingCollection.Name)]
public sealed class SubscriptionsTests(SubscribingApp app)
{
    private const string Path = SubscribingApp.Path;

    [Fact]
    public async Task What_was_asked_for_is_what_is_kept_and_the_secret_is_shown_once()
    {
        var sink = app.Receiver.Willing();
        var made = await app.CreateAsync(sink, """
            "id":"ignored","types":["io.statushub.incident.v1"],"source":"urn:x","filters":[{"sql":"subject LIKE 'anthropic/%'"},{"not":{"exact":{"tlp":"red"}}}],
            "config":{"name":"on call","mode":"batch","maxbatchsize":20,"signature":"v1,v1a"},"protocolsettings":{"headers":{"X-Team":"blue"}},
            "sinkcredential":{"credentialtype":"ACCESSTOKEN","accesstoken":"sesame-token"}
            """);
        Assert.StartsWith("whsec_", (string)made["secret"]!, StringComparison.Ordinal);
        var found = await app.FindAsync(made);
        Assert.Null(found["secret"]);
        Assert.Equal(sink, (string)found["sink"]!);
        Assert.Equal("HTTP", (string)found["protocol"]!);
        Assert.Equal("""["io.statushub.incident.v1"]""", found["types"]!.ToJsonString());
        Assert.Equal("urn:x", (string)found["source"]!);
        Assert.Equal("subject LIKE 'anthropic/%'", (string)found["filters"]![0]!["sql"]!);
        Assert.Equal("blue", (string)found["protocolsettings"]!["headers"]!["X-Team"]!);
        Assert.Equal("""{"mode":"batch","name":"on call","format":"cloudevents","signature":"v1,v1a","maxbatchsize":20}""", found["config"]!.ToJsonString());
        Assert.Equal("active", SubscribingApp.State(found));
        Assert.True((bool)found["status"]!["hasCredential"]!);
        Assert.Equal(4, found["status"]!["filter"]!.AsArray().Count);
        Assert.DoesNotContain("sesame-token", found.ToJsonString() + made.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(app.Api.Logged, l => l.Contains("sesame-token", StringComparison.Ordinal) || l.Contains((string)made["secret"]!, StringComparison.Ordinal));
        var id = Guid.Parse((string)made["id"]!);
        var stored = (await app.Get<SubscriptionStore>().FindAsync(app.Api.Alice, id, CancellationToken.None))!;
        Assert.DoesNotContain("sesame", System.Text.Encoding.Latin1.GetString(stored.Credential!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_read_can_be_changed_and_sent_back()
    {
        var made = await app.CreateAsync(app.Receiver.Willing(), """ "types":["a.b"] """);
        var found = await app.FindAsync(made);
        found["types"] = new JsonArray("c.d");
        using var answer = await app.Alice.PutAsync(SubscribingApp.PathOf(made), Problems.Json(found.ToJsonString()));
        var changed = await SubscribingApp.ReadAsync(answer);
        Assert.Equal("""["c.d"]""", changed["types"]!.ToJsonString());
        Assert.True((int)changed["status"]!["version"]! > (int)found["status"]!["version"]!);
        Assert.Equal("active", SubscribingApp.State(changed));
    }

    [Theory]
    [InlineData("{}", "/sink,/protocol")]
    [InlineData("""{"sink":"https://a.example","protocol":"http"}""", "/protocol")]
    [InlineData("""{"sink":7,"protocol":"HTTP"}""", "/sink")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","filter":[]}""", "/filter")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","types":"x"}""", "/types")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","types":[""]}""", "/types")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","source":""}""", "/source")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","filters":[{"regex":"x"}]}""", "/filters/0/regex")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","filters":[{"sql":"subject LIKE 7"}]}""", "/filters/0/sql")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","filters":[{"cesql":"NOSUCH(subject)"}]}""", "/filters/0/cesql")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","filters":[{"sql":"Subject = 'x'"}]}""", "/filters/0/sql")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","filters":[{"sql":"1 + 1"}]}""", "/filters/0/sql")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","config":{"format":"smoke"}}""", "/config/format")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","config":{"mode":"fast"}}""", "/config/mode")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","config":{"format":"slack","mode":"batch"}}""", "/config/mode")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","config":{"maxbatchsize":5}}""", "/config/maxbatchsize")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","config":{"mode":"batch","maxbatchsize":101}}""", "/config/maxbatchsize")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","config":{"signature":"v2"}}""", "/config/signature")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","config":{"startafter":"yesterday"}}""", "/config/startafter")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","config":{"colour":"red"}}""", "/config/colour")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","sinkcredential":{"credentialtype":"REFRESHTOKEN"}}""", "/sinkcredential/credentialtype")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","sinkcredential":{"credentialtype":"ACCESSTOKEN","accesstoken":"a b"}}""", "/sinkcredential/accesstoken")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","sinkcredential":{"credentialtype":"PLAIN","identifier":"a:b","secret":"x"}}""", "/sinkcredential/identifier")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","protocolsettings":{"method":"PUT"}}""", "/protocolsettings/method")]
    [InlineData("""{"sink":"https://a.example","protocol":"HTTP","protocolsettings":{"headers":["x"]}}""", "/protocolsettings/headers")]
    public async Task A_wrong_member_is_pointed_at(string body, string pointers)
    {
        using var answer = await app.Alice.PostAsync(Path, Problems.Json(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(pointers.Split(','), await Problems.PlacesAsync(answer));
    }

    [Theory]
    [InlineData("Host", "a.example")]
    [InlineData("Content-Length", "1")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("Cookie", "a=b")]
    [InlineData("Authorization", "Bearer x")]
    [InlineData("webhook-id", "1")]
    [InlineData("WebHook-Request-Origin", "evil.example")]
    [InlineData("X-Forwarded-For", "1.2.3.4")]
    [InlineData("ce-id", "1")]
    [InlineData("X-Bad", "a\\r\\nX: y")]
    [InlineData("X-Bad", "é")]
    [InlineData("X-Bad", "")]
    [InlineData("X Bad", "x")]
    [InlineData("X-Bad:", "x")]
    public async Task A_header_that_is_not_a_subscribers_to_set_is_refused(string name, string value)
    {
        var body = SubscribingApp.Body("https://a.example", $$$""" "protocolsettings":{"headers":{"{{{name}}}":"{{{value}}}"}} """);
        using var answer = await app.Alice.PostAsync(Path, Problems.Json(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(["/protocolsettings/headers"], await Problems.PlacesAsync(answer));
    }

    [Theory]
    [InlineData("https://10.0.0.1/", "host")]
    [InlineData("https://0/", "host")]
    [InlineData("https://0.0.0.0/", "host")]
    [InlineData("https://[::]/", "host")]
    [InlineData("https://[::1]/", "host")]
    [InlineData("https://[::ffff:10.0.0.1]/", "host")]
    [InlineData("https://[64:ff9b::7f00:1]/", "host")]
    [InlineData("https://[2002:7f00:1::]/", "host")]
    [InlineData("https://[2001:db8::1]/", "host")]
    [InlineData("https://169.254.169.254/latest/meta-data", "host")]
    [InlineData("https://100.64.0.1/", "host")]
    [InlineData("https://198.18.0.1/", "host")]
    [InlineData("https://224.0.0.1/", "host")]
    [InlineData("https://255.255.255.255/", "host")]
    [InlineData("https://[fd00::1]/", "host")]
    [InlineData("https://[fe80::1]/", "host")]
    [InlineData("https://192.168.1.1/", "host")]
    [InlineData("https://0xa.1/", "host")]
    [InlineData("https://167772161/", "host")]
    [InlineData("https://012.0.0.1/", "host")]
    [InlineData("https://①⓪.0.0.1/", "notanaddress")]
    [InlineData("https://evil.example@10.0.0.1/", "userinfo")]
    [InlineData("https://user:pass@host.example/", "userinfo")]
    [InlineData("https://ok.example\\\\@10.0.0.1/", "notanaddress")]
    [InlineData("https://ok.example/\\r\\nX: y", "notanaddress")]
    [InlineData("https://exa\\u202Emple.com/", "notanaddress")]
    [InlineData("https://a.example:22/", "port")]
    [InlineData("https://a.example:25/", "port")]
    [InlineData("https://a.example:6379/", "port")]
    [InlineData("https://a.example:5432/", "port")]
    [InlineData("https://a.example:65536/", "notanaddress")]
    [InlineData("file:///etc/passwd", "scheme")]
    [InlineData("ftp://a.example/", "scheme")]
    [InlineData("gopher://a.example/", "scheme")]
    [InlineData("ws://a.example/", "scheme")]
    [InlineData("data:text/plain,x", "scheme")]
    [InlineData("/relative", "scheme")]
    [InlineData("https://a.example/{template}", "notanaddress")]
    public async Task A_sink_the_hub_does_not_go_to_is_refused_by_rule_without_a_word_about_any_network(string sink, string code)
    {
        using var answer = await app.Alice.PostAsync(Path, Problems.Json(SubscribingApp.Body(sink)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await Problems.ReadAsync(answer);
        Assert.Equal("/sink", (string)problem["errors"]![0]!["pointer"]!);
        Assert.Contains((string)problem["errors"]![0]!["code"]!, new[] { code, "notanaddress" });
        var said = problem.ToJsonString();
        Assert.DoesNotContain("private", said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("loopback", said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("resolve", said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Anothers_subscription_is_not_there_by_any_route()
    {
        var made = await app.CreateAsync(app.Receiver.Willing());
        var own = SubscribingApp.PathOf(made);
        var never = $"{Path}/{Guid.CreateVersion7(DateTimeOffset.UnixEpoch)}";
        (HttpMethod Method, string Action, string? Body)[] routes =
        [
            (HttpMethod.Get, "", null), (HttpMethod.Put, "", SubscribingApp.Body(app.Receiver.Willing())), (HttpMethod.Delete, "", null),
            (HttpMethod.Post, "/secret", null), (HttpMethod.Post, "/replay", $$"""{"after":"{{LogCursor.Of(0)}}"}"""), (HttpMethod.Post, "/enable", null),
            (HttpMethod.Post, "/disable", null), (HttpMethod.Get, "/attempts", null), (HttpMethod.Get, "/deadletters", null),
            (HttpMethod.Post, "/deadletters/1/retry", null), (HttpMethod.Post, "/test", null), (HttpMethod.Post, "/matches", "{}"),
        ];
        foreach (var (method, action, body) in routes)
        {
            using var theirs = await SendAsync(app.Bob, method, own + action, body);
            using var nobodys = await SendAsync(app.Bob, method, never + action, body);
            using var noId = await SendAsync(app.Bob, method, $"{Path}/x{action}", body);
            using var withoutKey = await SendAsync(app.Api.Anyone(), method, own + action, body);
            Assert.True(theirs.StatusCode == HttpStatusCode.NotFound, $"{method} {action}: {theirs.StatusCode}");
            Assert.Equal(HttpStatusCode.NotFound, noId.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, withoutKey.StatusCode);
            Assert.Equal(await nobodys.Content.ReadAsStringAsync(), await theirs.Content.ReadAsStringAsync());
        }

        Assert.DoesNotContain((string)made["id"]!, await app.Bob.GetStringAsync(Path), StringComparison.Ordinal);
        Assert.Equal("active", SubscribingApp.State(await app.FindAsync(made)));
        using var publisher = await app.Api.AsAsync(app.Api.Alice, Scopes.Publish);
        using var unscoped = await publisher.GetAsync(Path);
        Assert.Equal(HttpStatusCode.Forbidden, unscoped.StatusCode);
    }

    [Fact]
    public async Task Lists_go_page_by_page_and_a_deleted_one_is_gone()
    {
        using var carol = await app.Api.AsAsync(app.Api.Bob);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await carol.PostAsync(Path, Problems.Json(SubscribingApp.Body("https://hooks.example/x", """ "config":{"format":"slack"} """)));
            ids.Add((string)(await SubscribingApp.ReadAsync(answer, HttpStatusCode.Created))["id"]!);
        }

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = JsonNode.Parse(await carol.GetStringAsync($"{Path}?limit=2{(cursor.Length > 0 ? "&cursor=" + cursor : "")}"))!;
            seen.AddRange(page["subscriptions"]!.AsArray().Select(s => (string)s!["id"]!));
            cursor = (string?)page["nextCursor"] ?? "";
        }
        while (cursor.Length > 0);

        Assert.All(ids, id => Assert.Contains(id, seen));
        Assert.Equal(seen.Count, seen.Distinct().Count());
        using var deleted = await carol.DeleteAsync($"{Path}/{ids[0]}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var again = await carol.DeleteAsync($"{Path}/{ids[0]}");
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        using var wrong = await carol.GetAsync(Path + "?cursor=x");
        Assert.Equal(["?cursor"], await Problems.PlacesAsync(wrong));
    }

    [Fact]
    public async Task A_creation_tried_again_under_its_key_makes_one_and_shows_no_secret_again()
    {
        var body = SubscribingApp.Body("https://hooks.example/x", """ "config":{"format":"teams"} """);
        using var first = await KeyedAsync("subscribe-once", body);
        using var second = await KeyedAsync("subscribe-once", body);
        var (made, again) = (await SubscribingApp.ReadAsync(first, HttpStatusCode.Created), await SubscribingApp.ReadAsync(second, HttpStatusCode.Created));
        Assert.Equal((string)made["id"]!, (string)again["id"]!);
        Assert.NotNull(made["secret"]);
        Assert.Null(again["secret"]);
        Assert.True(second.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_replay_moves_the_place_and_the_fence_and_forgets_failures()
    {
        var first = await app.AppendAsync(EventTypes.Incident, "anthropic/x", []);
        var made = await app.CreateAsync(app.Receiver.Willing());
        var id = Guid.Parse((string)made["id"]!);
        Assert.Equal(0, (long)made["status"]!["lag"]!);
        await FailAsync(id);
        Assert.Equal(3, (int)(await app.FindAsync(made))["status"]!["failures"]!);
        var fence = await FenceAsync(id);

        var moved = await app.PostAsync(made, "replay", $$"""{"after":"{{LogCursor.Of(first - 1)}}"}""");
        Assert.Equal(LogCursor.Of(first - 1), (string)moved["status"]!["cursor"]!);
        Assert.True((long)moved["status"]!["lag"]! >= 1);
        Assert.Equal(0, (int)moved["status"]!["failures"]!);
        Assert.Null(moved["status"]!["failingSince"]);
        Assert.Equal(fence + 1, await FenceAsync(id));

        using var beyond = await app.Alice.PostAsync(SubscribingApp.PathOf(made) + "/replay", Problems.Json($$"""{"after":"{{LogCursor.Of(long.MaxValue)}}"}"""));
        Assert.Equal(["/after"], await Problems.PlacesAsync(beyond));
        using var none = await app.Alice.PostAsync(SubscribingApp.PathOf(made) + "/replay", Problems.Json("{}"));
        Assert.Equal(["/after"], await Problems.PlacesAsync(none));
    }

    [Fact]
    public async Task A_new_one_may_start_in_the_past_and_one_stopped_goes_on_where_it_stood()
    {
        var first = await app.AppendAsync(EventTypes.Incident, "anthropic/y", []);
        var made = await app.CreateAsync(app.Receiver.Willing(), $$""" "config":{"startafter":"{{LogCursor.Of(first - 1)}}"} """);
        Assert.Equal(LogCursor.Of(first - 1), (string)made["status"]!["cursor"]!);
        var stopped = await app.PostAsync(made, "disable");
        Assert.Equal("disabled", SubscribingApp.State(stopped));
        Assert.NotNull(stopped["status"]!["because"]);
        var going = await app.PostAsync(made, "enable");
        Assert.Equal("active", SubscribingApp.State(going));
        Assert.Equal(LogCursor.Of(first - 1), (string)going["status"]!["cursor"]!);
        Assert.Single(app.Receiver.At((string)made["sink"]!)); // it had consented: it is not asked twice
    }

    [Fact]
    public async Task An_organisation_has_room_for_so_many_and_no_more()
    {
        var store = app.Get<SubscriptionStore>();
        var now = DateTimeOffset.UnixEpoch;
        var org = app.Api.Bob;
        Subscription New() => new()
        {
            OrgId = org,
            Id = Guid.CreateVersion7(app.Get<Clocks>().Now),
            Definition = """{"sink":"https://a.example","protocol":"HTTP"}""",
            State = SubscriptionState.Active,
            StateAt = now,
            Secrets = [1],
            CreatedAt = now,
            UpdatedAt = now,
        };
        var have = (await store.ListAsync(org, Guid.Empty, 1_000, CancellationToken.None)).Count;
        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => store.TryAddAsync(New(), 0, have + 5, 50, CancellationToken.None)));
        Assert.Equal(5, made.Count(m => m));
    }

    private async Task FailAsync(Guid id)
    {
        await using var connection = await app.Get<Database>().OpenTenantAsync(app.Api.Alice, CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE deliveries SET attempt = 2, failures = 3, failing_since = now(), next_at = now() WHERE subscription_id = $1";
        command.Parameters.Add(new() { Value = id });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private async Task<long> FenceAsync(Guid id)
    {
        await using var connection = await app.Get<Database>().OpenTenantAsync(app.Api.Alice, CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT fence FROM deliveries WHERE subscription_id = $1";
        command.Parameters.Add(new() { Value = id });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<HttpResponseMessage> KeyedAsync(string key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Problems.Json(body) };
        request.Headers.Add("Idempotency-Key", key);
        return await app.Alice.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string address, string? body)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : Problems.Json(body) };
        return await client.SendAsync(request);
    }
}
