using Microsoft.Extensions.DependencyInjection;
using StatusHub.Contracts.Pages;
using StatusHub.Domain.Events;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Public.Snapshot;

namespace StatusHub.Contracts.Api;

/// <summary>The lines of the page about the feed, taken from the page and pasted into a shell.</summary>
[Collection(ApiCollection.Name)]
public sealed class PastedLinesTests(ApiApp app)
{
    private const int CurlTimedOut = 28;
    private const string Source = "https://pasted.example";

    /// <summary>Lines that go on until they are stopped.</summary>
    private static readonly string[] Endless = ["stream"];

    /// <summary>Lines of the two operators of two hubs; <c>The_lines_for_peers</c> runs them.</summary>
    private static readonly string[] NeedsAPeer = ["agree", "confirm", "exchange", "peers"];

    /// <summary>What each line's answer holds, by the word of the page.</summary>
    private static readonly Dictionary<string, string> Promised = new(StringComparer.Ordinal)
    {
        ["pull"] = "rel=\"next\"",
        ["stream"] = "retry:",
        ["model"] = "\"evidence\"",
        ["read"] = "\"specversion\"",
        ["signal"] = "\"accepted\":1",
        ["incident"] = "\"accepted\":1",
        ["maintenance"] = "\"accepted\":1",
        ["subscribe"] = "\"whsec_",
        ["subscriptions"] = "\"subscriptions\"",
        ["statuspage"] = "\"components\"",
        ["hub"] = "\"publicKey\"",
        ["organisation"] = "\"slug\":\"acme\"",
        ["key"] = "\"shk_",
        ["answer"] = "\"answeredBy\":\"acme\"",
    };

    [Fact]
    public async Task Every_line_does_what_the_page_says()
    {
        using var client = app.Anyone();
        var key = await PrepareAsync();
        var page = Rendered.Parse(await client.GetStringAsync("/feed"));
        var failed = new List<string>();
        var ran = new List<string>();
        foreach (var sample in page.QuerySelectorAll("pre.sh"))
        {
            var (name, line) = (sample.GetAttribute("data-sample")!, sample.TextContent);
            if (NeedsAPeer.Contains(name, StringComparer.Ordinal))
            {
                continue; // run with two hubs, where there is a peer
            }

            var (code, said) = await RunAsync(line.Replace(ApiApp.PublicUrl, client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal), key);
            ran.Add(name);
            if (code != (Endless.Contains(name, StringComparer.Ordinal) ? CurlTimedOut : 0) || !said.Contains(Promised[name], StringComparison.Ordinal))
            {
                failed.Add($"{name}: curl ended with {code}: {said}");
            }
        }

        Assert.True(failed.Count == 0, string.Join('\n', failed));
        Assert.Equal(Promised.Keys.Order(StringComparer.Ordinal), ran.Order(StringComparer.Ordinal));
    }

    /// <summary>A model the page can speak of, an incident to be read, and the operator's key, which may do everything the page shows.</summary>
    private async Task<string> PrepareAsync()
    {
        var services = app.Services;
        using var alice = await app.AsAsync(app.Alice);
        using var _ = await alice.PostAsync("/api/v1/endpoints", Problems.Json(EndpointsTests.Body(Views.Opus.Value)));
        await services.GetRequiredService<PublicSite>().PublishAsync(Views.Of([Views.Model(Views.Opus)], []) with { AsOf = services.GetRequiredService<Clocks>().Now });
        await app.AppendAsync(new HubEvent("pasted-1", "urn:pasted", EventTypes.Incident, Views.Opus.Value, Views.Now, null, HubEvent.Clear, "{}"u8.ToArray()));
        var operators = await services.GetRequiredService<OrganisationDesk>().FindAsync(Organisation.OperatorSlug, CancellationToken.None);
        var keys = services.GetRequiredService<ApiKeys>();
        if (operators is null)
        {
            await keys.InstallOperatorKeyAsync("operator-key-of-pasted-lines");
            operators = await services.GetRequiredService<OrganisationDesk>().FindAsync(Organisation.OperatorSlug, CancellationToken.None);
        }

        return (await keys.IssueAsync(operators!.Id, "pasted", Scopes.All, [Source], CancellationToken.None)).Text;
    }

    private static async Task<(int Code, string Said)> RunAsync(string line, string key)
    {
        var home = Directory.CreateTempSubdirectory("statushub-curl-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(home, ".curlrc"), "silent\nshow-error\nfail-with-body\nmax-time = 5\n");
            var (code, said, complained) = await ForeignProgram.RunAsync(
                "bash", ["-c", line], "", ("CURL_HOME", home), ("STATUSHUB_KEY", key), ("STATUSHUB_SOURCE", Source), ("STATUSHUB_SINK", "https://pasted.example/hook"));
            return (code, said + complained);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}
