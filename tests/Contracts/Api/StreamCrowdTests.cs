using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Contracts.Api;

/// <summary>Many streams at once: each hears what it asked for, once, in order, however it joined.</summary>
[Collection(ApiCollection.Name)]
public sealed class StreamCrowdTests(ApiApp app)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Streams_that_join_while_events_pour_in_miss_none_and_get_none_twice()
    {
        using var client = app.Anyone();
        var batch = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var start = await CursorAsync(client);
        const int Events = 200;
        var readers = new List<Task<List<string>>>();
        for (var i = 0; i < Events; i += 20)
        {
            readers.Add(ReadAsync(client, start, $"{batch}-{Events - 1:000}"));
            await AppendAsync([.. Enumerable.Range(i, 20).Select(n => Event($"{batch}-{n:000}"))]);
        }

        var wanted = Enumerable.Range(0, Events).Select(n => $"{batch}-{n:000}").ToList();
        foreach (var seen in await Task.WhenAll(readers))
        {
            Assert.Equal(wanted, seen);
        }
    }

    [Fact]
    public async Task A_hub_to_which_nothing_has_happened_yet_takes_streams()
    {
        await using var fresh = new ApiApp();
        await fresh.InitializeAsync();
        await fresh.Services.GetRequiredService<LogTail>().CaughtUp.WaitAsync(Limit);
        Assert.Equal(0, fresh.Services.GetRequiredService<LogTail>().Position);
        using var client = fresh.Anyone();
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            using var response = await client.GetAsync("/feed/stream", HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode); // until the limit, if it never finds its place
        }
    }

    [Fact]
    public async Task Streams_with_other_filters_hear_other_things()
    {
        using var client = app.Anyone();
        var batch = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var start = await CursorAsync(client);
        var all = ReadAsync(client, start, $"{batch}-end");
        var incidents = ReadAsync(client, start, $"{batch}-end", $"&types={EventTypes.Incident}");
        await AppendAsync(Event($"{batch}-a"), Event($"{batch}-b") with { Type = EventTypes.Incident }, Event($"{batch}-end") with { Type = EventTypes.Incident });
        Assert.Equal([$"{batch}-a", $"{batch}-b", $"{batch}-end"], await all);
        Assert.Equal([$"{batch}-b", $"{batch}-end"], await incidents);
    }

    [Fact]
    public async Task Nothing_private_reaches_a_stream_without_a_key()
    {
        using var client = app.Anyone();
        var batch = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var seen = ReadAsync(client, await CursorAsync(client), $"{batch}-end");
        await AppendAsync(Event($"{batch}-private") with { Tlp = "amber", OrgId = app.Alice }, Event($"{batch}-green") with { Tlp = "green", OrgId = app.Alice }, Event($"{batch}-end"));
        Assert.Equal([$"{batch}-end"], await seen);
    }

    private static HubEvent Event(string id) => new(
        id, "urn:uuid:018f0000-0000-7000-8000-000000000000", EventTypes.ModelStatus, Views.Opus.Value, Views.Now, null, HubEvent.Clear, "{}"u8.ToArray());

    private async Task AppendAsync(params HubEvent[] events)
    {
        await app.Services.GetRequiredService<EventLog>().AppendAsync(events, app.Services.GetRequiredService<Clocks>().Now, CancellationToken.None);
        app.Services.GetRequiredService<LogTail>().Committed();
    }

    private static async Task<string> CursorAsync(HttpClient client)
    {
        for (var next = "/feed/events?limit=1000"; ;)
        {
            using var page = await client.GetAsync(next);
            var link = page.Headers.GetValues("Link").Single();
            next = new Uri(link[1..link.IndexOf('>', StringComparison.Ordinal)]).PathAndQuery;
            if (await page.Content.ReadAsStringAsync() == "[]")
            {
                return next.Split("after=")[1];
            }
        }
    }

    /// <summary>Ids of what a stream is sent, up to and with the last.</summary>
    private static async Task<List<string>> ReadAsync(HttpClient client, string after, string last, string query = "")
    {
        using var limit = new CancellationTokenSource(Limit);
        using var response = await client.GetAsync($"/feed/stream?after={after}{query}", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token), Encoding.UTF8);
        var seen = new List<string>();
        while (seen.LastOrDefault() != last)
        {
            var line = await lines.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The stream ended.");
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                seen.Add((string)System.Text.Json.Nodes.JsonNode.Parse(line[6..])!["id"]!);
            }
        }

        return seen;
    }
}
