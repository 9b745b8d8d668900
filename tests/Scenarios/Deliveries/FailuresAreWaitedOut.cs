using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Support;
using StatusHub.Support.Deliveries;
using StatusHub.Support.Stories;

namespace StatusHub.Scenarios.Deliveries;

/// <summary>What becomes of a receiver that fails: it is waited for, not forgotten, and in the end told off.</summary>
public sealed class FailuresAreWaitedOut
{
    private const string In = "/in";

    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task After_a_failure_it_is_tried_again_on_schedule_with_the_same_id_and_body_and_then_goes_on()
    {
        var clock = new ManualTime(Noon);
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(In, 500);
        await using var world = await DeliveryWorld.CreateAsync(clock);
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, receiver.Address + In);
        await world.SubscribeAsync(org, receiver.Address + "/witness");
        await world.StartAsync();
        await world.TellAsync(2);
        await Patience.UntilAsync("the failure is recorded", async () => (await world.AttemptsAsync(id)).Count == 1);

        clock.MoveTo(Noon.AddSeconds(3.9));
        for (var i = 0; i < 2; i++)
        {
            var told = await world.TellAsync();
            await Patience.UntilAsync("the others go on", () => Task.FromResult(receiver.At("/witness").Any(r => r.Position == told)));
        }

        Assert.Single(receiver.At(In));
        receiver.Answer(In, 204);
        clock.MoveTo(Noon.AddSeconds(6.1));

        await Patience.UntilAsync("all is delivered", async () => await world.PositionAsync(id) == 4);
        var came = receiver.At(In);
        Assert.Equal([1L, 1, 2, 3, 4], came.Select(r => r.Position));
        Assert.Equal(came[0].Id, came[1].Id);
        Assert.Equal(came[0].Body, came[1].Body);
        Assert.Equal(["1 rejected 500", "2 delivered 204", "1 delivered 204", "1 delivered 204", "1 delivered 204"], await world.AttemptsAsync(id));
        Assert.Equal(0, await world.AskAsync<int>($"SELECT failures FROM deliveries WHERE subscription_id = '{id}'"));
    }

    [Theory]
    [InlineData("120", 119.9, 120.1)]
    [InlineData("-5", 4, 6)]
    [InlineData("1e300", 4, 6)]
    [InlineData("junk", 4, 6)]
    [InlineData("2147483647", 86_399, 86_401)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 86_399, 86_401)]
    public async Task A_wait_the_receiver_asks_for_is_kept_within_reason(string retryAfter, double least, double most)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(In, (context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        });
        await using var world = await DeliveryWorld.CreateAsync(new ManualTime(Noon));
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + In);
        await world.StartAsync();
        await world.TellAsync();

        await Patience.UntilAsync("the failure is recorded", async () => (await world.AttemptsAsync(id)).Count == 1);
        var next = await world.AskAsync<DateTime>($"SELECT next_at FROM deliveries WHERE subscription_id = '{id}'");
        Assert.InRange((next - Noon.UtcDateTime).TotalSeconds, least, most);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_ends_its_subscription_and_its_owner_is_told()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(In, 410);
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, receiver.Address + In);
        await world.SubscribeAsync(org, receiver.Address + "/owner", new() { ["types"] = new System.Text.Json.Nodes.JsonArray(EventTypes.Subscription) });
        await world.SubscribeAsync(await world.OrganisationAsync("others"), receiver.Address + "/others", new() { ["types"] = new System.Text.Json.Nodes.JsonArray(EventTypes.Subscription) });
        await world.StartAsync();
        await world.TellAsync(5);

        await Patience.UntilAsync("its owner hears", () => Task.FromResult(receiver.At("/owner").Count == 1));
        var told = Encoding.UTF8.GetString(receiver.At("/owner")[0].Body);
        Assert.Contains(id.ToString(), told);
        Assert.Contains("\"state\":\"ended\"", told);
        Assert.Equal((short)SubscriptionState.Ended, await world.StateAsync(id));
        Assert.Single(receiver.At(In));
        Assert.Empty(receiver.At("/others"));
        Assert.Equal(["1 gone 410"], await world.AttemptsAsync(id));
    }

    [Fact]
    public async Task What_the_receiver_will_not_have_is_put_aside_and_the_next_goes_on_at_once()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(In, async (context, received) =>
        {
            context.Response.StatusCode = received.Position == 2 ? 400 : 200;
            await context.Response.WriteAsync(received.Position == 2 ? "no\u0007\nthanks" : "");
        });
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + In);
        await world.TellAsync(4);
        await world.StartAsync();

        await Patience.UntilAsync("all is done with", async () => await world.PositionAsync(id) == 4);
        Assert.Equal([1L, 2, 3, 4], receiver.Ledger.Select(r => r.Position));
        Assert.Equal("2 rejected 400 1", await world.AskAsync<string>("SELECT concat_ws(' ', position, reason, status, attempts) FROM dead_letters"));
        Assert.Equal("no\\u0007\\nthanks", await world.AskAsync<string>("SELECT answer FROM delivery_attempts WHERE status = 400"));
    }

    [Fact]
    public async Task Five_days_of_failure_disable_and_the_owner_was_warned_on_the_third()
    {
        var clock = new ManualTime(Noon);
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(In, 503);
        await using var world = await DeliveryWorld.CreateAsync(clock);
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, receiver.Address + In, new() { ["types"] = new System.Text.Json.Nodes.JsonArray(EventTypes.ModelStatus) });
        await world.StartAsync();
        await world.TellAsync(3);

        for (var attempts = 1; await world.StateAsync(id) == (short)SubscriptionState.Active && attempts < 40; attempts++)
        {
            var so = attempts;
            await Patience.UntilAsync($"attempt {so} is recorded", async () => (await world.AttemptsAsync(id)).Count >= so || await world.StateAsync(id) != 1);
            var next = await world.Storage.RunAsync($"SELECT next_at FROM deliveries WHERE subscription_id = '{id}'");
            if (next is DateTime at)
            {
                clock.MoveTo(new DateTimeOffset(at).AddMilliseconds(1)); // the table keeps microseconds
            }
        }

        Assert.Equal((short)SubscriptionState.Disabled, await world.StateAsync(id));
        var took = clock.GetUtcNow() - Noon;
        Assert.InRange(took.TotalDays, 5, 6.2);
        Assert.Equal(
            "failing,disabled",
            await world.AskAsync<string>($"SELECT string_agg(convert_from(data, 'utf8')::json->>'state', ',' ORDER BY position) FROM events WHERE type = '{EventTypes.Subscription}' AND org_id = '{org}' AND tlp = 'red'"));
        var warned = await world.AskAsync<DateTime>($"SELECT min(time) FROM events WHERE type = '{EventTypes.Subscription}'");
        Assert.InRange((warned - Noon.UtcDateTime).TotalDays, 3, 4.2);
        Assert.Equal(0L, await world.AskAsync<long>($"SELECT position FROM deliveries WHERE subscription_id = '{id}'") - (await world.AskAsync<long>("SELECT count(*) FROM dead_letters")));
    }

    [Fact]
    public async Task A_thousand_slow_receivers_delay_nobody_else()
    {
        using var release = new CancellationTokenSource();
        await using var receiver = await Receiver.StartAsync("http://0.0.0.0:0");
        receiver.Answer("/slow", async (context, _) => await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, release.Token).ContinueWith(_ => { }, TaskScheduler.Default));
        await using var world = await DeliveryWorld.CreateAsync();
        for (var org = 0; org < 20; org++)
        {
            var id = await world.OrganisationAsync($"slow-{org}");
            for (var i = 0; i < 20; i++)
            {
                await world.SubscribeAsync(id, $"http://127.1.{org}.{i + 1}:{receiver.Port}/slow");
            }
        }

        var quick = await world.OrganisationAsync("quick");
        for (var i = 0; i < 20; i++)
        {
            await world.SubscribeAsync(quick, $"http://127.2.0.{i + 1}:{receiver.Port}/quick");
        }

        await world.StartAsync("one", ("Delivery:QuickPlaces", "64"), ("Delivery:SlowPlaces", "32"));
        await Patience.UntilAsync("all are held", async () => await world.AskAsync<long>("SELECT count(*) FROM deliveries WHERE owner IS NOT NULL") == 420);
        await world.TellAsync();
        await Patience.UntilAsync("the slow ones hang in places of their own", () => Task.FromResult(receiver.UnderWay > 100));

        var began = TimeProvider.System.GetUtcNow();
        await world.TellAsync(3);
        await Patience.UntilAsync("the quick ones have it all", () => Task.FromResult(receiver.At("/quick").Count == 80));
        Assert.True(receiver.At("/quick").Max(r => r.At) - began < TimeSpan.FromSeconds(15), "the quick waited for the slow");
        await release.CancelAsync();
    }

    [Fact]
    public async Task Two_nodes_share_and_when_one_falls_silent_the_other_takes_over()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        for (var i = 0; i < 20; i++)
        {
            await world.SubscribeAsync(org, $"{receiver.Address}/{i}");
        }

        (string, string)[] quick = [("Delivery:LeaseSeconds", "3"), ("Delivery:RenewMilliseconds", "500"), ("Delivery:LookMilliseconds", "200")];
        await world.StartAsync("one", quick);
        await Patience.UntilAsync("the first holds all", async () => await OwnersAsync() == "one:20");
        var two = await world.StartAsync("two", quick);
        await Patience.UntilAsync("they share", async () => await OwnersAsync() == "one:10,two:10");
        await world.TellAsync(20);
        await Patience.UntilAsync("all is delivered", () => Task.FromResult(receiver.Ledger.Count >= 400));

        // As a killed node leaves it: rows that name an owner whose lease runs out.
        await two.StopAsync();
        await world.Storage.RunAsync("UPDATE deliveries SET owner = 'dead/1', fence = fence + 1 WHERE owner IS NULL OR subscription_id IN (SELECT subscription_id FROM deliveries LIMIT 5)");
        await Patience.UntilAsync("the other holds all", async () => await OwnersAsync() == "one:20");
        await world.TellAsync(1);
        await Patience.UntilAsync("and goes on", () => Task.FromResult(receiver.Ledger.Count >= 420));
        Assert.Equal(420, receiver.Ledger.Count);
        Assert.All(receiver.Ledger.GroupBy(r => r.Path), path => Assert.Equal(Enumerable.Range(1, 21).Select(n => (long)n), path.Select(r => r.Position)));

        Task<string> OwnersAsync() => world.AskAsync<string>(
            "SELECT coalesce((SELECT string_agg(node || ':' || n, ',' ORDER BY node) FROM (SELECT split_part(owner, '/', 1) AS node, count(*) AS n FROM deliveries WHERE owner IS NOT NULL GROUP BY 1) o), '')");
    }

    [Fact]
    public async Task What_ends_the_process_again_and_again_is_put_aside()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + In);
        await world.TellAsync(3);

        // As eight processes leave it that ended between preparing and recording, the last three with nothing else under suspicion on its way.
        await world.Storage.RunAsync($"UPDATE deliveries SET attempt = 8, unrecorded = 8, through = 2 WHERE subscription_id = '{id}'");
        await world.StartAsync("one", ("Delivery:SettledSeconds", "0"));

        await Patience.UntilAsync("the rest goes on", async () => await world.PositionAsync(id) == 3);
        Assert.Equal([2L, 3], receiver.Ledger.Select(r => r.Position));
        Assert.Equal("1 quarantined 8", await world.AskAsync<string>("SELECT concat_ws(' ', position, reason, attempts) FROM dead_letters"));
    }

    [Fact]
    public async Task A_host_that_starts_over_and_over_blames_no_event()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var suspected = await world.SubscribeAsync(org, receiver.Address + In);
        var other = await world.SubscribeAsync(org, receiver.Address + "/other");
        await world.TellAsync(3);
        await world.Storage.RunAsync($"UPDATE deliveries SET attempt = 5, unrecorded = 5, through = 2 WHERE subscription_id = '{suspected}'");

        var young = await world.StartAsync("young", ("Delivery:SettledSeconds", "3600"));
        await Patience.UntilAsync("the others are delivered to", async () => await world.PositionAsync(other) == 3);
        Assert.DoesNotContain(receiver.Ledger, r => r.Path == In);
        Assert.Equal(5, await world.AskAsync<int>($"SELECT unrecorded FROM deliveries WHERE subscription_id = '{suspected}'"));
        await young.StopAsync();

        await world.StartAsync("settled", ("Delivery:SettledSeconds", "0"));
        await Patience.UntilAsync("it is tried, and all goes on", async () => await world.PositionAsync(suspected) == 3);
        Assert.Equal([1L, 2, 3], receiver.Ledger.Where(r => r.Path == In).Select(r => r.Position));
        Assert.Equal(0L, await world.AskAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task A_stop_lets_what_is_under_way_be_finished_and_recorded()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(In, async (context, _) =>
        {
            await gate.Task;
            context.Response.StatusCode = 204;
        });
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + In);
        var node = await world.StartAsync();
        await world.TellAsync(5);
        await Patience.UntilAsync("one is under way", () => Task.FromResult(receiver.UnderWay == 1));
        var stopping = node.StopAsync();
        await Patience.UntilAsync("the node stops", () => Task.FromResult(node.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested));
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;

        Assert.Equal(receiver.Ledger.Count, await world.PositionAsync(id));
        Assert.Equal(0L, await world.AskAsync<long>("SELECT count(*) FROM deliveries WHERE owner IS NOT NULL OR unrecorded > 0"));
        await world.StartAsync("two");
        await Patience.UntilAsync("the next node goes on", async () => await world.PositionAsync(id) == 5);
        Assert.Equal([1L, 2, 3, 4, 5], receiver.Ledger.Select(r => r.Position));
    }
}
