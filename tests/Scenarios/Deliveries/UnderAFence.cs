using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Storage;

namespace StatusHub.Scenarios.Deliveries;

/// <summary>Only its holder writes where a subscription stands, however late another wakes up.</summary>
public sealed class UnderAFence
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_node_that_slept_through_its_lease_writes_nothing()
    {
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, "https://receiver.example/in");
        var leases = new DeliveryLeases(world.Storage.Database);
        var node = await world.Storage.StartNodeAsync();
        var book = node.Get<DeliveryBook>();
        var slept = await HeldAsync(leases, "sleeper/1");
        await world.Storage.RunAsync("UPDATE delivery_nodes SET until = clock_timestamp()"); // so long it sleeps
        var awake = await HeldAsync(leases, "other/1");
        Assert.True(awake.Fence > slept.Fence);

        var now = TimeProvider.System.GetUtcNow();
        DeliveryEntry At(long fence, long position) => new(org, id, fence, new DeliveryStand(position)) { Attempts = [new(now, position, "e", "t", 1, "delivered", 204, 1, null, null)] };
        Assert.Equal([id], await book.WriteAsync("other/1", [At(awake.Fence, 10)], now, CancellationToken.None));
        Assert.Empty(await book.WriteAsync("sleeper/1", [At(slept.Fence, 5)], now, CancellationToken.None));
        Assert.Empty(await book.WriteAsync("sleeper/1", [At(awake.Fence, 5)], now, CancellationToken.None));

        Assert.Equal(10, await world.PositionAsync(id));
        Assert.Equal(1L, await world.AskAsync<long>("SELECT count(*) FROM delivery_attempts"));

        // It was the fence that kept the sleeper's word out: under the right one the very same is written.
        Assert.Equal([id], await book.WriteAsync("other/1", [At(awake.Fence, 5)], now, CancellationToken.None));
        Assert.Equal(5, await world.PositionAsync(id));
    }

    [Fact]
    public async Task What_cannot_be_written_under_the_fence_leaves_no_trace_at_all()
    {
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, "https://receiver.example/in");
        var book = (await world.Storage.StartNodeAsync()).Get<DeliveryBook>();
        var now = TimeProvider.System.GetUtcNow();
        var entry = new DeliveryEntry(org, id, 99, new DeliveryStand(7))
        {
            DeadLetters = [new(7, "e", "t", now, "rejected", 400, 1)],
            Stopping = new Stopping(SubscriptionState.Disabled, "because", now),
        };

        Assert.Empty(await book.WriteAsync("nobody/1", [entry], now, CancellationToken.None));
        Assert.Equal((short)SubscriptionState.Active, await world.StateAsync(id));
        Assert.Equal(0L, await world.AskAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    private static async Task<Holding> HeldAsync(DeliveryLeases leases, string owner)
    {
        await leases.RenewAsync(owner, Long, CancellationToken.None);
        await leases.ClaimAsync(owner, 10, new Dictionary<Guid, int>(), CancellationToken.None);
        return Assert.Single(await leases.HeldAsync(owner, CancellationToken.None));
    }
}
