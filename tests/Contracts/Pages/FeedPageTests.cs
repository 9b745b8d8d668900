using System.Security.Cryptography;
using System.Text;
using StatusHub.Domain.Events;
using StatusHub.Support;
using StatusHub.Web.Public.Rendering;
using StatusHub.Web.Public.Wording;

namespace StatusHub.Contracts.Pages;

/// <summary>The page that tells people and their programs how to join.</summary>
public sealed class FeedPageTests
{
    private const string Url = "https://hub.example";

    [Fact]
    public async Task Its_lines_speak_of_this_hub_and_of_a_model_it_has()
    {
        var page = await Rendered.Document(SampleViews.Calm(), PublicPages.Feed, options: new PageOptions { PublicUrl = Url });
        var lines = page.QuerySelectorAll("pre.sh").Select(p => p.TextContent).ToList();
        Assert.True(lines.Count >= 10);
        Assert.All(lines, line => Assert.Contains(Url, line, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("shk_", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(SampleViews.Calm().Models[0].Id.Value, StringComparison.Ordinal));
        var ids = page.QuerySelectorAll("pre.sh").Select(p => p.GetAttribute("data-sample")).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task It_lists_every_type_and_says_who_may_read_one_without_a_mark()
    {
        var page = await Rendered.Document(SampleViews.Calm(), PublicPages.Feed);
        Assert.Equal(EventTypes.All, page.QuerySelectorAll("main table th code").Select(c => c.TextContent));
    }

    [Fact]
    public async Task The_page_of_types_shows_the_fields_of_every_schema()
    {
        var page = await Rendered.Document(SampleViews.Calm(), PublicPages.Types);
        foreach (var type in EventTypes.All)
        {
            var heading = page.GetElementById(type)!;
            Assert.Equal(SchemaFields.Of(type).Select(f => f.Name), heading.ParentElement!.QuerySelectorAll("dt code").Select(c => c.TextContent));
        }
    }

    [Fact]
    public async Task The_Python_of_the_page_tells_a_true_signature_from_a_false_one() =>
        await VerifiesAsync("python3", [
            "-c",
            SignatureGuide.Python + """

            import sys, json
            given = json.load(sys.stdin)
            print(verify(given["secret"], given["headers"], given["body"].encode()))
            """], "True", "False");

    [Fact]
    public async Task The_JavaScript_of_the_page_tells_a_true_signature_from_a_false_one() =>
        await VerifiesAsync("node", [
            "--input-type=module", "-e",
            SignatureGuide.JavaScript + """

            let text = '';
            for await (const part of process.stdin) text += part;
            const given = JSON.parse(text);
            console.log(verify(given.secret, given.headers, Buffer.from(given.body)));
            """], "true", "false");

    [Fact]
    public async Task The_CSharp_of_the_page_is_the_one_that_is_tested_here()
    {
        var tested = await File.ReadAllTextAsync(Path.Combine(Rendered.WebRoot, "..", "..", "..", "tests", "Contracts", "Pages", "VerifyInCSharp.cs"));
        Assert.Contains(Words(SignatureGuide.CSharp), Words(tested), StringComparison.Ordinal);
        var (secret, headers, body) = Signed();
        Assert.True(VerifyInCSharp.IsTrue(secret, name => headers[name], body));
        Assert.False(VerifyInCSharp.IsTrue(secret, name => headers[name], [.. body, 32]));
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static (string Secret, Dictionary<string, string> Headers, byte[] Body) Signed()
    {
        var key = RandomNumberGenerator.GetBytes(24);
        var body = "{\"a\":\"ä\"}"u8.ToArray();
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        byte[] said = [.. Encoding.UTF8.GetBytes($"msg_1.{at}."), .. body];
        var signed = HMACSHA256.HashData(key, said);
        return ("whsec_" + Convert.ToBase64String(key),
            new() { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = at, ["webhook-signature"] = "v1,AAAA v1," + Convert.ToBase64String(signed) },
            body);
    }

    private static async Task VerifiesAsync(string program, string[] arguments, string yes, string no)
    {
        var (secret, headers, body) = Signed();
        Assert.Equal(yes, await RunAsync(program, arguments, secret, headers, Encoding.UTF8.GetString(body)));
        Assert.Equal(no, await RunAsync(program, arguments, secret, headers, Encoding.UTF8.GetString(body) + " "));
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string secret, Dictionary<string, string> headers, string body)
    {
        var (_, said, _) = await ForeignProgram.RunAsync(program, arguments, System.Text.Json.JsonSerializer.Serialize(new { secret, headers, body }));
        return said.Trim();
    }
}
