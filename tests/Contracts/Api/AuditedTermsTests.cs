using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Contracts.Api;

/// <summary>Who agreed on what, and who changed it, is written down together with it.</summary>
[Collection(ApiCollection.Name)]
public sealed class AuditedTermsTests(ApiApp app)
{
    private static readonly Dictionary<string, Kept> Kinds = new(StringComparer.Ordinal)
    {
        ["objective"] = new(
            "/api/v1/objectives", """{"name":"Answers","model":"audited/one","target":0.999}""",
            """{"name":"Answers","model":"audited/one","target":0.95,"ttftLimitMs":1500}""",
            "name Answers; model audited/one; target 99.9 %; window 30d; weights 0 degraded, 0.3 partial, 1 major, 0 maintenance",
            "target 99.9 % → 95 %; weights 0 degraded, 0.3 partial, 1 major, 0 maintenance → nothing; first token within nothing → 1500 ms"),
        ["contract"] = new(
            "/api/v1/contracts", """{"name":"Ours","template":"azure-openai","covers":[{"model":"audited/one","monthlySpend":100}]}""",
            """{"name":"Ours","template":"azure-openai","covers":[{"model":"audited/one","monthlySpend":250}],"clause":{"claimDays":90}}""",
            "name Ours; template azure-openai; covers audited/one at 100 USD; method weighted_time",
            "covers audited/one at 100 USD → audited/one at 250 USD; days to claim"),
        ["plan"] = new(
            "/api/v1/plans", """{"name":"Writing","primary":"audited/one","alternatives":[{"model":"audited/two","prompt":"Be brief."}]}""",
            """{"name":"Writing","primary":"audited/one","require":"tools","alternatives":[{"model":"audited/two","prompt":"Be short."},{"model":"audited/three"}]}""",
            "name Writing; primary audited/one; needs nothing; alternative 1 audited/two; alternative 1 prompt 9 characters (",
            "needs nothing → tools; alternative 1 prompt 9 characters ("),
    };

    /// <param name="Whole">How the entry of the first begins.</param>
    /// <param name="Changed">How the entry of the change to the second begins.</param>
    private sealed record Kept(string Path, string First, string Then, string Whole, string Changed);

    public static TheoryData<string> Names() => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Adding_changing_and_removing_are_written_down_with_the_key_and_what_was_before(string kind)
    {
        var (path, first, then, whole, changed) = Kinds[kind];
        var (key, text) = await app.Services.GetRequiredService<ApiKeys>().IssueAsync(app.Alice, "audited", Scopes.All, [], CancellationToken.None);
        using var alice = app.With(text);
        using var bob = await app.AsAsync(app.Bob);
        using var made = await alice.PostAsync(path, Problems.Json(first));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        foreach (var call in new[] { bob.PutAsync($"{path}/{id}", Problems.Json(then)), bob.DeleteAsync($"{path}/{id}"), alice.PutAsync($"{path}/{id}", Problems.Json("{}")) })
        {
            using var refused = await call;
            Assert.False(refused.IsSuccessStatusCode);
        }

        using var after = await alice.PutAsync($"{path}/{id}", Problems.Json(then));
        using var gone = await alice.DeleteAsync($"{path}/{id}");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent), (after.StatusCode, gone.StatusCode));

        var entries = await EntriesAsync(alice, id);
        Assert.Equal([$"{kind}.delete", $"{kind}.change", $"{kind}.create"], entries.Select(e => (string)e["action"]!));
        Assert.All(entries, e => Assert.Equal(((Guid?)key.Id, false), ((Guid?)e["byKey"], (bool)e["byOperator"]!)));
        Assert.StartsWith(whole, (string)entries[2]["detail"]!, StringComparison.Ordinal);
        Assert.StartsWith(changed, (string)entries[1]["detail"]!, StringComparison.Ordinal);
        Assert.StartsWith("name ", (string)entries[0]["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("Be ", (string)entries[0]["detail"]!, StringComparison.Ordinal);
        Assert.Empty(await EntriesAsync(bob, id));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_cannot_be_written_down_is_not_done(string kind)
    {
        var (path, first, then, _, _) = Kinds[kind];
        using var alice = await app.AsAsync(app.Alice);
        using var made = await alice.PostAsync(path, Problems.Json(first));
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        await app.ExecuteHereAsync("ALTER TABLE audit_entries ADD CONSTRAINT closed CHECK (action NOT SIMILAR TO '(objective|contract|plan).%') NOT VALID");
        try
        {
            using var again = await alice.PostAsync(path, Problems.Json(first.Replace("audited/one", "audited/other", StringComparison.Ordinal)));
            using var replaced = await alice.PutAsync($"{path}/{id}", Problems.Json(then));
            using var deleted = await alice.DeleteAsync($"{path}/{id}");
            Assert.All([again, replaced, deleted], a => Assert.Equal(HttpStatusCode.InternalServerError, a.StatusCode));
        }
        finally
        {
            await app.ExecuteHereAsync("ALTER TABLE audit_entries DROP CONSTRAINT closed");
        }

        var kept = JsonNode.Parse(await alice.GetStringAsync($"{path}/{id}"))!;
        Assert.Equal(kept["createdAt"]!.ToString(), kept["changedAt"]!.ToString());
        Assert.DoesNotContain("audited/other", await alice.GetStringAsync(path), StringComparison.Ordinal);
        using var gone = await alice.DeleteAsync($"{path}/{id}");
        Assert.Equal([$"{kind}.delete", $"{kind}.create"], (await EntriesAsync(alice, id)).Select(e => (string)e["action"]!));
    }

    private static async Task<IReadOnlyList<JsonNode>> EntriesAsync(HttpClient client, string target) =>
        [.. JsonNode.Parse(await client.GetStringAsync("/api/v1/audit?limit=500"))!["entries"]!.AsArray().OfType<JsonNode>().Where(e => (string)e["target"]! == target)];
}
