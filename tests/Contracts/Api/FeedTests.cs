using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Contracts.Api;

[Collection(ApiCollection.Name)]
public sealed class FeedTests(ApiApp app)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_pull_meets_every_public_event_once_and_in_order()
    {
        using var client = app.Anyone();
        var start = await CursorAsync(client);
        var mine = Marks(25);
        await AppendAsync([.. mine.Select(m => Event(m))]);
        var seen = new List<string>();
        for (var next = start + "&limit=10"; ;)
        {
            using var page = await client.GetAsync(next);
            Assert.Equal("application/cloudevents-batch+json", page.Content.Headers.ContentType!.MediaType);
            var events = JsonNode.Parse(await page.Content.ReadAsStringAsync())!.AsArray();
            seen.AddRange(events.Select(e => (string)e!["id"]!));
            if (events.Count == 0)
            {
                break;
            }

            next = NextOf(page);
        }

        Assert.Equal(mine, seen);
    }

    [Fact]
    public async Task An_event_carries_the_attributes_of_the_specification()
    {
        using var client = app.Anyone();
        var start = await CursorAsync(client);
        var mark = Marks(1)[0];
        await AppendAsync(Event(mark));
        var e = JsonNode.Parse(await client.GetStringAsync(start))![0]!.AsObject();
        Assert.Equal(
            ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "sequence", "recordedtime", "tlp", "data"],
            e.Select(p => p.Key));
        Assert.Equal("1.0", (string)e["specversion"]!);
        Assert.Equal($"{ApiApp.PublicUrl}/feed/schemas/{EventTypes.ModelStatus}", (string)e["dataschema"]!);
        Assert.Equal(20, ((string)e["sequence"]!).Length);
        Assert.Equal("ä\n", (string)e["data"]!["text"]!);
    }

    [Fact]
    public async Task What_is_not_public_is_never_shown()
    {
        using var client = app.Anyone();
        var start = await CursorAsync(client);
        var marks = Marks(3);
        await AppendAsync(Event(marks[0]) with { OrgId = app.Alice, Tlp = "green" }, Event(marks[1]) with { Tlp = "amber" }, Event(marks[2]));
        var text = await client.GetStringAsync(start);
        Assert.Contains(marks[2], text, StringComparison.Ordinal);
        Assert.DoesNotContain(marks[0], text, StringComparison.Ordinal);
        Assert.DoesNotContain(marks[1], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_narrows_and_the_cursor_still_moves()
    {
        using var client = app.Anyone();
        var start = await CursorAsync(client);
        var marks = Marks(3);
        await AppendAsync(Event(marks[0]), Event(marks[1]) with { Subject = "openai/gpt-5" }, Event(marks[2]) with { Type = EventTypes.Incident });
        Assert.Equal([marks[1]], await IdsAsync(client, start + "&subject=openai/gpt-5"));
        Assert.Equal([marks[2]], await IdsAsync(client, $"{start}&type={EventTypes.Incident}"));
        Assert.Equal([marks[0]], await IdsAsync(client, $"{start}&id={marks[0]}"));
        using var none = await client.GetAsync(start + "&subject=nobody/nothing");
        Assert.Empty(await IdsAsync(client, "/feed/events?after=" + NextOf(none).Split("after=")[1]));
    }

    [Fact]
    public async Task A_long_poll_answers_when_something_happens()
    {
        using var client = app.Anyone();
        var start = await CursorAsync(client);
        var waiting = client.GetStringAsync(start + "&wait=30");
        var mark = Marks(1)[0];
        await AppendAsync(Event(mark));
        Assert.Contains(mark, await waiting.WaitAsync(Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_goes_on_where_its_last_event_was()
    {
        using var client = app.Anyone();
        var start = await CursorAsync(client);
        var marks = Marks(3);
        await AppendAsync(Event(marks[0]), Event(marks[1]));
        var cursor = start.Split("after=")[1];
        var first = await ReadAsync(client, cursor, 1);
        Assert.Equal(marks[0], (string)first[0].Data["id"]!);

        var rest = ReadAsync(client, first[0].Id, 2);
        await AppendAsync(Event(marks[2]));
        Assert.Equal([marks[1], marks[2]], (await rest).Select(e => (string)e.Data["id"]!));
    }

    [Fact]
    public async Task A_stream_sends_only_what_was_asked_for()
    {
        using var client = app.Anyone();
        var cursor = (await CursorAsync(client)).Split("after=")[1];
        var marks = Marks(2);
        await AppendAsync(Event(marks[0]), Event(marks[1]) with { Subject = "openai/gpt-5" });
        var seen = await ReadAsync(client, cursor, 1, "?subjects=openai/gpt-5,x/y");
        Assert.Equal(marks[1], (string)seen[0].Data["id"]!);
    }

    private static HubEvent Event(string id) => new(
        id, "urn:uuid:018f0000-0000-7000-8000-000000000000", EventTypes.ModelStatus, Views.Opus.Value, Views.Now, null, HubEvent.Clear,
        "{\n  \"text\": \"ä\\n\"\n}"u8.ToArray());

    private static string[] Marks(int count)
    {
        var batch = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        return [.. Enumerable.Range(0, count).Select(n => $"{batch}-{n:00}")];
    }

    private async Task AppendAsync(params HubEvent[] events)
    {
        var tail = app.Services.GetRequiredService<LogTail>();
        var last = await app.Services.GetRequiredService<EventLog>().AppendAsync(events, app.Services.GetRequiredService<Clocks>().Now, CancellationToken.None);
        tail.Committed();
        while (tail.Position < last)
        {
            await tail.WhenBeyondAsync(tail.Position).WaitAsync(Patience);
        }
    }

    /// <summary>The address of everything that is still to come.</summary>
    private static async Task<string> CursorAsync(HttpClient client)
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

    private static string NextOf(HttpResponseMessage page)
    {
        var link = page.Headers.GetValues("Link").Single();
        Assert.EndsWith("; rel=\"next\"", link, StringComparison.Ordinal);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)].Replace(ApiApp.PublicUrl, "", StringComparison.Ordinal);
    }

    private static async Task<string[]> IdsAsync(HttpClient client, string address) =>
        [.. JsonNode.Parse(await client.GetStringAsync(address))!.AsArray().Select(e => (string)e!["id"]!)];

    private static async Task<List<(string Id, JsonNode Data)>> ReadAsync(HttpClient client, string cursor, int count, string query = "")
    {
        using var limit = new CancellationTokenSource(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/feed/stream" + query);
        request.Headers.Add("Last-Event-ID", cursor);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
        var seen = new List<(string, JsonNode)>();
        var id = "";
        while (seen.Count < count)
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
