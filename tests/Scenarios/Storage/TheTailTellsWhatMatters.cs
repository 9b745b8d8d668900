using Npgsql;
using StatusHub.Domain.Events;
using StatusHub.Support;

namespace StatusHub.Scenarios.Storage;

/// <summary>Others may send whatever they like: what the hub does not know moves the log, and nobody who works for what it knows.</summary>
public sealed class TheTailTellsWhatMatters
{
    private const string Unknown = "com.example.said";

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private int _id;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_what_the_hub_knows_wakes_who_works_for_it(bool isTold)
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync();
        await node.Tail.CaughtUp.WaitAsync(Patience.Usual, TimeProvider.System);
        var woken = node.Tail.WhenKnownBeyondAsync(0);

        await AppendAsync(storage, node, isTold, Unknown, Unknown);
        Assert.Equal(0, node.Tail.KnownPosition);
        Assert.False(woken.IsCompleted);

        await AppendAsync(storage, node, isTold, Unknown, EventTypes.Telemetry, Unknown);
        await woken.WaitAsync(Patience.Usual, TimeProvider.System);
        Assert.Equal(4, node.Tail.KnownPosition);
        Assert.True(node.Tail.WhenKnownBeyondAsync(3).IsCompleted);
        Assert.False(node.Tail.WhenKnownBeyondAsync(4).IsCompleted);
    }

    [Fact]
    public async Task Behind_the_last_the_hub_knows_the_table_is_not_asked_for_types_it_knows()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync(null, null, ("Storage:TailLength", "100"));
        await AppendAsync(storage, node, isTold: false, [EventTypes.Signal, .. Enumerable.Repeat(Unknown, 400)]);
        await storage.RunAsync("REVOKE SELECT ON events FROM statushub_app");

        Assert.Equal(([], 300), await node.Tail.ReadTypesAsync(1, 300, EventTypes.All, 20, CancellationToken.None));
        await Assert.ThrowsAsync<PostgresException>(() => node.Tail.ReadTypesAsync(0, 300, EventTypes.All, 20, CancellationToken.None));
        await Assert.ThrowsAsync<PostgresException>(() => node.Tail.ReadTypesAsync(1, 300, [Unknown], 20, CancellationToken.None));
    }

    [Fact]
    public async Task A_reader_far_behind_passes_over_a_long_stretch_in_steps()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync(null, null, ("Storage:TailLength", "100"));
        await AppendAsync(storage, node, isTold: false, [.. Enumerable.Repeat(Unknown, 8_000)]);
        await AppendAsync(storage, node, isTold: false, [.. Enumerable.Repeat(Unknown, 4_000), EventTypes.Signal, .. Enumerable.Repeat(Unknown, 1_000)]);

        var (none, half) = await node.Tail.ReadTypesAsync(0, 13_001, EventTypes.All, 20, CancellationToken.None);
        Assert.Empty(none);
        Assert.Equal(10_000, half);
        var (events, reached) = await node.Tail.ReadTypesAsync(half, 13_001, EventTypes.All, 20, CancellationToken.None);
        Assert.Equal([12_001L], events.Select(e => e.Position));
        Assert.Equal(13_001, reached);
    }

    [Fact]
    public async Task What_a_node_has_not_seen_may_have_been_anything()
    {
        await using var storage = await HubStorage.CreateAsync();
        await storage.Log.AppendAsync(Events(Enumerable.Repeat(Unknown, 300)), Now, CancellationToken.None);
        await using var node = await storage.StartNodeAsync(null, null, ("Storage:TailLength", "100"));
        await node.Tail.CaughtUp.WaitAsync(Patience.Usual, TimeProvider.System);
        Assert.Equal(200, node.Tail.KnownPosition);
    }

    private async Task AppendAsync(HubStorage storage, StorageNode node, bool isTold, params string[] types)
    {
        var events = Events(types);
        var last = await storage.Log.AppendAsync(events, Now, CancellationToken.None);
        if (isTold)
        {
            node.Tail.Committed(events, last, Now);
        }

        await Patience.UntilAsync("the tail has all", () => Task.FromResult(node.Tail.Position >= last));
    }

    private HubEvent[] Events(IEnumerable<string> types) =>
        [.. types.Select(type => new HubEvent($"{_id++}", "urn:test", type, null, Now, HubStorage.OrgId, HubEvent.Clear, default) { Envelope = "{}"u8.ToArray() })];
}
