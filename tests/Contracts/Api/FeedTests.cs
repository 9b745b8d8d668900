using System.Text.Json.Nodes;
using StatusHub.Domain.Events;

namespace StatusHub.Contracts.Api;

[Collection(ApiCollection.Name)]
public sealed class FeedTests(ApiApp app)
{
    [Fact]
    public async Task A_pull_meets_every_public_event_once_and_in_order()
    {
        using var client = app.Anyone();
        var start = await OpenFeed.RestAsync(client);
        var mine = Marks(25);
        await AppendAsync([.. mine.Select(m => OpenFeed.Event(m))]);
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

            next = OpenFeed.NextOf(page);
        }

        Assert.Equal(mine, seen);
    }

    [Fact]
    public async Task An_event_carries_the_attributes_of_the_specification()
    {
        using var client = app.Anyone();
        var start = await OpenFeed.RestAsync(client);
        var mark = Marks(1)[0];
        await AppendAsync(OpenFeed.Event(mark));
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
        var start = await OpenFeed.RestAsync(client);
        var marks = Marks(3);
        await AppendAsync(OpenFeed.Event(marks[0]) with { OrgId = app.Alice, Tlp = "green" }, OpenFeed.Event(marks[1]) with { Tlp = "amber" }, OpenFeed.Event(marks[2]));
        var text = await client.GetStringAsync(start);
        Assert.Contains(marks[2], text, StringComparison.Ordinal);
        Assert.DoesNotContain(marks[0], text, StringComparison.Ordinal);
        Assert.DoesNotContain(marks[1], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_narrows_and_the_cursor_still_moves()
    {
        using var client = app.Anyone();
        var start = await OpenFeed.RestAsync(client);
        var marks = Marks(3);
        await AppendAsync(OpenFeed.Event(marks[0]), OpenFeed.Event(marks[1]) with { Subject = "openai/gpt-5" }, OpenFeed.Event(marks[2]) with { Type = EventTypes.Incident });
        Assert.Equal([marks[1]], await IdsAsync(client, start + "&subject=openai/gpt-5"));
        Assert.Equal([marks[2]], await IdsAsync(client, $"{start}&type={EventTypes.Incident}"));
        Assert.Equal([marks[0]], await IdsAsync(client, $"{start}&id={marks[0]}"));
        using var none = await client.GetAsync(start + "&subject=nobody/nothing");
        Assert.Empty(await IdsAsync(client, "/feed/events?after=" + OpenFeed.NextOf(none).Split("after=")[1]));
    }

    [Fact]
    public async Task A_long_poll_answers_when_something_happens()
    {
        using var client = app.Anyone();
        var start = await OpenFeed.RestAsync(client);
        var waiting = client.GetStringAsync(start + "&wait=30");
        var mark = Marks(1)[0];
        await AppendAsync(OpenFeed.Event(mark));
        Assert.Contains(mark, await waiting.WaitAsync(OpenFeed.Limit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_goes_on_where_its_last_event_was()
    {
        using var client = app.Anyone();
        var start = await OpenFeed.RestAsync(client);
        var marks = Marks(3);
        await AppendAsync(OpenFeed.Event(marks[0]), OpenFeed.Event(marks[1]));
        var cursor = start.Split("after=")[1];
        var first = await ReadAsync(client, cursor, 1);
        Assert.Equal(marks[0], (string)first[0].Data["id"]!);

        var rest = ReadAsync(client, first[0].Id, 2);
        await AppendAsync(OpenFeed.Event(marks[2]));
        Assert.Equal([marks[1], marks[2]], (await rest).Select(e => (string)e.Data["id"]!));
    }

    [Fact]
    public async Task A_stream_sends_only_what_was_asked_for()
    {
        using var client = app.Anyone();
        var cursor = await OpenFeed.CursorAsync(client);
        var marks = Marks(2);
        await AppendAsync(OpenFeed.Event(marks[0]), OpenFeed.Event(marks[1]) with { Subject = "openai/gpt-5" });
        var seen = await ReadAsync(client, cursor, 1, "?subjects=openai/gpt-5,x/y");
        Assert.Equal(marks[1], (string)seen[0].Data["id"]!);
    }

    private static string[] Marks(int count)
    {
        var batch = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        return [.. Enumerable.Range(0, count).Select(n => $"{batch}-{n:00}")];
    }

    private async Task AppendAsync(params HubEvent[] events)
    {
        await app.AppendAsync(events);
        await app.SeenByThisNodeAsync();
    }

    private static async Task<string[]> IdsAsync(HttpClient client, string address) =>
        [.. JsonNode.Parse(await client.GetStringAsync(address))!.AsArray().Select(e => (string)e!["id"]!)];

    private static Task<List<(string Id, JsonNode Data)>> ReadAsync(HttpClient client, string cursor, int count, string query = "") =>
        OpenFeed.StreamAsync(client, "/feed/stream" + query, seen => seen.Count >= count, cursor);
}
