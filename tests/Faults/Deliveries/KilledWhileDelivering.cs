using System.Globalization;
using StatusHub.Support;

namespace StatusHub.Faults.Deliveries;

/// <summary>
/// A hub killed without a word again and again while it delivers: every event reaches every receiver that is owed it, in order of first
/// arrival, and what comes twice is the same to the byte.
/// </summary>
public sealed class KilledWhileDelivering(ITestOutputHelper output)
{
    private const int Rounds = 8;
    private const int Seed = 20_261_121;
    private const int Subscriptions = 12;
    private const int MostMillisecondsOfWork = 900;

    [Fact]
    public async Task Nothing_owed_is_lost_reordered_or_changed()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("STATUSHUB_FAULT_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : Rounds;
        var chance = new Random(Seed);
        output.WriteLine($"seed {Seed}, {rounds} rounds");
        await using var world = await DeliveryFaults.CreateAsync();
        for (var i = 0; i < Subscriptions; i++)
        {
            var pause = TimeSpan.FromMilliseconds(i * 2);
            world.Receiver.Answer($"/{i}", async (context, _) =>
            {
                await Task.Delay(pause, TimeProvider.System);
                context.Response.StatusCode = 204;
            });
        }

        await using (var first = world.Start("killed"))
        {
            await first.FirstPageAsync(HubProcess.Busy);
            await world.SubscribeAsync(Subscriptions);
            world.BeginAppending();
            await DeliversAsync(world, first);
            await first.KillAsync();
        }

        for (var round = 1; round < rounds; round++)
        {
            await using var hub = world.Start("killed");
            await DeliversAsync(world, hub);
            await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(MostMillisecondsOfWork)), TimeProvider.System);
            await hub.KillAsync();
        }

        await using var last = world.Start("killed");
        var findings = await world.SettleAsync();
        Assert.True(findings.Count == 0, string.Join("; ", findings));
        var ledger = world.Receiver.Ledger;
        var repeats = ledger.Count - ledger.DistinctBy(r => r.Id).Count();
        output.WriteLine($"{ledger.Count} deliveries, {repeats} of them repeats after {rounds} kills");
        Assert.Equal(0L, await world.AskAsync("SELECT count(*) FROM dead_letters"));

        // The check must be able to fail: with one line less in the ledger it does.
        Assert.NotEmpty(DeliveryLedger.Findings(await world.OwedAsync(), [.. ledger.Where(r => r.Id != ledger[^1].Id)]));
    }

    /// <summary>This very life delivers: the ledger grows.</summary>
    private static async Task DeliversAsync(DeliveryFaults world, HubProcess hub)
    {
        var before = world.Receiver.Ledger.Count;
        await Patience.UntilAsync("it delivers", () => Task.FromResult(world.Receiver.Ledger.Count > before || hub.HasEnded), HubProcess.Busy);
        Assert.False(hub.HasEnded, hub.Output);
    }
}
