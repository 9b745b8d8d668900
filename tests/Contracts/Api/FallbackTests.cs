using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Support;
using StatusHub.Web.Fallback;
using StatusHub.Web.Public.Snapshot;

namespace StatusHub.Contracts.Api;

/// <summary>What gateways ask, and the plans of organisations behind it.</summary>
[Collection(ApiCollection.Name)]
public sealed class FallbackTests(ApiApp app)
{
    private const string Plans = "/api/v1/plans";

    [Fact]
    public async Task A_healthy_primary_is_stayed_with_and_a_failing_one_left_for_what_shares_nothing()
    {
        using var anyone = app.Anyone();
        await ShowAsync(HealthState.Operational);
        var calm = await AskAsync(anyone, $"model={Views.Opus}");
        Assert.Equal("stay", (string)calm["advice"]!);
        Assert.Equal(1, (double)calm["primaryShare"]!);

        await ShowAsync(HealthState.MajorOutage);
        var advice = await AskAsync(anyone, $"model={Views.Opus}");
        Assert.Equal("switch", (string)advice["advice"]!);
        Assert.Equal(Views.Gpt.Value, (string)advice["use"]!);
        Assert.Contains("shares nothing known", (string)advice["reason"]!, StringComparison.Ordinal);
        var best = advice["alternatives"]![0]!;
        Assert.Equal(Views.Gpt.Value, (string)best["model"]!);
        Assert.True((bool)best["usable"]!);
        Assert.Equal(["provider:anthropic"], advice["alternatives"]!.AsArray().Single(a => (string)a!["model"]! == Views.Haiku.Value)!["sharedDomains"]!.AsArray().Select(d => (string)d!));
        await ShowAsync(HealthState.Operational);
    }

    [Fact]
    public async Task What_an_alternative_must_offer_is_asked_of_what_the_operator_declared()
    {
        using var anyone = app.Anyone();
        using var admin = await OperatorAsync();
        await ShowAsync(HealthState.MajorOutage);
        await CatalogueAsync();
        using var declared = await admin.PutAsync($"/api/v1/models/{Views.Haiku}/capabilities", Problems.Json("""{"abilities":["vision"],"contextTokens":200000}"""));
        Assert.Equal(HttpStatusCode.OK, declared.StatusCode);
        Assert.Equal("vision", (string)JsonNode.Parse(await anyone.GetStringAsync($"/api/v1/models/{Views.Haiku}/capabilities"))!["abilities"]![0]!);

        var advice = await AskAsync(anyone, $"model={Views.Opus}&require=vision,context:100000");
        Assert.Equal(Views.Haiku.Value, (string)advice["use"]!);
        Assert.Equal("none", (string)(await AskAsync(anyone, $"model={Views.Opus}&require=telepathy"))["advice"]!);
        using var alice = await app.AsAsync(app.Alice);
        using var refused = await alice.PutAsync($"/api/v1/models/{Views.Haiku}/capabilities", Problems.Json("""{"abilities":[]}"""));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await ShowAsync(HealthState.Operational);
    }

    [Fact]
    public async Task A_plan_is_its_organisations_alone_and_its_prompts_come_with_the_advice()
    {
        await ShowAsync(HealthState.MajorOutage);
        using var alice = await app.AsAsync(app.Alice);
        using var made = await alice.PostAsync(Plans, Problems.Json(
            $$"""{"name":"Writing","primary":"{{Views.Opus}}","alternatives":[{"model":"{{Views.Haiku}}","prompt":"Be brief."},{"model":"{{Views.Gpt}}"}]}"""));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var plan = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        Assert.Contains(plan["warnings"]!.AsArray(), w => (string)w!["model"]! == Views.Haiku.Value && ((string)w["warning"]!).Contains("provider:anthropic", StringComparison.Ordinal));

        var advice = await AskAsync(alice, $"model={Views.Opus}&org=alice");
        Assert.Equal("Writing", (string)advice["plan"]!);
        Assert.Equal("Be brief.", (string)advice["alternatives"]!.AsArray().Single(a => (string)a!["model"]! == Views.Haiku.Value)!["fallbackPrompt"]!);

        using var bob = await app.AsAsync(app.Bob);
        using var others = await bob.GetAsync($"{Plans}/{plan["id"]}");
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
        using var asAlice = await bob.GetAsync($"/api/v1/fallback?model={Views.Opus}&org=alice");
        Assert.Equal(HttpStatusCode.NotFound, asAlice.StatusCode);
        using var keyless = await app.Anyone().GetAsync($"/api/v1/fallback?model={Views.Opus}&org=alice");
        Assert.Equal(HttpStatusCode.Unauthorized, keyless.StatusCode);

        using var second = await alice.PostAsync(Plans, Problems.Json($$"""{"name":"Again","primary":"{{Views.Opus}}","alternatives":[{"model":"{{Views.Gpt}}"}]}"""));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        using var gone = await alice.DeleteAsync($"{Plans}/{plan["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Null((await AskAsync(alice, $"model={Views.Opus}&org=alice"))["plan"]);
        await ShowAsync(HealthState.Operational);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("{}", "/name", "/primary")]
    [InlineData("""{"name":"x","primary":"no model","alternatives":[{"model":"a/b"}]}""", "/primary")]
    [InlineData("""{"name":"x","primary":"a/b","alternatives":[]}""", "/alternatives")]
    [InlineData("""{"name":"x","primary":"a/b","alternatives":{}}""", "/alternatives")]
    [InlineData("""{"name":"x","primary":"a/b","alternatives":[{"model":"a/b"}]}""", "/alternatives")]
    [InlineData("""{"name":"x","primary":"a/b","require":"Not One","alternatives":[{"model":"a/c","prompt":7,"odd":1}]}""", "/require", "/alternatives/0/prompt", "/alternatives/0/odd")]
    public async Task A_plan_that_is_none_is_refused_with_every_wrong_place(string body, params string[] places)
    {
        using var alice = await app.AsAsync(app.Alice);
        using var answer = await alice.PostAsync(Plans, Problems.Json(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var found = await Problems.PlacesAsync(answer);
        Assert.All(places, place => Assert.Contains(place, found));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("model=x", 400)]
    [InlineData("model=anthropic/claude-opus-4-8&require=No%20Such", 400)]
    [InlineData("model=nobody/knows-it", 404)]
    public async Task A_question_that_cannot_be_answered_says_why(string query, int status)
    {
        await ShowAsync(HealthState.Operational);
        using var answer = await app.Anyone().GetAsync($"/api/v1/fallback?{query}");
        Assert.Equal(status, (int)answer.StatusCode);
        await Problems.ReadAsync(answer);
    }

    [Fact]
    public async Task What_changed_is_written_once_and_told_as_an_event()
    {
        var (board, book) = (app.Services.GetRequiredService<FallbackBoard>(), app.Services.GetRequiredService<AdviceBook>());
        await ShowAsync(HealthState.MajorOutage);
        var job = new AdviseJob(board, book);
        await job.Execute(null!, CancellationToken.None);
        var standing = (await book.ReadAsync(CancellationToken.None))[new(null, Views.Opus)];
        Assert.Equal(Views.Gpt, standing.To);
        using var anyone = app.Anyone();
        await Patience.UntilAsync("the change is told", async () =>
            JsonNode.Parse(await anyone.GetStringAsync("/feed/events?type=io.statushub.fallback.v1&limit=1000"))!.AsArray().Any(e => e!["data"] is JsonObject data
                && (string?)data["primary"] == Views.Opus.Value && (string?)data["advice"] == "switch" && (string?)data["alternative"] == Views.Gpt.Value));
        Assert.Empty(board.Changes(await book.ReadAsync(CancellationToken.None)));

        // It would stand for minutes after the primary works again.
        await app.ExecuteHereAsync("DELETE FROM fallback_advice");
        await board.ReadAsync(CancellationToken.None);
        await ShowAsync(HealthState.Operational);
    }

    private static async Task<JsonNode> AskAsync(HttpClient client, string query) => JsonNode.Parse(await client.GetStringAsync($"/api/v1/fallback?{query}"))!;

    private Task ShowAsync(HealthState opus) =>
        app.Services.GetRequiredService<PublicSite>().PublishAsync(Views.Of([Views.Model(Views.Opus, opus), Views.Model(Views.Haiku), Views.Model(Views.Gpt)], []) with { AsOf = app.Services.GetRequiredService<Clocks>().Now });

    private async Task CatalogueAsync()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var answer = await alice.PostAsync("/api/v1/endpoints", Problems.Json(EndpointsTests.Body(Views.Haiku.Value)));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private async Task<HttpClient> OperatorAsync()
    {
        var desk = app.Services.GetRequiredService<StatusHub.Web.Access.OrganisationDesk>();
        if (await desk.FindAsync(Domain.Tenancy.Organisation.OperatorSlug, CancellationToken.None) is null)
        {
            await app.Services.GetRequiredService<StatusHub.Web.Access.ApiKeys>().InstallOperatorKeyAsync("operator-key-of-fallback");
        }

        return await app.AsAsync((await desk.FindAsync(Domain.Tenancy.Organisation.OperatorSlug, CancellationToken.None))!.Id);
    }
}
