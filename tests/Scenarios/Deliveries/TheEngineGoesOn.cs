using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Support;
using StatusHub.Support.Deliveries;

namespace StatusHub.Scenarios.Deliveries;

/// <summary>What happens to a node that delivers, or to one subscription, is nobody else's trouble.</summary>
public sealed class TheEngineGoesOn
{
    private const string In = "/in";

    [Fact]
    public async Task What_cannot_be_read_is_let_go_of_and_the_others_are_delivered_to()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var broken = await world.SubscribeAsync(org, receiver.Address + In);
        await world.Storage.RunAsync("UPDATE subscriptions SET definition = '{}'");
        await world.SubscribeAsync(org, receiver.Address + "/first");
        await world.StartAsync();
        await world.TellAsync();
        await Patience.UntilAsync("the other is delivered to", () => Task.FromResult(receiver.At("/first").Count == 1));
        await Patience.UntilAsync("the broken one is let go of", async () => await world.AskAsync<long>($"SELECT count(*) FROM deliveries WHERE subscription_id = '{broken}' AND owner IS NULL AND fence > 0") == 1);
        var fence = await world.AskAsync<long>($"SELECT fence FROM deliveries WHERE subscription_id = '{broken}'");

        await world.SubscribeAsync(org, receiver.Address + "/second");
        await Patience.UntilAsync("one that comes later is delivered to as well", async () =>
        {
            await world.TellAsync();
            return receiver.At("/second").Count > 0;
        });
        Assert.Equal(fence, await world.AskAsync<long>($"SELECT fence FROM deliveries WHERE subscription_id = '{broken}'"));

        // Mended, it is another version, and taken on.
        await world.Storage.RunAsync($$"""UPDATE subscriptions SET definition = '{"sink":"{{receiver.Address}}/mended"}', version = version + 1 WHERE id = '{{broken}}'""");
        await Patience.UntilAsync("it gets what it is owed", () => Task.FromResult(receiver.At("/mended").Count > 0));
        Assert.Equal(1, receiver.At("/mended")[0].Position);
    }

    [Fact]
    public async Task A_batch_that_somebody_else_began_is_made_again_as_it_was()
    {
        const int between = 700; // more than is read at once
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + In, new JsonObject
        {
            ["types"] = new JsonArray(EventTypes.Incident),
            ["config"] = new JsonObject { ["mode"] = "batch", ["maxbatchsize"] = 40 },
        });
        for (var i = 0; i < 3; i++)
        {
            await world.TellAsync(1, EventTypes.Incident);
            await world.TellAsync(between);
        }

        // As a node leaves it that ended while it sent all three as one.
        const int last = (2 * (between + 1)) + 1;
        await world.Storage.RunAsync($"UPDATE deliveries SET attempt = 1, unrecorded = 1, through = {last} WHERE subscription_id = '{id}'");
        await world.StartAsync();

        await Patience.UntilAsync("it comes again", () => Task.FromResult(receiver.Ledger.Count > 0));
        Assert.Equal($"{id:N}_{last}", receiver.Ledger[0].Id);
        Assert.Equal(3, JsonDocument.Parse(receiver.Ledger[0].Body).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task A_replay_gives_a_receiver_no_more_than_it_allows()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + In, rate: 20);
        await world.StartAsync();
        await world.TellAsync();
        await Patience.UntilAsync("it is recorded", async () => await world.PositionAsync(id) == 1);

        await world.Storage.RunAsync($"UPDATE deliveries SET position = 0, fence = fence + 1, owner = NULL WHERE subscription_id = '{id}'");
        await Patience.UntilAsync("it comes again", () => Task.FromResult(receiver.Ledger.Count == 2));
        Assert.True(receiver.Ledger[1].At - receiver.Ledger[0].At > TimeSpan.FromSeconds(2.5), "one in three seconds is allowed");
    }

    [Fact]
    public async Task A_node_keeps_its_lease_while_it_finishes_what_is_under_way()
    {
        var release = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(In, async (context, _) =>
        {
            await release.Task;
            context.Response.StatusCode = 204;
        });
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + In);
        (string, string)[] quick = [("Delivery:LeaseSeconds", "2"), ("Delivery:RenewMilliseconds", "200")];
        var node = await world.StartAsync("one", quick);
        await world.TellAsync();
        await Patience.UntilAsync("it is under way", () => Task.FromResult(receiver.UnderWay == 1));

        var asked = await world.AskAsync<DateTime>("SELECT clock_timestamp()");
        var stopping = node.StopAsync();
        await Patience.UntilAsync(
            "the lease is kept for longer than one", async () => await world.AskAsync<long>($"SELECT count(*) FROM delivery_nodes WHERE until > '{asked:O}'::timestamptz + interval '4 seconds'") == 1,
            TimeSpan.FromSeconds(12));
        release.SetResult();
        await stopping;
        Assert.Equal(1, await world.PositionAsync(id));
        Assert.Single(receiver.Ledger);
    }

    [Fact]
    public async Task A_node_that_starts_does_not_go_through_what_everybody_has_seen()
    {
        const int seen = 20_000;
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        for (var i = 0; i < seen / 5_000; i++)
        {
            await world.TellAsync(5_000);
        }

        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + In);
        await world.Storage.RunAsync("UPDATE cursors SET position = (SELECT position FROM event_head)"); // the other readers of the log are not asked about
        var before = await ReadAsync();
        var node = await world.StartAsync("one", ("Storage:TailLength", "100"));
        var last = await world.TellAsync();
        await Patience.UntilAsync("it delivers", async () => await world.PositionAsync(id) == last);
        await node.StopAsync();

        // The server counts what a connection did at its end.
        node.Services.GetRequiredService<Database>().System.Clear();
        node.Services.GetRequiredService<Database>().Reads.Clear();
        await Patience.UntilAsync("its connections are gone", async () => await world.AskAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%FROM events WHERE position >%' AND pid <> pg_backend_pid()") == 0);
        Assert.InRange(await ReadAsync() - before, 1, seen / 4);

        Task<long> ReadAsync() => world.AskAsync<long>("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'events'");
    }
}
