using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Support;
using StatusHub.Web.Contracts;

namespace StatusHub.Contracts.Api;

/// <summary>What organisations want of models, over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class ObjectivesTests(ApiApp app)
{
    private const string Objectives = "/api/v1/objectives";

    [Fact]
    public async Task An_objective_is_added_read_changed_and_removed_and_never_seen_by_another_organisation()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var bob = await app.AsAsync(app.Bob);
        using var made = await alice.PostAsync(Objectives, Problems.Json("""{"name":"Answers","model":"objectives/one","target":0.999,"window":"month"}"""));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var objective = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        var path = $"{Objectives}/{objective["id"]}";
        Assert.Equal(path, made.Headers.Location!.ToString());
        Assert.Equal(0.3, (double)objective["weights"]!["partial_outage"]!);
        Assert.Equal(4, objective["burn"]!.AsArray().Count);
        Assert.Null(objective["alert"]);

        foreach (var call in new Func<Task<HttpResponseMessage>>[]
        {
            () => bob.GetAsync(path), () => bob.DeleteAsync(path), () => bob.PutAsync(path, Problems.Json("""{"name":"Mine","model":"a/b","target":0.9}""")),
            () => alice.GetAsync(Objectives + "/none"),
        })
        {
            using var answer = await call();
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            await Problems.ReadAsync(answer);
        }

        Assert.DoesNotContain(JsonNode.Parse(await bob.GetStringAsync(Objectives))!["objectives"]!.AsArray(), o => (string)o!["name"]! == "Answers");
        using var changed = await alice.PutAsync(path, Problems.Json("""{"name":"Begins","model":"objectives/one","target":0.95,"window":"7d","ttftLimitMs":1500}"""));
        var after = JsonNode.Parse(await changed.Content.ReadAsStringAsync())!;
        Assert.Equal((0.95, "7d", 1500.0), ((double)after["target"]!, (string)after["window"]!, (double)after["ttftLimitMs"]!));
        Assert.Equal(objective["createdAt"]!.ToString(), after["createdAt"]!.ToString());
        using var gone = await alice.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using var again = await alice.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_is_made_once()
    {
        using var alice = await app.AsAsync(app.Alice);
        alice.DefaultRequestHeaders.Add("Idempotency-Key", "objective-once");
        string[] ids = new string[2];
        for (var i = 0; i < ids.Length; i++)
        {
            using var made = await alice.PostAsync(Objectives, Problems.Json("""{"name":"Once","model":"objectives/once","target":0.99}"""));
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            ids[i] = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        }

        Assert.Equal(ids[0], ids[1]);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("{}", "/name", "/model", "/target")]
    [InlineData("""{"name":"x","model":"no model","target":2,"window":"week","odd":1}""", "/model", "/target", "/window", "/odd")]
    [InlineData("""{"name":"x","model":"a/b","target":"99 %"}""", "/target")]
    [InlineData("""{"name":"x","model":"a/b","target":0.9999999}""", "/target")]
    [InlineData("""{"name":"x","model":"a/b","target":0.99,"weights":{"major_outage":2,"unknown":1},"ttftLimitMs":0}""", "/weights/major_outage", "/weights/unknown", "/ttftLimitMs")]
    public async Task An_objective_that_is_none_is_refused_with_every_wrong_place(string body, params string[] places)
    {
        using var alice = await app.AsAsync(app.Alice);
        using var answer = await alice.PostAsync(Objectives, Problems.Json(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var found = await Problems.PlacesAsync(answer);
        Assert.All(places, place => Assert.Contains(place, found));
    }

    [Fact]
    public async Task Without_a_key_or_its_scope_there_is_nothing()
    {
        using var anyone = await app.Anyone().GetAsync(Objectives);
        Assert.Equal(HttpStatusCode.Unauthorized, anyone.StatusCode);
        using var reader = await app.AsAsync(app.Alice, "read");
        using var refused = await reader.GetAsync(Objectives);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task However_many_nodes_look_an_alert_is_raised_once_and_ends_when_its_objective_does()
    {
        const string model = "objectives/burning";
        using var alice = await app.AsAsync(app.Alice);
        using var made = await alice.PostAsync(Objectives, Problems.Json($$"""{"name":"Burns","model":"{{model}}","target":0.999}"""));
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        var now = app.Services.GetRequiredService<Clocks>().Now;
        await app.ExecuteHereAsync($"INSERT INTO verdict_spans (model_id, from_at, status) VALUES ('{model}', '{now.AddMinutes(-30):O}', 5)");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new BurnJob(app.Services.GetRequiredService<BurnBook>()).Execute(null!, CancellationToken.None).AsTask()));

        Assert.NotNull(JsonNode.Parse(await alice.GetStringAsync($"{Objectives}/{id}"))!["alert"]);
        await Patience.UntilAsync("the alert is told", async () => (await ToldAsync(alice, model)).Count > 0);
        Assert.Equal(["raised"], await ToldAsync(alice, model));
        using var gone = await alice.DeleteAsync($"{Objectives}/{id}");
        await Patience.UntilAsync("its end is told", async () => (await ToldAsync(alice, model)).Count > 1);
        Assert.Equal(["raised", "ended"], await ToldAsync(alice, model));
        using var bob = await app.AsAsync(app.Bob);
        Assert.Empty(await ToldAsync(bob, model));
        using var anyone = app.Anyone();
        Assert.Empty(await ToldAsync(anyone, model));
    }

    private static async Task<IReadOnlyList<string>> ToldAsync(HttpClient client, string model) =>
        [.. JsonNode.Parse(await client.GetStringAsync($"/feed/events?type=io.statushub.objective.v1&subject={model}&limit=1000"))!.AsArray().Select(e => (string)e!["data"]!["phase"]!)];
}
