using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using StatusHub.Domain.Events;

namespace StatusHub.Contracts.Api;

/// <summary>What programs find out about the feed before they join it.</summary>
[Collection(ApiCollection.Name)]
public sealed class FeedTypesTests(ApiApp app)
{
    [Fact]
    public async Task The_catalogue_names_every_type_with_a_schema_that_is_there()
    {
        using var client = app.Anyone();
        var types = JsonNode.Parse(await client.GetStringAsync("/feed/types"))!["types"]!.AsArray();
        Assert.Equal(EventTypes.All, types.Select(t => (string)t!["type"]!));
        foreach (var type in types)
        {
            var address = new Uri((string)type!["dataSchema"]!);
            Assert.StartsWith(ApiApp.PublicUrl, address.ToString(), StringComparison.Ordinal);
            using var schema = await client.GetAsync(address.PathAndQuery);
            Assert.Equal("application/schema+json", schema.Content.Headers.ContentType!.MediaType);
            Assert.Equal("object", (string)JsonNode.Parse(await schema.Content.ReadAsStringAsync())!["type"]!);
        }

        using var none = await client.GetAsync("/feed/schemas/com.example.other");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        await Problems.ReadAsync(none);
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html")]
    [InlineData("text/html;q=0.5, application/json", "application/json")]
    [InlineData("text/html;q=0", "application/json")]
    public async Task A_browser_gets_a_page_and_a_program_gets_json(string? accept, string type)
    {
        using var client = app.Anyone();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/feed/types");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await client.SendAsync(request);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Fact]
    public async Task Every_reference_of_the_AsyncAPI_document_leads_somewhere()
    {
        using var client = app.Anyone();
        var document = JsonNode.Parse(await client.GetStringAsync("/asyncapi/v1.json"))!;
        Assert.Equal("3.0.0", (string)document["asyncapi"]!);
        var references = References(document).Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(references);
        foreach (var reference in references)
        {
            var parts = reference.Split('#');
            var root = parts[0].Length == 0 ? document : JsonNode.Parse(await client.GetStringAsync(parts[0]))!;
            Assert.True(Resolve(root, parts[1]) is not null, reference);
        }
    }

    [Fact]
    public async Task The_AsyncAPI_document_has_every_channel_and_a_message_for_every_type()
    {
        using var client = app.Anyone();
        var document = JsonNode.Parse(await client.GetStringAsync("/asyncapi/v1.json"))!;
        Assert.Equal(["health", "ingest", "pull", "stream", "webhooks"], document["channels"]!.AsObject().Select(c => c.Key).Order(StringComparer.Ordinal));
        Assert.Equal(EventTypes.All, document["channels"]!["stream"]!["messages"]!.AsObject().Select(m => m.Key));
        var taken = document["channels"]!["ingest"]!["messages"]!.AsObject().Select(m => m.Key).ToList();
        Assert.Contains(EventTypes.Signal, taken);
        Assert.DoesNotContain(EventTypes.Score, taken);
        foreach (var (_, operation) in document["operations"]!.AsObject())
        {
            Assert.Contains((string)operation!["action"]!, new[] { "send", "receive" });
        }
    }

    [Fact]
    public async Task Every_problem_leads_to_a_page_that_explains_it()
    {
        using var client = app.Anyone();
        using var list = await client.GetAsync("/problems");
        var page = Pages.Rendered.Parse(await list.Content.ReadAsStringAsync());
        var links = page.QuerySelectorAll("main td a, main th a").Select(a => a.GetAttribute("href")!).ToList();
        Assert.True(links.Count >= 14);
        foreach (var link in links)
        {
            using var answer = await client.GetAsync(link);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(Pages.Rendered.Parse(await answer.Content.ReadAsStringAsync()).QuerySelector("main .lead")!.TextContent.Length > 30, link);
        }

        using var none = await client.GetAsync("/problems/no-such-problem");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    /// <summary>The kinds are found by their declaration: one that nobody put into the list would answer with a dead address.</summary>
    [Fact]
    public void Every_kind_of_problem_is_in_the_list()
    {
        var hub = typeof(StatusHub.Web.Api.Problem).Assembly;
        var kind = hub.GetType("StatusHub.Web.Api.ProblemKind")!;
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var declared = hub.GetTypes().SelectMany(t => t.GetFields(Any)).Where(f => f.FieldType == kind).Select(f => f.GetValue(null)!).ToList();
        var listed = ((System.Collections.IEnumerable)hub.GetType("StatusHub.Web.Api.ProblemCatalogue")!.GetField("All", Any)!.GetValue(null)!).Cast<object>().ToList();
        Assert.NotEmpty(declared);
        Assert.All(declared, k => Assert.Contains(k, listed));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(m => m is { Key: "$ref", Value: JsonValue v } ? [(string)v!] : References(m.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    private static JsonNode? Resolve(JsonNode root, string pointer) =>
        pointer.Split('/').Skip(1).Aggregate((JsonNode?)root, (at, step) => at?[step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]);
}
