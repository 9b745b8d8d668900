using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents.Json;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Contracts.Api.Subscriptions;

[Collection(SubscribingCollection.Name)]
public sealed class DeliveriesTests(SubscribingApp app)
{
    [Fact]
    public async Task A_test_goes_out_at_once_signed_and_dressed_and_says_what_came_back()
    {
        var sink = app.Receiver.Willing(status: 201, body: "<b>thanks</b>\u0001");
        var made = await app.CreateAsync(sink, """
            "protocolsettings":{"headers":{"X-Team":"blue"}},"sinkcredential":{"credentialtype":"ACCESSTOKEN","accesstoken":"sesame"}
            """);
        var attempt = await app.PostAsync(made, "test");
        Assert.Equal(("delivered", 201, "<b>thanks</b>\\u0001"), ((string)attempt["outcome"]!, (int)attempt["status"]!, (string)attempt["answer"]!));
        Assert.True((double)attempt["millis"]! > 0);

        var received = app.Receiver.At(sink)[^1];
        Assert.Equal("POST", received.Method);
        Assert.Equal("application/cloudevents+json; charset=utf-8", received.Headers["content-type"]);
        Assert.Equal(("blue", "Bearer sesame", "status.example.org"),
            (received.Headers["x-team"], received.Headers["authorization"], received.Headers["webhook-request-origin"]));
        Assert.StartsWith($"{Guid.Parse((string)made["id"]!):N}_test_", received.Headers["webhook-id"], StringComparison.Ordinal);
        Assert.Equal(SignatureVerdict.Valid, Verify(received, (string)made["secret"]!));
        Assert.True(JsonEventFormatter.TryDecodeStructuredModeMessage(received.Body, out var e, out _));
        Assert.Equal((EventTypes.Test, "red"), (e.Type, e["tlp"]));

        var attempts = JsonNode.Parse(await app.Alice.GetStringAsync(SubscribingApp.PathOf(made) + "/attempts"))!["attempts"]!.AsArray();
        Assert.Equal(attempt.ToJsonString(), Assert.Single(attempts)!.ToJsonString());
        Assert.Null(attempts[0]!["cursor"]);
    }

    [Fact]
    public async Task A_test_that_fails_says_how()
    {
        var refusing = await app.CreateAsync(app.Receiver.Willing(status: 500, body: "no"));
        var rejected = await app.PostAsync(refusing, "test");
        Assert.Equal(("rejected", 500, "no"), ((string)rejected["outcome"]!, (int)rejected["status"]!, (string)rejected["answer"]!));
        var nobody = await app.CreateAsync("http://127.0.0.1:9998/nobody", """ "config":{"format":"discord"} """);
        var failed = await app.PostAsync(nobody, "test");
        Assert.Equal("not_connected", (string)failed["outcome"]!);
        Assert.Null(failed["status"]);
        var elsewhere = await app.CreateAsync("https://hooks.example/x", """ "config":{"format":"slack"} """);
        await MoveSinkAsync(elsewhere, "https://10.0.0.1/x");
        Assert.Equal("refused", (string)(await app.PostAsync(elsewhere, "test"))["outcome"]!);
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("batch")]
    public async Task A_mode_asked_for_is_the_mode_sent(string mode)
    {
        var sink = app.Receiver.Willing();
        var made = await app.CreateAsync(sink, $$""" "config":{"mode":"{{mode}}"} """);
        await app.PostAsync(made, "test");
        var received = app.Receiver.At(sink)[^1];
        Assert.Equal(SignatureVerdict.Valid, Verify(received, (string)made["secret"]!));
        if (mode == "batch")
        {
            Assert.Equal("application/cloudevents-batch+json; charset=utf-8", received.Headers["content-type"]);
            Assert.Single(JsonNode.Parse(received.Body)!.AsArray());
        }
        else
        {
            Assert.Equal(("application/json", EventTypes.Test), (received.Headers["content-type"], received.Headers["ce-type"]));
        }
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_fit_and_at_most_ten_old_ones_are_kept()
    {
        var sink = app.Receiver.Willing();
        var made = await app.CreateAsync(sink);
        var rotated = await app.PostAsync(made, "secret", "");
        Assert.NotEqual((string)made["secret"]!, (string)rotated["secret"]!);
        await app.PostAsync(made, "test");
        var received = app.Receiver.At(sink)[^1];
        Assert.Equal(SignatureVerdict.Valid, Verify(received, (string)made["secret"]!));
        Assert.Equal(SignatureVerdict.Valid, Verify(received, (string)rotated["secret"]!));
        Assert.Equal(SignatureVerdict.NoMatch, Verify(received, WebhookSecret.Generate().Reveal()));
        for (var i = 1; i < SignatureSecrets.MaxReplaced; i++)
        {
            await app.PostAsync(made, "secret", "");
        }

        using var one = await app.Alice.PostAsync(SubscribingApp.PathOf(made) + "/secret", null);
        Assert.Equal(HttpStatusCode.Conflict, one.StatusCode);
        Assert.Equal("/problems/limit-reached", await Problems.TypeOfAsync(one));
    }

    [Fact]
    public async Task The_reference_library_of_receivers_takes_what_is_sent_before_and_after_a_rotation()
    {
        var modules = ForeignProgram.NodeModules();
        var sink = app.Receiver.Willing();
        var made = await app.CreateAsync(sink);
        await app.PostAsync(made, "test");
        var before = app.Receiver.At(sink)[^1];
        var rotated = await app.PostAsync(made, "secret", "");
        await app.PostAsync(made, "test");
        var after = app.Receiver.At(sink)[^1];
        var (old, next) = ((string)made["secret"]!, (string)rotated["secret"]!);
        Assert.Equal("ok", await NodeVerifyAsync(modules, before, old));
        Assert.Equal("ok", await NodeVerifyAsync(modules, after, old));
        Assert.Equal("ok", await NodeVerifyAsync(modules, after, next));
        Assert.Equal("WebhookVerificationError", await NodeVerifyAsync(modules, before, next));
    }

    [Fact]
    public async Task A_review_says_of_each_event_whether_it_matches_and_if_not_what_kept_it_out()
    {
        await app.AppendAsync(EventTypes.ModelStatus, "openai/gpt-review", []);
        await app.AppendAsync(EventTypes.Incident, "openai/gpt-review", []);
        await app.AppendAsync(EventTypes.Signal, "openai/gpt-review", [], tlp: "red", org: app.Api.Bob);
        await app.AppendAsync(EventTypes.Incident, "anthropic/claude-review", []);
        var made = await app.CreateAsync(app.Receiver.Willing(), """
            "types":["io.statushub.incident.v1"],"filters":[{"sql":"tlp = 'clear' AND subject LIKE 'anthropic/%'"}]
            """);
        var review = await app.PostAsync(made, "matches", """{"last":3}""");
        Assert.Equal((3, 1), ((int)review["looked"]!, (int)review["matched"]!));
        var events = review["events"]!.AsArray();
        Assert.Equal((true, null, "anthropic/claude-review"), ((bool)events[0]!["matches"]!, (string?)events[0]!["pointer"], (string?)events[0]!["subject"]));
        Assert.Equal(("/filters/0/sql", "(subject LIKE 'anthropic/%') is not true."), ((string)events[1]!["pointer"]!, (string)events[1]!["because"]!));
        Assert.Equal("/types", (string)events[2]!["pointer"]!);
        using var many = await app.Alice.PostAsync(SubscribingApp.PathOf(made) + "/matches", Problems.Json("""{"last":1001}"""));
        Assert.Equal(["/last"], await Problems.PlacesAsync(many));
    }

    [Fact]
    public async Task A_dead_letter_is_tried_again_under_its_old_name_and_goes_when_it_gets_through()
    {
        var status = 500;
        var sink = app.Receiver.At(context =>
        {
            context.Response.Headers["WebHook-Allowed-Origin"] = "*";
            context.Response.Headers["WebHook-Allowed-Rate"] = "*";
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var made = await app.CreateAsync(sink);
        var id = Guid.Parse((string)made["id"]!);
        var position = await app.AppendAsync(EventTypes.Incident, "anthropic/dead", []);
        await app.BuryAsync(id, position);
        var letters = await LettersAsync(made);
        Assert.Equal((position, "rejected"), ((long)Assert.Single(letters)!["position"]!, (string)letters[0]!["reason"]!));

        var failed = await app.PostAsync(made, $"deadletters/{position}/retry", "");
        Assert.Equal("rejected", (string)failed["outcome"]!);
        Assert.Single(await LettersAsync(made));
        status = 204;
        var delivered = await app.PostAsync(made, $"deadletters/{position}/retry", "");
        Assert.Equal("delivered", (string)delivered["outcome"]!);
        Assert.Empty(await LettersAsync(made));
        Assert.All(app.Receiver.At(sink).Where(r => r.Method == "POST"), r => Assert.Equal($"{id:N}_{position}", r.Headers["webhook-id"]));
        using var gone = await app.Alice.PostAsync($"{SubscribingApp.PathOf(made)}/deadletters/{position}/retry", null);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Attempts_are_listed_newest_first_page_by_page()
    {
        var made = await app.CreateAsync(app.Receiver.Willing());
        for (var i = 0; i < 5; i++)
        {
            await app.PostAsync(made, "test");
        }

        var seen = (await PagesAsync(made)).Select(a => (DateTimeOffset)a["at"]!).ToList();
        Assert.Equal(5, seen.Count);
        Assert.Equal(seen.OrderByDescending(a => a), seen);
    }

    [Fact]
    public async Task Of_a_batch_that_goes_over_pages_no_attempt_is_left_out()
    {
        var made = await app.CreateAsync(app.Receiver.Willing());
        var (id, at) = (Guid.Parse((string)made["id"]!), app.Get<Clocks>().Now);
        foreach (var position in Enumerable.Range(1, 5))
        {
            await app.Get<DeliveryHistory>().AddAsync(
                app.Api.Alice, id, new AttemptLine(at, position, $"e{position}", "t", 1, "delivered", 204, 1, null, null), CancellationToken.None);
        }

        await app.PostAsync(made, "test");
        var seen = (await PagesAsync(made)).Select(a => (string)a["eventId"]!).ToList();
        Assert.Equal(["e5", "e4", "e3", "e2", "e1"], seen.Skip(1));
        foreach (var bad in new[] { "x", "1-", "1-2-3", "99999999999999999999", "-1" })
        {
            using var refused = await app.Alice.GetAsync($"{SubscribingApp.PathOf(made)}/attempts?cursor={bad}");
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    private async Task<List<JsonNode>> PagesAsync(JsonNode subscription)
    {
        var (seen, cursor) = (new List<JsonNode>(), "");
        do
        {
            var page = JsonNode.Parse(await app.Alice.GetStringAsync($"{SubscribingApp.PathOf(subscription)}/attempts?limit=2{(cursor.Length > 0 ? "&cursor=" + cursor : "")}"))!;
            seen.AddRange(page["attempts"]!.AsArray().Select(a => a!));
            cursor = (string?)page["nextCursor"] ?? "";
        }
        while (cursor.Length > 0);
        return seen;
    }

    private static SignatureVerdict Verify(ReceivedRequest r, string secret) => Signature.Verify(
        r.Headers["webhook-id"], r.Headers["webhook-timestamp"], r.Headers["webhook-signature"], r.Body,
        [WebhookSecret.TryParse(secret, out var key) ? key : throw new FormatException()], TimeProvider.System.GetUtcNow());

    private static async Task<string> NodeVerifyAsync(string modules, ReceivedRequest r, string secret)
    {
        const string Script = """
            const { Webhook } = require(process.argv[1] + "/standardwebhooks");
            const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
            try { new Webhook(given.secret).verify(given.body, given.headers); console.log("ok"); } catch (e) { console.log(e.constructor.name); }
            """;
        var given = JsonSerializer.Serialize(new { secret, body = Encoding.UTF8.GetString(r.Body), headers = r.Headers });
        var (_, said, _) = await ForeignProgram.RunAsync("node", ["-e", Script, modules], given);
        return said.Trim();
    }

    private async Task<JsonArray> LettersAsync(JsonNode subscription) =>
        JsonNode.Parse(await app.Alice.GetStringAsync(SubscribingApp.PathOf(subscription) + "/deadletters"))!["deadletters"]!.AsArray();

    private async Task MoveSinkAsync(JsonNode subscription, string sink)
    {
        var store = app.Get<SubscriptionStore>();
        var stored = (await store.FindAsync(app.Api.Alice, Guid.Parse((string)subscription["id"]!), CancellationToken.None))!;
        var definition = JsonNode.Parse(stored.Definition)!;
        definition["sink"] = sink;
        Assert.True(await store.UpdateAsync(stored with { Definition = definition.ToJsonString() }, CancellationToken.None));
    }
}
