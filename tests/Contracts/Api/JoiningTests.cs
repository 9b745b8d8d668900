using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Contracts.Api;

/// <summary>How an organisation gets onto the hub: made by the operator, given a key, answerable for a provider, all of it written down.</summary>
[Collection(ApiCollection.Name)]
public sealed class JoiningTests(ApiApp app)
{
    [Fact]
    public async Task The_operator_makes_an_organisation_and_gives_it_a_key_that_works()
    {
        using var operators = await OperatorAsync();
        var slug = Fresh("acme");
        using var made = await PostAsync(operators, "/api/v1/orgs", $$"""{"slug":"{{slug}}","name":"Acme"}""");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal($"/api/v1/orgs/{slug}", made.Headers.Location!.ToString());

        using var issued = await PostAsync(
            operators, "/api/v1/keys", $$"""{"name":"first","scopes":["admin","feed:publish"],"sources":["https://{{slug}}.example"],"org":"{{slug}}"}""");
        Assert.Equal(HttpStatusCode.Created, issued.StatusCode);
        var key = await JsonAsync(issued);
        using var acme = app.With((string)key["key"]!);
        var own = JsonNode.Parse(await acme.GetStringAsync("/api/v1/orgs"))!["organisations"]!.AsArray();
        Assert.Equal([slug], own.Select(o => (string)o!["slug"]!));
        var listed = JsonNode.Parse(await acme.GetStringAsync("/api/v1/keys"))!["keys"]!.AsArray().Single()!;
        Assert.Equal((string)key["id"]!, (string)listed["id"]!);
        Assert.Null(listed["key"]);
    }

    [Fact]
    public async Task An_ordinary_admin_sees_and_touches_only_its_own_organisation()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var bob = await app.AsAsync(app.Bob);
        var bobs = (string)(await JsonAsync(await PostAsync(bob, "/api/v1/keys", """{"name":"bob's","scopes":["read"]}""")))["id"]!;
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Get, "/api/v1/orgs/bob", null),
            (HttpMethod.Get, "/api/v1/keys?org=bob", null),
            (HttpMethod.Delete, $"/api/v1/keys/{bobs}", null),
            (HttpMethod.Delete, $"/api/v1/keys/{bobs}?org=bob", null),
            (HttpMethod.Post, "/api/v1/keys", """{"name":"x","scopes":["read"],"org":"bob"}"""),
        })
        {
            using var answer = await SendAsync(alice, method, path, body);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{method} {path}: {(int)answer.StatusCode}");
        }

        using var make = await PostAsync(alice, "/api/v1/orgs", """{"slug":"mine","name":"Mine"}""");
        Assert.Equal(HttpStatusCode.Forbidden, make.StatusCode);
        using var answerFor = await SendAsync(alice, HttpMethod.Put, "/api/v1/providers/anthropic", """{"answeredBy":"alice"}""");
        Assert.Equal(HttpStatusCode.Forbidden, answerFor.StatusCode);
    }

    [Fact]
    public async Task A_key_gives_only_what_it_has()
    {
        using var narrow = await app.AsAsync(app.Alice, Scopes.Admin, Scopes.Read);
        using var answer = await PostAsync(narrow, "/api/v1/keys", """{"name":"more","scopes":["read","feed:peer"]}""");
        Assert.Equal(["/scopes/1"], await Problems.PlacesAsync(answer));
        using var without = await app.AsAsync(app.Alice, Scopes.Read);
        using var refused = await without.GetAsync("/api/v1/keys");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Theory]
    [InlineData("""{"scopes":["read"]}""", "/name")]
    [InlineData("""{"name":" ","scopes":["read"]}""", "/name")]
    [InlineData("""{"name":"x"}""", "/scopes")]
    [InlineData("""{"name":"x","scopes":["everything"]}""", "/scopes/0")]
    [InlineData("""{"name":"x","scopes":["read","read"]}""", "/scopes/1")]
    [InlineData("""{"name":"x","scopes":["read"],"sources":["not a uri"]}""", "/sources/0")]
    [InlineData("""{"name":"x","scopes":["read"],"sources":[""]}""", "/sources/0")]
    [InlineData("""{"name":"x","scopes":["read"],"sources":["urn:a","urn:a"]}""", "/sources/1")]
    [InlineData("""{"name":"x","scopes":["read"],"colour":"red"}""", "/colour")]
    public async Task What_is_wrong_with_a_key_is_pointed_at(string body, string place)
    {
        using var alice = await app.AsAsync(app.Alice);
        using var answer = await PostAsync(alice, "/api/v1/keys", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal([place], await Problems.PlacesAsync(answer));
    }

    [Fact]
    public async Task A_key_speaks_for_at_most_twenty_sources()
    {
        using var alice = await app.AsAsync(app.Alice);
        string Body(int count) => new JsonObject
        {
            ["name"] = "many",
            ["scopes"] = new JsonArray("read"),
            ["sources"] = new JsonArray([.. Enumerable.Range(0, count).Select(n => (JsonNode)$"urn:alice:many:{n}")]),
        }.ToJsonString();
        using var fits = await PostAsync(alice, "/api/v1/keys", Body(20));
        Assert.Equal(HttpStatusCode.Created, fits.StatusCode);
        using var more = await PostAsync(alice, "/api/v1/keys", Body(21));
        Assert.Equal(["/sources"], await Problems.PlacesAsync(more));
    }

    [Fact]
    public async Task Nobody_speaks_for_a_source_that_is_anothers_until_its_keys_are_revoked()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var bob = await app.AsAsync(app.Bob);
        var body = $$"""{"name":"feed","scopes":["feed:publish"],"sources":["https://{{Fresh("status")}}.example"]}""";
        var first = await JsonAsync(await PostAsync(alice, "/api/v1/keys", body));
        using var second = await PostAsync(alice, "/api/v1/keys", body);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        using var stolen = await PostAsync(bob, "/api/v1/keys", body);
        Assert.Equal(HttpStatusCode.Conflict, stolen.StatusCode);
        Assert.Equal("/problems/taken", await Problems.TypeOfAsync(stolen));

        foreach (var id in new[] { (string)first["id"]!, (string)(await JsonAsync(second))["id"]! })
        {
            using var gone = await alice.DeleteAsync($"/api/v1/keys/{id}");
            Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        }

        using var free = await PostAsync(bob, "/api/v1/keys", body);
        Assert.Equal(HttpStatusCode.Created, free.StatusCode);
    }

    [Fact]
    public async Task A_repeated_request_gets_no_second_key_and_never_the_text_again()
    {
        using var alice = await app.AsAsync(app.Alice);
        var token = Fresh("again");
        using var first = await PostAsync(alice, "/api/v1/keys", """{"name":"once","scopes":["read"]}""", token);
        using var second = await PostAsync(alice, "/api/v1/keys", """{"name":"once","scopes":["read"]}""", token);
        var (made, again) = (await JsonAsync(first), await JsonAsync(second));
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal((string)made["id"]!, (string)again["id"]!);
        Assert.NotNull(made["key"]);
        Assert.Null(again["key"]);
        Assert.DoesNotContain(app.Logged, line => line.Contains((string)made["key"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_revoked_key_stops_working()
    {
        using var alice = await app.AsAsync(app.Alice);
        var key = await JsonAsync(await PostAsync(alice, "/api/v1/keys", """{"name":"short","scopes":["admin"]}"""));
        using var shortLived = app.With((string)key["key"]!);
        using var before = await shortLived.GetAsync("/api/v1/keys");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        using var revoked = await alice.DeleteAsync($"/api/v1/keys/{key["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using var after = await shortLived.GetAsync("/api/v1/keys");
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        using var twice = await alice.DeleteAsync($"/api/v1/keys/{key["id"]}");
        Assert.Equal(HttpStatusCode.NotFound, twice.StatusCode);
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("api")]
    [InlineData("a")]
    [InlineData("-a")]
    [InlineData("Acme")]
    [InlineData("a b")]
    [InlineData("ümlaut")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_slug_is_short_plain_and_not_the_hubs_own(string slug)
    {
        using var operators = await OperatorAsync();
        using var answer = await PostAsync(operators, "/api/v1/orgs", new JsonObject { ["slug"] = slug, ["name"] = "X" }.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(["/slug"], await Problems.PlacesAsync(answer));
    }

    [Fact]
    public async Task A_slug_is_taken_once()
    {
        using var operators = await OperatorAsync();
        using var answer = await PostAsync(operators, "/api/v1/orgs", """{"slug":"alice","name":"Another Alice"}""");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task The_operator_says_who_answers_for_a_provider_and_takes_it_back()
    {
        using var operators = await OperatorAsync();
        using var alice = await app.AsAsync(app.Alice);
        using var bob = await app.AsAsync(app.Bob);
        using var endpoint = await PostAsync(alice, "/api/v1/endpoints", EndpointsTests.Body("answerable/model"));
        using var set = await SendAsync(operators, HttpMethod.Put, "/api/v1/providers/answerable", """{"answeredBy":"alice"}""");
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        Assert.Equal("alice", await AnsweredByAsync(operators));
        Assert.Equal("alice", await AnsweredByAsync(alice));
        Assert.Null(await AnsweredByAsync(bob));
        var reader = await app.Services.GetRequiredService<Readers>().OfAsync(app.Alice, CancellationToken.None);
        Assert.True(reader.Providers.Contains("answerable") || reader.Providers.Count == 0); // looked up anew within five seconds

        using var back = await SendAsync(operators, HttpMethod.Put, "/api/v1/providers/answerable", """{"answeredBy":null}""");
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.Null(await AnsweredByAsync(operators));
        foreach (var wrong in new[] { "{}", """{"answeredBy":"nobody-here"}""", """{"answeredBy":7}""" })
        {
            using var answer = await SendAsync(operators, HttpMethod.Put, "/api/v1/providers/answerable", wrong);
            Assert.Equal(["/answeredBy"], await Problems.PlacesAsync(answer));
        }

        using var none = await SendAsync(operators, HttpMethod.Put, "/api/v1/providers/no-such", """{"answeredBy":null}""");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task What_was_done_is_written_down_for_whom_it_concerns()
    {
        using var operators = await OperatorAsync();
        using var bob = await app.AsAsync(app.Bob);
        var key = await JsonAsync(await PostAsync(operators, "/api/v1/keys", """{"name":"for bob","scopes":["read"],"org":"bob"}"""));
        using var revoked = await bob.DeleteAsync($"/api/v1/keys/{key["id"]}");
        var entries = JsonNode.Parse(await bob.GetStringAsync("/api/v1/audit?limit=500"))!["entries"]!.AsArray()
            .Where(e => (string)e!["target"]! == (string)key["id"]!).ToList();
        Assert.Equal(["key.revoke", "key.issue"], entries.Select(e => (string)e!["action"]!));
        Assert.Equal([false, true], entries.Select(e => (bool)e!["byOperator"]!));
        Assert.DoesNotContain((string)key["key"]!, entries[1]!.ToJsonString(), StringComparison.Ordinal);

        using var alice = await app.AsAsync(app.Alice);
        Assert.DoesNotContain((string)key["id"]!, await alice.GetStringAsync("/api/v1/audit?limit=500"), StringComparison.Ordinal);
        Assert.Contains((string)key["id"]!, await operators.GetStringAsync("/api/v1/audit?limit=500"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_the_record_join_without_gap_or_repeat()
    {
        using var alice = await app.AsAsync(app.Alice);
        for (var i = 0; i < 3; i++)
        {
            using var _ = await PostAsync(alice, "/api/v1/keys", """{"name":"page","scopes":["read"]}""");
        }

        var all = JsonNode.Parse(await alice.GetStringAsync("/api/v1/audit?limit=500"))!["entries"]!.AsArray().Select(e => (string)e!["id"]!).ToList();
        var paged = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = JsonNode.Parse(await alice.GetStringAsync("/api/v1/audit?limit=2" + (cursor is null ? "" : $"&cursor={cursor}")))!;
            paged.AddRange(page["entries"]!.AsArray().Select(e => (string)e!["id"]!));
            if ((cursor = (string?)page["nextCursor"]) is null)
            {
                break;
            }
        }

        Assert.Equal(all, paged);
    }

    private async Task<HttpClient> OperatorAsync()
    {
        var keys = app.Services.GetRequiredService<ApiKeys>();
        var text = "operator-key-of-joining-" + Fresh("k");
        await keys.InstallOperatorKeyAsync(text);
        return app.With(text);
    }

    private static string Fresh(string start) => $"{start}-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N")[20..]}";

    private static async Task<string?> AnsweredByAsync(HttpClient client) =>
        (string?)JsonNode.Parse(await client.GetStringAsync("/api/v1/providers"))!["providers"]!.AsArray().Single(p => (string)p!["id"]! == "answerable")!["answeredBy"];

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string body, string? idempotencyKey = null) =>
        SendAsync(client, HttpMethod.Post, path, body, idempotencyKey);

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? body, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Problems.Json(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return client.SendAsync(request);
    }
}
