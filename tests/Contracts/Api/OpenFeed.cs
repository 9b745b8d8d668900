using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Contracts.Api;

/// <summary>The feed as a reader meets it who has nothing but HTTP, and events put into its log behind the hub's back.</summary>
internal static class OpenFeed
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>A public event of the hub's own.</summary>
    public static HubEvent Event(string id) => new(
        id, "urn:uuid:018f0000-0000-7000-8000-000000000000", EventTypes.ModelStatus, Views.Opus.Value, Views.Now, null, HubEvent.Clear,
        "{\n  \"text\": \"ä\\n\"\n}"u8.ToArray());

    public static async Task AppendAsync(this ApiApp app, params HubEvent[] events)
    {
        await app.Services.GetRequiredService<EventLog>().AppendAsync(events, app.Services.GetRequiredService<Clocks>().Now, CancellationToken.None);
        app.Services.GetRequiredService<LogTail>().Committed();
    }

    /// <summary>Waits until the node's tail holds everything that is in the log now.</summary>
    public static async Task SeenByThisNodeAsync(this ApiApp app)
    {
        var tail = app.Services.GetRequiredService<LogTail>();
        var head = await app.Services.GetRequiredService<EventLog>().HeadAsync(CancellationToken.None);
        while (tail.Position < head)
        {
            await tail.WhenBeyondAsync(tail.Position).WaitAsync(Limit);
        }
    }

    /// <summary>The address of everything that is still to come.</summary>
    public static async Task<string> RestAsync(HttpClient client)
    {
        for (var next = "/feed/events?limit=1000"; ;)
        {
            using var page = await client.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            next = NextOf(page);
            if (JsonNode.Parse(await page.Content.ReadAsStringAsync())!.AsArray().Count == 0)
            {
                return next.Replace("limit=1000&", "", StringComparison.Ordinal);
            }
        }
    }

    /// <summary>The cursor at the end of the log.</summary>
    public static async Task<string> CursorAsync(HttpClient client) => (await RestAsync(client)).Split("after=")[1];

    public static string NextOf(HttpResponseMessage page)
    {
        var link = page.Headers.GetValues("Link").Single();
        Assert.EndsWith("; rel=\"next\"", link, StringComparison.Ordinal);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)].Replace(ApiApp.PublicUrl, "", StringComparison.Ordinal);
    }

    /// <summary>What a stream sends until an event is the last that is wanted.</summary>
    /// <param name="address">With the cursor, unless that is given as the stream's last event.</param>
    public static async Task<List<(string Id, JsonNode Data)>> StreamAsync(
        HttpClient client, string address, Func<IReadOnlyList<(string Id, JsonNode Data)>, bool> enough, string? lastEventId = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
        var seen = new List<(string, JsonNode)>();
        var id = "";
        while (!enough(seen))
        {
            var line = await lines.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The stream ended.");
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                seen.Add((id, JsonNode.Parse(line[6..])!));
            }
        }

        return seen;
    }
}
