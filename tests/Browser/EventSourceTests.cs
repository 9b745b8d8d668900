using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>The platform's own event source on the feed, through restarts of the hub and through a log that has moved on without it.</summary>
public sealed class EventSourceTests(World world)
{
    private const string Model = "openai/gpt-5-2-mini";
    private const string Source = "https://counting.example";
    private const string Type = "com.example.counted";

    [Fact]
    public async Task One_whose_place_is_no_longer_kept_is_told_so_and_goes_on()
    {
        var page = await world.VisitAsync("/");
        await FollowAsync(page, "/feed/stream");
        await world.Hub.BreakAsync(Model);
        await page.WaitForFunctionAsync("() => window.told.length > 0", null, new() { Timeout = World.Verdict });
        await world.Hub.KillHubAsync();
        await world.Hub.ForgetEventsAsync();
        var before = await page.EvaluateAsync<string>("() => { const last = window.last; window.told = []; return last; }");
        await world.Hub.StartHubAsync();

        await page.WaitForFunctionAsync("() => window.resets.length > 0", null, new() { Timeout = World.Page });
        await world.Hub.HealAsync(Model);
        await page.WaitForFunctionAsync("() => window.told.length > 0", null, new() { Timeout = World.Verdict });

        var resets = await page.EvaluateAsync<string[]>("() => window.resets");
        Assert.Single(resets);
        Assert.NotEqual(before, resets[0]);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Through_restarts_of_the_hub_it_gets_every_event_once()
    {
        const int Count = 30;
        using var http = await PublisherAsync();
        var page = await world.VisitAsync("/");
        await FollowAsync(page, "/feed/stream?types=" + Type);
        for (var i = 0; i < Count; i++)
        {
            await SendAsync(http, i);
            if (i is Count / 3 or 2 * Count / 3)
            {
                await world.Hub.KillHubAsync();
                await world.Hub.StartHubAsync();
            }
        }

        await page.WaitForFunctionAsync($"() => window.told.includes('{Count - 1}')", null, new() { Timeout = World.Verdict });
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), await page.EvaluateAsync<string[]>("() => window.told"));
        await page.Context.CloseAsync();
    }

    private static async Task FollowAsync(IPage page, string address)
    {
        await page.EvaluateAsync(
            """
            address => new Promise(open => {
                [window.told, window.resets, window.last] = [[], [], ''];
                const source = new EventSource(address);
                source.onopen = open;
                source.onmessage = e => { window.told.push(JSON.parse(e.data).id); window.last = e.lastEventId; };
                source.addEventListener('reset', e => window.resets.push(e.lastEventId));
            })
            """,
            address);
    }

    /// <summary>A client whose key may speak for the counter.</summary>
    private async Task<HttpClient> PublisherAsync()
    {
        var http = new HttpClient { BaseAddress = world.Hub.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await world.Hub.OperatorKeyAsync());
        using var issued = await http.PostAsJsonAsync("/api/v1/keys", new { name = "counter", sources = new[] { Source }, scopes = new[] { "feed:publish" } });
        var key = (await issued.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static async Task SendAsync(HttpClient http, int number)
    {
        var e = $$"""{"specversion":"1.0","id":"{{number}}","source":"{{Source}}","type":"{{Type}}","tlp":"clear"}""";
        using var content = new StringContent(e, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        using var answer = await http.PostAsync("/feed/events", content);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
    }
}
