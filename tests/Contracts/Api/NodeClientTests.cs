using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Tenancy;
using StatusHub.Support;
using StatusHub.Web.Access;

namespace StatusHub.Contracts.Api;

/// <summary>The CloudEvents package for Node.js, as it is published, sends to the hub and reads from it.</summary>
[Collection(ApiCollection.Name)]
public sealed class NodeClientTests(ApiApp app)
{
    private static readonly string Script = Path.Combine(Repository.Root, "tests", "Contracts", "Api", "Node", "publish.cjs");

    [Fact]
    public async Task The_published_package_sends_in_both_modes_and_reads_what_it_sent()
    {
        var source = $"urn:example:node:{IngestTests.Fresh()}";
        var (_, key) = await app.Services.GetRequiredService<ApiKeys>().IssueAsync(app.Alice, "node", [Scopes.Publish], ["urn:example:node:*"], CancellationToken.None);
        var (code, said, complained) = await ForeignProgram.RunAsync(
            "node", [Script, app.ClientOptions.BaseAddress.ToString().TrimEnd('/'), key, source], environment: ("NODE_PATH", ForeignProgram.NodeModules()));
        Assert.True(code == 0, complained);
        var seen = JsonNode.Parse(said)!;
        foreach (var (name, answer) in seen["sent"]!.AsObject())
        {
            var expected = name.EndsWith("raw", StringComparison.Ordinal) ? "400 " : "202 {\"accepted\":1,\"duplicates\":0}";
            Assert.StartsWith(expected, (string)answer!, StringComparison.Ordinal);
        }

        var read = seen["read"]!.AsArray().ToDictionary(e => (string)e!["id"]!);
        Assert.Equal(8, read.Count);
        foreach (var id in new[] { "data", "data-structured" })
        {
            Assert.Equal(("acme/one", "eu", "clear"), ((string?)read[id]!["subject"], (string?)read[id]!["zone"], (string?)read[id]!["tlp"]));
            Assert.Equal("""{"n":1.5,"text":"\u20AC"}""", read[id]!["data"]!.ToJsonString());
        }

        Assert.Equal("plain words", (string?)read["text"]!["data"]);
        Assert.Equal("plain words", (string?)read["text-structured"]!["data"]);
        Assert.Equal("AP+A", (string?)read["bytes"]!["base64"]);
        Assert.Equal("AP+A", (string?)read["bytes-structured"]!["base64"]);
        Assert.Null(read["empty"]!["data"]);
    }
}
