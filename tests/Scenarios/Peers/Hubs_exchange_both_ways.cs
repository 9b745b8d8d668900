using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StatusHub.Feed.Ingest;
using StatusHub.Support;
using StatusHub.Support.Peers;

namespace StatusHub.Tests.Scenarios.Peers;

public sealed class Hubs_exchange_both_ways
{
    [Fact]
    public async Task In_a_ring_of_three_every_event_is_stored_once_everywhere()
    {
        await using var north = await PeerHub.StartAsync("north");
        await using var south = await PeerHub.StartAsync("south");
        await using var west = await PeerHub.StartAsync("west");
        await PeerHub.AgreeAsync(north, south);
        await PeerHub.AgreeAsync(south, west);
        await PeerHub.AgreeAsync(west, north);
        PeerHub[] hubs = [north, south, west];

        var ids = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            foreach (var hub in hubs)
            {
                ids.Add(await hub.SayAsync("clear"));
            }
        }

        foreach (var hub in hubs)
        {
            await Patience.UntilAsync($"{hub.Name} has all", async () => (await hub.LogAsync()).Count >= ids.Count);
        }

        // Events of the last round reach everybody by the long way too before it is counted.
        var marker = await north.SayAsync("clear");
        await south.ReceivesAsync(marker);
        await west.ReceivesAsync(marker);
        foreach (var hub in hubs)
        {
            Assert.Equal(ids.Append(marker).Order(StringComparer.Ordinal), (await hub.LogAsync()).Select(e => e.Event.Id).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task What_is_pushed_and_pulled_at_once_is_stored_once_and_signed()
    {
        await using var north = await PeerHub.StartAsync("north");
        await using var south = await PeerHub.StartAsync("south");
        var (_, atSouth) = await PeerHub.AgreeAsync(north, south, oneSays: new { direction = "push", maxMark = "green" });

        var first = await north.SayAsync("green");
        await Patience.UntilAsync("it came by both ways", async () => Count(await south.PeerAsync(atSouth), "taken") + Count(await south.PeerAsync(atSouth), "known") == 2);
        using var paused = await south.Http.PostAsync($"/api/v1/peers/{atSouth}/pause", null);
        var second = await north.SayAsync("green");
        using var resumed = await south.Http.PostAsync($"/api/v1/peers/{atSouth}/resume", null);
        await south.ReceivesAsync(second);

        Assert.Equal([first, second], (await south.LogAsync()).Select(e => e.Event.Id));
        Assert.All(await south.LogAsync(), e => Assert.Equal("amber", e.Event.Tlp));
    }

    [Fact]
    public async Task What_is_only_pushed_arrives()
    {
        await using var north = await PeerHub.StartAsync("north");
        await using var south = await PeerHub.StartAsync("south");
        var (atNorth, atSouth) = await PeerHub.AgreeAsync(north, south, oneSays: new { direction = "push" }, otherSays: new { direction = "push" });

        var id = await north.SayAsync("clear");
        await south.ReceivesAsync(id);
        var answer = await south.SayAsync("clear");
        await north.ReceivesAsync(answer);

        Assert.Equal([id, answer], (await south.LogAsync()).Select(e => e.Event.Id));
        Assert.Equal([id, answer], (await north.LogAsync()).Select(e => e.Event.Id));
        await south.ReceivesAsync(await north.SayAsync("clear", note: new string('n', IngestLimits.EventBytes))); // larger than a stranger's may be, as passed-on events can become
        var stand = (await Patience.UntilAsync("the stand is written", () => south.PeerAsync(atSouth), p => Count(p, "taken") == 2)).GetProperty("stand");
        Assert.InRange(stand.GetProperty("skewSeconds").GetDouble(), -60, 60);
        Assert.Equal(0, Count(await north.PeerAsync(atNorth), "dropped"));
    }

    [Fact]
    public async Task A_peer_whose_agreement_is_ended_is_locked_out()
    {
        await using var north = await PeerHub.StartAsync("north");
        await using var south = await PeerHub.StartAsync("south");
        var (atNorth, atSouth) = await PeerHub.AgreeAsync(north, south, oneSays: new { maxMark = "green" });
        await south.ReceivesAsync(await north.SayAsync("green"));

        using var deleted = await north.Http.DeleteAsync($"/api/v1/peers/{atNorth}");
        var refused = await Patience.UntilAsync("south is refused as a stranger", () => FaultAsync(south, atSouth), fault => fault == "It answered 401.");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("It answered 401.", refused);
    }

    [Fact]
    public async Task The_subscription_by_which_a_peer_is_pushed_to_is_nobodys_to_see_or_change()
    {
        await using var north = await PeerHub.StartAsync("north");
        await using var south = await PeerHub.StartAsync("south");
        var (atNorth, atSouth) = await PeerHub.AgreeAsync(north, south, oneSays: new { direction = "push" }, otherSays: new { direction = "push" });
        await south.ReceivesAsync(await north.SayAsync("clear")); // it is there, and at work
        var subscription = $"/feed/subscriptions/{atNorth}";
        object wish = new { sink = "https://elsewhere.example/", protocol = "HTTP" };

        var list = await north.Http.GetFromJsonAsync<JsonElement>("/feed/subscriptions");
        Assert.Empty(list.GetProperty("subscriptions").EnumerateArray());
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, "", null),
            (HttpMethod.Put, "", wish),
            (HttpMethod.Delete, "", null),
            (HttpMethod.Post, "/secret", null),
            (HttpMethod.Post, "/replay", new { after = "0" }),
            (HttpMethod.Post, "/enable", null),
            (HttpMethod.Post, "/disable", null),
            (HttpMethod.Get, "/attempts", null),
            (HttpMethod.Get, "/deadletters", null),
            (HttpMethod.Post, "/test", null),
            (HttpMethod.Post, "/matches", new { last = 1 }),
        })
        {
            using var request = new HttpRequestMessage(method, subscription + path) { Content = body is null ? null : JsonContent.Create(body) };
            using var answer = await north.Http.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{method} {path}: {(int)answer.StatusCode}");
        }

        await south.ReceivesAsync(await north.SayAsync("clear"));
        await Patience.UntilAsync("both were pushed", async () => Count(await south.PeerAsync(atSouth), "taken") == 2);
    }

    // What was under way when the agreement ended may still hear that it belongs to none; the next call is a stranger's.
    private static async Task<string?> FaultAsync(PeerHub hub, Guid peer) => (await hub.PeerAsync(peer)).GetProperty("stand").GetProperty("fault").GetString();

    private static long Count(JsonElement peer, string member) => peer.GetProperty("stand").GetProperty(member).GetInt64();
}
