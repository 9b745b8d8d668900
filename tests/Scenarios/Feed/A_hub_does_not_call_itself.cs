using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using StatusHub.Support;
using StatusHub.Support.Peers;

namespace StatusHub.Tests.Scenarios.Feed;

/// <summary>S-18: a subscription whose receiver is the hub, by its own name or by another.</summary>
public sealed class A_hub_does_not_call_itself
{
    private const string Source = "https://acme.example/watch";
    private const string Type = "com.example.said";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/feed/events")]
    [InlineData("/api/v1/peers")]
    [InlineData("")]
    public async Task By_its_own_name_it_is_refused(string path)
    {
        await using var hub = await PeerHub.StartAsync("north");

        foreach (var host in new[] { hub.Url, hub.Url.Replace("127.0.0.1", "127.0.0.1.", StringComparison.Ordinal) })
        {
            using var answer = await hub.Http.PostAsJsonAsync("/feed/subscriptions", new { sink = host + path, protocol = "HTTP" }, Cancel);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
            Assert.Equal(("/sink", "self-target"), (error.GetProperty("pointer").GetString(), error.GetProperty("code").GetString()));
        }
    }

    [Fact]
    public async Task By_another_name_its_events_come_back_as_known_ones_and_go_round_no_more()
    {
        await using var hub = await PeerHub.StartAsync("north");
        using var made = await hub.Http.PostAsJsonAsync("/api/v1/orgs", new { slug = "acme", name = "Acme" }, Cancel);
        using var issued = await hub.Http.PostAsJsonAsync(
            "/api/v1/keys", new { org = "acme", name = "first", sources = new[] { Source }, scopes = new[] { "feed:publish", "feed:subscribe" } }, Cancel);
        var key = (await issued.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("key").GetString()!;
        using var acme = new HttpClient { BaseAddress = new Uri(hub.Url) };
        acme.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var subscribed = await acme.PostAsJsonAsync("/feed/subscriptions", new
        {
            sink = hub.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/feed/events",
            protocol = "HTTP",
            types = new[] { Type },
            sinkcredential = new { credentialtype = "ACCESSTOKEN", accesstoken = key, accesstokentype = "bearer" },
        }, Cancel);
        var id = (await subscribed.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();

        using var content = new StringContent($$"""{"specversion":"1.0","id":"1","source":"{{Source}}","type":"{{Type}}","tlp":"clear"}""");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        using var sent = await acme.PostAsync("/feed/events", content, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var attempts = await Patience.UntilAsync(
            "it was delivered", () => acme.GetFromJsonAsync<JsonElement>($"/feed/subscriptions/{id}/attempts", Cancel), a => a.GetProperty("attempts").GetArrayLength() > 0);

        Assert.Equal(202, attempts.GetProperty("attempts")[0].GetProperty("status").GetInt32());
        Assert.Single(await hub.LogAsync(), e => e.Event.Type == Type);
    }
}
