using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;

namespace StatusHub.Contracts.Api;

[Collection(ApiCollection.Name)]
public sealed class EndpointsTests(ApiApp app)
{
    private const string Path = "/api/v1/endpoints";
    private const string Secret = "sk-canary-4f6b1c9e2d7a";

    [Fact]
    public async Task An_endpoint_can_be_made_read_replaced_and_removed()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var made = await alice.PostAsync(Path, Problems.Json(Body()));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var endpoint = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        var address = $"{Path}/{endpoint["id"]}";
        Assert.Equal(address, made.Headers.Location!.ToString());
        Assert.True((bool)endpoint["hasCredential"]!);
        Assert.Equal("content_check", (string)endpoint["probe"]!);
        Assert.Equal(30, (int)endpoint["intervalSeconds"]!);
        Assert.Equal(endpoint.ToJsonString(), JsonNode.Parse(await alice.GetStringAsync(address))!.ToJsonString());

        var calmer = Body().Replace("\"intervalSeconds\":30", "\"intervalSeconds\":300", StringComparison.Ordinal)
            .Replace($",\"credential\":\"{Secret}\"", "", StringComparison.Ordinal);
        using var replaced = await alice.PutAsync(address, Problems.Json(calmer));
        var after = JsonNode.Parse(await replaced.Content.ReadAsStringAsync())!;
        Assert.Equal(300, (int)after["intervalSeconds"]!);
        Assert.True((bool)after["hasCredential"]!);

        using var gone = await alice.DeleteAsync(address);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using var again = await alice.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task A_model_nobody_knew_enters_the_catalogue()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var made = await alice.PostAsync(Path, Problems.Json(Body("newlab/great-model-1-5")));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        Assert.Equal("Great Model 1.5", (await db.Models.SingleAsync(m => m.Id == ModelId.Parse("newlab/great-model-1-5"))).Name);
    }

    [Fact]
    public async Task A_key_is_not_sent_along_when_the_address_moves_to_another_host()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var made = await alice.PostAsync(Path, Problems.Json(Body()));
        var moved = Body().Replace("api.anthropic.com", "collector.example.net", StringComparison.Ordinal)
            .Replace($",\"credential\":\"{Secret}\"", "", StringComparison.Ordinal);
        using var answer = await alice.PutAsync(made.Headers.Location, Problems.Json(moved));
        Assert.Equal(["/credential"], await Problems.PlacesAsync(answer));
    }

    [Theory]
    [InlineData("{}", "/model,/dialect,/url")]
    [InlineData("[]", ",/model,/dialect,/url")]
    [InlineData("\"x\"", ",/model,/dialect,/url")]
    [InlineData("""{"model":7,"dialect":"openai-chat","url":"https://a.example"}""", "/model")]
    [InlineData("""{"model":"Anthropic/X","dialect":"openai-chat","url":"https://a.example"}""", "/model")]
    [InlineData("""{"model":"a/b/c","dialect":"openai-chat","url":"https://a.example"}""", "/model")]
    [InlineData("""{"model":"a/b","dialect":"telepathy","url":"https://a.example"}""", "/dialect")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"/relative"}""", "/url")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"ftp://a.example"}""", "/url")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"file:///etc/passwd"}""", "/url")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://me:pw@a.example"}""", "/url")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example/#x"}""", "/url")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example/\r\nX: y"}""", "/url")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://exa\u202emple.com"}""", "/url")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://ok.example\\@127.0.0.1/"}""", "/url")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","intervalSeconds":4}""", "/intervalSeconds")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","intervalSeconds":86401}""", "/intervalSeconds")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","intervalSeconds":5.5}""", "/intervalSeconds")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","intervalSeconds":1e400}""", "/intervalSeconds")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","intervalSeconds":"30"}""", "/intervalSeconds")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","region":"EU West"}""", "/region")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","region":""}""", "/region")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","probe":"ContentCheck"}""", "/probe")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","domains":["ok","NOT OK"]}""", "/domains/1")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","domains":"x"}""", "/domains")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","domains":[7]}""", "/domains/0")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","budget":{"probesPerDay":0}}""", "/budget/probesPerDay")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","budget":{"maxOutputTokens":999999}}""", "/budget/maxOutputTokens")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","budget":{"a/b~c":1}}""", "/budget/a~1b~0c")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","budget":7}""", "/budget")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","credential":"line\nbreak"}""", "/credential")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","orgId":"x"}""", "/orgId")]
    [InlineData("""{"model":"a/b","dialect":"openai-chat","url":"https://a.example","URL":"https://b.example"}""", "/URL")]
    [InlineData("""{"model":"a/b","model":"a/c","dialect":"openai-chat","url":"https://a.example"}""", "/model")]
    public async Task A_wrong_member_is_pointed_at(string body, string pointers)
    {
        using var alice = await app.AsAsync(app.Alice);
        using var answer = await alice.PostAsync(Path, Problems.Json(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(pointers.Split(','), await Problems.PlacesAsync(answer));
    }

    [Theory]
    [InlineData("", "application/json", 400)]
    [InlineData("{", "application/json", 400)]
    [InlineData("{} {}", "application/json", 400)]
    [InlineData("{\"a\":1,}", "application/json", 400)]
    [InlineData("/* x */ {}", "application/json", 400)]
    [InlineData("{\"a\":NaN}", "application/json", 400)]
    [InlineData("{\"a\":\"\\uDEAD\"}", "application/json", 400)]
    [InlineData("{\"a\":\"\\u0000\"}", "application/json", 400)]
    [InlineData("{}", "text/plain", 415)]
    [InlineData("{}", "application/xml", 415)]
    [InlineData("{}", "application/json; charset=utf-16", 415)]
    [InlineData("{}", null, 415)]
    public async Task A_body_that_is_no_json_is_refused(string body, string? type, int status)
    {
        using var alice = await app.AsAsync(app.Alice);
        using var answer = await alice.PostAsync(Path, Problems.Raw(Encoding.UTF8.GetBytes(body), type));
        Assert.Equal(status, (int)answer.StatusCode);
        await Problems.ReadAsync(answer);
    }

    [Fact]
    public async Task A_body_that_is_too_deep_too_large_not_utf8_or_compressed_is_refused()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var deep = await alice.PostAsync(Path, Problems.Json(new string('[', 17) + new string(']', 17)));
        Assert.Equal(HttpStatusCode.BadRequest, deep.StatusCode);
        using var large = await alice.PostAsync(Path, Problems.Json("\"" + new string('x', 64 * 1024) + "\""));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        await Problems.ReadAsync(large);
        using var bytes = await alice.PostAsync(Path, Problems.Raw([(byte)'"', 0xC0, 0xAF, (byte)'"'], "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, bytes.StatusCode);
        using var squeezed = Problems.Json("{}");
        squeezed.Headers.ContentEncoding.Add("gzip");
        using var compressed = await alice.PostAsync(Path, squeezed);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, compressed.StatusCode);
    }

    [Fact]
    public async Task Another_organisations_endpoint_is_not_there()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var bob = await app.AsAsync(app.Bob);
        using var made = await alice.PostAsync(Path, Problems.Json(Body()));
        var address = made.Headers.Location!.ToString();
        var never = $"{Path}/{Guid.CreateVersion7(DateTimeOffset.UnixEpoch)}";
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            using var theirs = await bob.SendAsync(Request(method, address));
            using var nobodys = await bob.SendAsync(Request(method, never));
            Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
            Assert.Equal(await nobodys.Content.ReadAsStringAsync(), await theirs.Content.ReadAsStringAsync());
        }

        using var probe = await bob.PostAsync(address + "/probe", null);
        Assert.Equal(HttpStatusCode.NotFound, probe.StatusCode);
        Assert.DoesNotContain(address.Split('/')[^1], await bob.GetStringAsync(Path), StringComparison.Ordinal);
        using var still = await alice.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task A_credential_never_comes_back_and_is_never_logged()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var made = await alice.PostAsync(Path, Problems.Json(Body()));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var refused = await alice.PostAsync(Path, Problems.Json(Body().Replace("anthropic-messages", "telepathy", StringComparison.Ordinal)));
        using var broken = await alice.PostAsync(Path, Problems.Json(Body()[..^1]));
        using var odd = await alice.PostAsync(Path, Problems.Json(Body().Replace(Secret, Secret + "\\n", StringComparison.Ordinal)));
        var said = new StringBuilder();
        foreach (var answer in new[] { made, refused, broken, odd })
        {
            said.Append(answer).Append(await answer.Content.ReadAsStringAsync());
        }

        said.Append(await alice.GetStringAsync(Path)).Append(await alice.GetStringAsync(made.Headers.Location));
        Assert.DoesNotContain(Secret, said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(app.Logged, line => line.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logged, line => line.Contains(alice.DefaultRequestHeaders.Authorization!.Parameter!, StringComparison.Ordinal));
        Assert.NotEmpty(app.Logged);
    }

    private static HttpRequestMessage Request(HttpMethod method, string address) =>
        new(method, address) { Content = method == HttpMethod.Put ? Problems.Json(Body()) : null };

    internal static string Body(string model = "anthropic/claude-opus-4-8") => $$$"""
        {"model":"{{{model}}}","dialect":"anthropic-messages","url":"https://api.anthropic.com","credential":"{{{Secret}}}","region":"eu-west","intervalSeconds":30,"probe":"content_check","domains":["anthropic-router"],"budget":{"maxOutputTokens":64,"probesPerDay":5000}}
        """;
}
