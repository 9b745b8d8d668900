using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;

namespace StatusHub.Contracts.Api;

/// <summary>Many streams at once: each hears what it asked for, once, in order, however it joined.</summary>
[Collection(ApiCollection.Name)]
public sealed class StreamCrowdTests(ApiApp app)
{
    [Fact]
    public async Task Streams_that_join_while_events_pour_in_miss_none_and_get_none_twice()
    {
        using var client = app.Anyone();
        var batch = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var start = await OpenFeed.CursorAsync(client);
        const int Events = 200;
        var readers = new List<Task<List<string>>>();
        for (var i = 0; i < Events; i += 20)
        {
            readers.Add(ReadAsync(client, start, $"{batch}-{Events - 1:000}"));
            await app.AppendAsync([.. Enumerable.Range(i, 20).Select(n => OpenFeed.Event($"{batch}-{n:000}"))]);
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
        await fresh.Services.GetRequiredService<LogTail>().CaughtUp.WaitAsync(OpenFeed.Limit);
        Assert.Equal(0, fresh.Services.GetRequiredService<LogTail>().Position);
        using var client = fresh.Anyone();
        using var limit = new CancellationTokenSource(OpenFeed.Limit);
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
        var start = await OpenFeed.CursorAsync(client);
        var all = ReadAsync(client, start, $"{batch}-end");
        var incidents = ReadAsync(client, start, $"{batch}-end", $"&types={EventTypes.Incident}");
        await app.AppendAsync(OpenFeed.Event($"{batch}-a"), OpenFeed.Event($"{batch}-b") with { Type = EventTypes.Incident }, OpenFeed.Event($"{batch}-end") with { Type = EventTypes.Incident });
        Assert.Equal([$"{batch}-a", $"{batch}-b", $"{batch}-end"], await all);
        Assert.Equal([$"{batch}-b", $"{batch}-end"], await incidents);
    }

    [Fact]
    public async Task Nothing_private_reaches_a_stream_without_a_key()
    {
        using var client = app.Anyone();
        var batch = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var seen = ReadAsync(client, await OpenFeed.CursorAsync(client), $"{batch}-end");
        await app.AppendAsync(OpenFeed.Event($"{batch}-private") with { Tlp = "amber", OrgId = app.Alice }, OpenFeed.Event($"{batch}-green") with { Tlp = "green", OrgId = app.Alice }, OpenFeed.Event($"{batch}-end"));
        Assert.Equal([$"{batch}-end"], await seen);
    }

    /// <summary>Ids of what a stream is sent, up to and with the last.</summary>
    private static async Task<List<string>> ReadAsync(HttpClient client, string after, string last, string query = "")
    {
        var seen = await OpenFeed.StreamAsync(client, $"/feed/stream?after={after}{query}", so => so.Count > 0 && (string)so[^1].Data["id"]! == last);
        return [.. seen.Select(e => (string)e.Data["id"]!)];
    }
}
