using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Webhooks;
using StatusHub.Support;
using StatusHub.Support.Deliveries;

namespace StatusHub.Scenarios.Deliveries;

/// <summary>What a receiver that is well may count on.</summary>
public sealed class EventsAreDelivered
{
    [Fact]
    public async Task Every_event_arrives_once_in_log_order_and_signed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + "/in", credential: "Bearer hush");
        await world.StartAsync();

        var last = await world.TellAsync(300);

        await Patience.UntilAsync("all arrive", () => Task.FromResult(receiver.Ledger.Count == 300));
        await Patience.UntilAsync("it is recorded", async () => await world.PositionAsync(id) == last);
        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long)n), receiver.Ledger.Select(r => r.Position));
        Assert.All(receiver.Ledger, r => Assert.Equal($"{id:N}_{r.Position}", r.Id));
        Assert.All(receiver.Ledger, r => Assert.Equal(SignatureVerdict.Valid, Signature.Verify(r.Id, r.Timestamp, r.Signature, r.Body, [DeliveryWorld.Secret], r.At)));
        Assert.All(receiver.Ledger, r => Assert.Equal("application/cloudevents+json; charset=utf-8", r.ContentType));
        Assert.Equal("hub.example", receiver.Ledger[0].Headers["WebHook-Request-Origin"]);
        Assert.Equal("Bearer hush", receiver.Ledger[0].Headers["Authorization"]);
        Assert.Equal("1", JsonDocument.Parse(receiver.Ledger[0].Body).RootElement.GetProperty("sequence").GetString()!.TrimStart('0'));
        Assert.Equal(300, (await world.AttemptsAsync(id)).Count(a => a == "1 delivered 204"));
        Assert.Equal(0, await world.AskAsync<int>($"SELECT attempt + unrecorded FROM deliveries WHERE subscription_id = '{id}'"));
    }

    [Fact]
    public async Task Only_what_is_wanted_and_may_be_read_arrives()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var (ours, theirs) = (await world.OrganisationAsync("ours"), await world.OrganisationAsync("theirs"));
        await world.SubscribeAsync(ours, receiver.Address + "/ours");
        await world.SubscribeAsync(theirs, receiver.Address + "/theirs");
        await world.SubscribeAsync(theirs, receiver.Address + "/incidents", new JsonObject { ["types"] = new JsonArray(EventTypes.Incident) });
        await world.StartAsync();

        await world.SendAsync(ours, "private", [], "red");
        await world.TellAsync(1, EventTypes.ModelStatus);
        await world.TellAsync(1, EventTypes.Incident);

        await Patience.UntilAsync("all arrive", () => Task.FromResult(receiver.Ledger.Count >= 6));
        Assert.Equal([1L, 2, 3], receiver.At("/ours").Select(r => r.Position));
        Assert.Equal([2L, 3], receiver.At("/theirs").Select(r => r.Position));
        Assert.Equal([3L], receiver.At("/incidents").Select(r => r.Position));
    }

    [Fact]
    public async Task A_batch_holds_as_many_events_as_asked_for_and_goes_by_its_last()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(
            await world.OrganisationAsync(), receiver.Address + "/in", new JsonObject { ["config"] = new JsonObject { ["mode"] = "batch", ["maxbatchsize"] = 40 } });
        await world.TellAsync(100);
        receiver.Answer("/in", (context, received) =>
        {
            context.Response.StatusCode = received.Number == 2 ? 503 : 204;
            return Task.CompletedTask;
        });
        await world.StartAsync("one", ("Delivery:LookMilliseconds", "100"));

        await Patience.UntilAsync("the rest comes with the retry", () => Task.FromResult(receiver.Ledger.Count >= 4));
        Assert.Equal([40L, 80, 80, 100], receiver.Ledger.Select(r => r.Position));
        Assert.Equal(receiver.Ledger[1].Body, receiver.Ledger[2].Body);
        Assert.Equal(40, JsonDocument.Parse(receiver.Ledger[1].Body).RootElement.GetArrayLength());
        Assert.Equal("application/cloudevents-batch+json; charset=utf-8", receiver.Ledger[0].ContentType);
        Assert.Equal($"{id:N}_100", receiver.Ledger[3].Id);
    }

    [Fact]
    public async Task Binary_mode_has_the_attributes_in_headers()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + "/in", new JsonObject { ["config"] = new JsonObject { ["mode"] = "binary" } });
        await world.StartAsync();
        await world.TellAsync();

        await Patience.UntilAsync("it arrives", () => Task.FromResult(receiver.Ledger.Count == 1));
        Assert.Equal(EventTypes.ModelStatus, receiver.Ledger[0].Headers["ce-type"]);
        Assert.Equal("""{"n":0}""", System.Text.Encoding.UTF8.GetString(receiver.Ledger[0].Body));
        Assert.Equal(SignatureVerdict.Valid, Signature.Verify(receiver.Ledger[0].Id, receiver.Ledger[0].Timestamp, receiver.Ledger[0].Signature, receiver.Ledger[0].Body, [DeliveryWorld.Secret], receiver.Ledger[0].At));
    }

    [Fact]
    public async Task What_has_expired_is_passed_over_and_said_so()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, receiver.Address + "/in");
        await world.SendAsync(org, "late", new JsonObject { ["expirytime"] = "2020-01-01T00:00:00Z" });
        await world.SendAsync(org, "timely", new JsonObject { ["expirytime"] = "2999-01-01T00:00:00Z" });
        await world.StartAsync();

        await Patience.UntilAsync("the timely one is recorded", async () => await world.PositionAsync(id) == 2);
        Assert.Equal([2L], receiver.Ledger.Select(r => r.Position));
        Assert.Equal(["0 expired", "1 delivered 204"], await world.AttemptsAsync(id));
    }

    [Fact]
    public async Task A_batch_that_holds_one_that_has_expired_is_sent_whole()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, receiver.Address + "/in", new JsonObject { ["config"] = new JsonObject { ["mode"] = "batch", ["maxbatchsize"] = 40 } });
        await world.SendAsync(org, "late", new JsonObject { ["expirytime"] = "2020-01-01T00:00:00Z" });
        await world.SendAsync(org, "timely", new JsonObject { ["expirytime"] = "2999-01-01T00:00:00Z" });
        await world.StartAsync();

        await Patience.UntilAsync("both are recorded", async () => await world.PositionAsync(id) == 2);
        Assert.Equal([2L], receiver.Ledger.Select(r => r.Position));
        Assert.Equal(["1 delivered 204", "1 delivered 204"], await world.AttemptsAsync(id));
    }

    [Fact]
    public async Task A_replay_moves_back_and_loses_nothing_that_came_after()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + "/in");
        await world.StartAsync();
        var last = await world.TellAsync(10);
        await Patience.UntilAsync("all arrive", async () => await world.PositionAsync(id) == last);

        await world.Storage.RunAsync($"UPDATE deliveries SET position = 4, fence = fence + 1 WHERE subscription_id = '{id}'");
        await Patience.UntilAsync("they come again", () => Task.FromResult(receiver.Ledger.Count == 16));
        await world.TellAsync(1);

        await Patience.UntilAsync("and the next", () => Task.FromResult(receiver.Ledger.Count == 17));
        Assert.Equal([.. Enumerable.Range(1, 10), .. Enumerable.Range(5, 7)], receiver.Ledger.Select(r => (int)r.Position));
        foreach (var again in receiver.Ledger.GroupBy(r => r.Id))
        {
            Assert.Single(again.Select(r => Convert.ToHexString(r.Body)).Distinct());
        }
    }

    [Fact]
    public async Task A_change_is_noticed_without_a_restart_and_one_disabled_gets_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, receiver.Address + "/old");
        await world.SubscribeAsync(org, receiver.Address + "/witness");
        var counts = (await world.StartAsync()).Services.GetRequiredService<DeliveryCounts>();
        await world.TellAsync();
        await Patience.UntilAsync("the first arrives", () => Task.FromResult(receiver.At("/old").Count == 1));

        await world.Storage.RunAsync($$"""UPDATE subscriptions SET definition = '{"sink":"{{receiver.Address}}/new"}', version = version + 1 WHERE id = '{{id}}'""");
        await Patience.UntilAsync("the change is noticed", async () =>
        {
            await world.TellAsync();
            return receiver.At("/new").Count > 0;
        });
        await Patience.UntilAsync("both are held", () => Task.FromResult(counts.Status.Held == 2));

        await world.Storage.RunAsync($"UPDATE subscriptions SET state = {(short)SubscriptionState.Disabled}, version = version + 1 WHERE id = '{id}'");
        await Patience.UntilAsync("it is let go of", () => Task.FromResult(counts.Status is { Held: 1, InFlight: 0 }));
        var before = receiver.At("/new").Count;
        for (var i = 0; i < 2; i++)
        {
            var told = await world.TellAsync();
            await Patience.UntilAsync("the witness has it", () => Task.FromResult(receiver.At("/witness").Any(r => r.Position == told)));
        }

        Assert.Equal(before, receiver.At("/new").Count);

        await world.Storage.RunAsync($"UPDATE subscriptions SET state = {(short)SubscriptionState.Active}, version = version + 1 WHERE id = '{id}'");
        var head = await world.TellAsync();
        await Patience.UntilAsync("all it missed comes", () => Task.FromResult(receiver.At("/new").Any(r => r.Position == head)));
        var first = receiver.Ledger.Where(r => r.Path != "/witness").DistinctBy(r => r.Id).Select(r => r.Position).ToList();
        Assert.Equal(Enumerable.Range(1, (int)head).Select(n => (long)n), first);
    }

    [Fact]
    public async Task A_receiver_gets_no_more_than_it_allows_a_minute()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        await world.SubscribeAsync(await world.OrganisationAsync(), receiver.Address + "/in", rate: 120);
        await world.TellAsync(100);
        await world.StartAsync();

        await Patience.UntilAsync("a few come", () => Task.FromResult(receiver.Ledger.Count >= 6));
        var took = (receiver.Ledger[5].At - receiver.Ledger[0].At).TotalSeconds;
        Assert.True(took > 1.5, string.Create(CultureInfo.InvariantCulture, $"six of 120 a minute came within {took:F1} s"));
    }
}
