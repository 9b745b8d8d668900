using System.Text;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Feed.Delivery;

namespace StatusHub.Scenarios.Deliveries;

/// <summary>Old events stay for those who still wait for them, but not for ever: then they go, and whoever waited is told.</summary>
public sealed class TheLogDoesNotWaitForEver
{
    private const int Days = 180;

    [Fact]
    public async Task One_that_is_always_behind_is_told_and_passed_over_and_the_log_gets_shorter()
    {
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var (behind, stopped) = (await world.SubscribeAsync(org, "https://receiver.example/behind"), await world.SubscribeAsync(org, "https://receiver.example/stopped"));
        await world.Storage.RunAsync($"UPDATE subscriptions SET state = {(short)SubscriptionState.Disabled} WHERE id = '{stopped}'");
        await world.Storage.RunAsync($"UPDATE deliveries SET owner = 'one/1', attempt = 3, through = 2 WHERE subscription_id = '{behind}'");
        await world.TellAsync(5);
        var inTime = await world.SubscribeAsync(org, "https://receiver.example/in-time");
        await world.TellAsync(2);
        var now = TimeProvider.System.GetUtcNow();
        await world.Storage.RunAsync($"UPDATE events SET recorded_at = now() - interval '{Days + 1} days' WHERE position <= 5");
        await world.Storage.RunAsync("DELETE FROM cursors");
        Assert.Equal(0, await world.Storage.Log.DropBeforeAsync(now.AddDays(-90), CancellationToken.None));

        await PassOverAsync();
        Assert.Equal(5, await world.Storage.Log.DropBeforeAsync(now.AddDays(-90), CancellationToken.None));
        Assert.Equal("5 1 0 f", await world.AskAsync<string>($"SELECT concat_ws(' ', position, fence, attempt, owner IS NOT NULL OR through IS NOT NULL) FROM deliveries WHERE subscription_id = '{behind}'"));
        Assert.Equal("5 0", await world.AskAsync<string>($"SELECT concat_ws(' ', position, fence) FROM deliveries WHERE subscription_id = '{inTime}'"));
        Assert.Equal("0 0", await world.AskAsync<string>($"SELECT concat_ws(' ', position, fence) FROM deliveries WHERE subscription_id = '{stopped}'"));
        var told = Assert.Single(await world.Storage.Log.ReadAfterAsync(7, 10, CancellationToken.None)).Event;
        Assert.Equal((EventTypes.Subscription, org, "red"), (told.Type, told.OrgId!.Value, told.Tlp));
        Assert.Contains($"\"subscriptionId\":\"{behind}\",\"state\":\"behind\"", Encoding.UTF8.GetString(told.Data.Span));

        await PassOverAsync(); // nothing is said twice
        Assert.Single(await world.Storage.Log.ReadAfterAsync(7, 10, CancellationToken.None));

        async Task PassOverAsync()
        {
            var node = await world.Storage.StartNodeAsync();
            var notices = new DeliveryNotices(node.Get<HubIdentity>());
            await node.Get<DeliveryArrears>().PassOverAsync(now.AddDays(-Days), passed => notices.Behind(passed, Days, now), now, CancellationToken.None);
        }
    }
}
