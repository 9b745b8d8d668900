using System.Net;
using System.Text.Json;
using StatusHub.Support;
using StatusHub.Support.Peers;

namespace StatusHub.Tests.Scenarios.Peers;

public sealed class A_ring_of_hubs
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
    public async Task A_peer_whose_agreement_is_ended_is_locked_out()
    {
        await using var north = await PeerHub.StartAsync("north");
        await using var south = await PeerHub.StartAsync("south");
        var (atNorth, atSouth) = await PeerHub.AgreeAsync(north, south, oneSays: new { maxMark = "green" });
        await south.ReceivesAsync(await north.SayAsync("green"));

        using var deleted = await north.Http.DeleteAsync($"/api/v1/peers/{atNorth}");
        var refused = await Patience.UntilAsync(
            "south is refused", () => south.PeerAsync(atSouth), p => p.GetProperty("stand").GetProperty("failures").GetInt64() > 0);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("It answered 401.", refused.GetProperty("stand").GetProperty("fault").GetString());
    }
}
