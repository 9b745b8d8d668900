using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Support.Stories;
using StatusHub.Web.Access;
using StatusHub.Web.Fallback;

namespace StatusHub.Scenarios.Stories;

/// <summary>What people and gateways are shown of one model at an instant.</summary>
/// <param name="Home">The page of all models.</param>
/// <param name="Page">The model's own page.</param>
/// <param name="Api">The model as the API tells it.</param>
/// <param name="Incident">The open incident it is in, as the API tells it; null for none.</param>
/// <param name="Advice">What to use instead, by the operator's plan for it.</param>
public sealed record Glance(string Home, string Page, JsonNode Api, JsonNode? Incident, JsonNode Advice)
{
    public (string Advice, string? Use) Advised => ((string)Advice["advice"]!, (string?)Advice["use"]);

    public string Reason => (string)Advice["reason"]!;

    /// <summary>What the advice says of one alternative.</summary>
    public JsonNode Of(string model) => Advice["alternatives"]!.AsArray().Single(a => (string)a!["model"]! == model)!;

    /// <summary>Over by then with an even chance, and in four of five cases.</summary>
    public (DateTimeOffset P50, DateTimeOffset P80)? Expected =>
        Api["eta"] is { } eta ? (eta["p50"]!.GetValue<DateTimeOffset>(), eta["p80"]!.GetValue<DateTimeOffset>()) : null;
}

/// <summary>Looks at the hub from outside, as an organisation that has a plan for each model it uses.</summary>
internal sealed class Onlooker(StatusHubApp app)
{
    private string? _key;

    /// <summary>Writes a plan that would take every other model, in the order given.</summary>
    public async Task PlanAsync(string primary, IEnumerable<string> alternatives, CancellationToken cancel)
    {
        var plan = new JsonObject
        {
            ["name"] = $"instead of {primary}",
            ["primary"] = primary,
            ["alternatives"] = new JsonArray([.. alternatives.Select(m => (JsonNode)new JsonObject { ["model"] = m })]),
        };
        using var request = await AskAsync(HttpMethod.Post, "/api/v1/plans", cancel);
        request.Content = new StringContent(plan.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await app.Http.SendAsync(request, cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancel));
    }

    public async Task<Glance> LookAsync(string model, CancellationToken cancel)
    {
        var home = await app.PageAsync("/", cancel);
        await DecideAsync(cancel);
        var incidents = JsonNode.Parse(await app.Http.GetStringAsync($"/api/v1/incidents?state=open&model={model}", cancel))!["incidents"]!.AsArray();
        using var request = await AskAsync(HttpMethod.Get, $"/api/v1/fallback?model={model}&org={Organisation.OperatorSlug}", cancel);
        using var advice = await app.Http.SendAsync(request, cancel);
        return new(
            home,
            await app.Http.GetStringAsync($"/models/{model}", cancel),
            JsonNode.Parse(await app.Http.GetStringAsync($"/api/v1/models/{model}", cancel))!,
            incidents.Count > 0 ? incidents[0] : null,
            JsonNode.Parse(await advice.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancel))!);
    }

    /// <summary>What the hub's own duty does every second: decide what is advised, and remember it.</summary>
    private async Task DecideAsync(CancellationToken cancel)
    {
        await app.Services.GetRequiredService<FateBook>().LearnAsync(app.Clock.GetUtcNow(), cancel);
        var (board, book) = (app.Services.GetRequiredService<FallbackBoard>(), app.Services.GetRequiredService<AdviceBook>());
        await board.ReadAsync(cancel);
        var standing = await book.ReadAsync(cancel);
        if (board.Changes(standing) is { Count: > 0 } changes)
        {
            await book.WriteAsync(changes, standing, cancel);
            await board.ReadAsync(cancel);
        }
    }

    private async Task<HttpRequestMessage> AskAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        _key ??= (await app.Services.GetRequiredService<ApiKeys>().IssueAsync(await new Outsiders(app, "").OperatorAsync(cancel), "story", Scopes.All, [], cancel)).Item2;
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        return request;
    }
}
