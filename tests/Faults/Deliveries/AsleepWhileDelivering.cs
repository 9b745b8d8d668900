using System.Globalization;
using StatusHub.Support;

namespace StatusHub.Faults.Deliveries;

/// <summary>A hub that is stopped where it stands for longer than its lease, and wakes up not knowing: it overwrites nothing.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class AsleepWhileDelivering(ITestOutputHelper output)
{
    private const int Seconds = 8;
    private const int Subscriptions = 12;

    // What one preparation covers: the sleeper may have sent all of it and recorded nothing.
    private const int MaxRun = 64;

    [Fact]
    public async Task What_the_other_wrote_meanwhile_stands()
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("STATUSHUB_FAULT_STOP_SECONDS"), CultureInfo.InvariantCulture, out var asked) ? asked : Seconds;
        await using var world = await DeliveryFaults.CreateAsync();
        for (var i = 0; i < Subscriptions; i++)
        {
            world.Receiver.Answer($"/{i}", async (context, _) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System);
                context.Response.StatusCode = 204;
            });
        }

        await using var sleeper = world.Start("sleeper");
        await sleeper.FirstPageAsync(HubProcess.Busy);
        await world.SubscribeAsync(Subscriptions);
        world.BeginAppending();
        await Patience.UntilAsync("the sleeper delivers to all", async () => (await world.StandsAsync()).Values.All(s => s.Owner?.StartsWith("sleeper/", StringComparison.Ordinal) == true && s.Position > 0));
        await using var other = world.Start("other");
        await Patience.UntilAsync("they share", async () => (await world.StandsAsync()).Values.Count(s => s.Owner?.StartsWith("other/", StringComparison.Ordinal) == true) == Subscriptions / 2, HubProcess.Busy);

        sleeper.Signal("STOP");
        var asleep = await world.StandsAsync();
        await using var watch = StandsWatch.Begin(world);
        await Patience.UntilAsync("the other holds all", async () => (await world.StandsAsync()).Values.All(s => s.Owner?.StartsWith("other/", StringComparison.Ordinal) == true), HubProcess.Busy);
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        var taken = await world.StandsAsync();
        Assert.All(asleep.Where(a => a.Value.Owner!.StartsWith("sleeper/", StringComparison.Ordinal)), a => Assert.True(taken[a.Key].Fence > a.Value.Fence && taken[a.Key].Position > a.Value.Position));

        sleeper.Signal("CONT");
        await Patience.UntilAsync("they share again", async () => (await world.StandsAsync()).Values.Count(s => s.Owner?.StartsWith("sleeper/", StringComparison.Ordinal) == true) == Subscriptions / 2, HubProcess.Busy);
        var findings = await world.SettleAsync();
        var wentBack = await watch.EndAsync();

        Assert.Empty(findings);
        Assert.Empty(wentBack);
        var ledger = world.Receiver.Ledger;
        var repeats = ledger.Count - ledger.DistinctBy(r => r.Id).Count();
        output.WriteLine($"{ledger.Count} deliveries, {repeats} repeats, asleep {seconds} s");
        Assert.True(repeats <= Subscriptions / 2 * MaxRun, $"{repeats} repeats of {Subscriptions / 2} rows the sleeper held");
        await Patience.UntilAsync("every delivery is recorded", async () => (long)(await world.AskAsync("SELECT count(DISTINCT (subscription_id, position)) FROM delivery_attempts"))! == ledger.DistinctBy(r => r.Id).Count());
        Assert.Equal(0L, await world.AskAsync("SELECT count(*) - count(DISTINCT (subscription_id, position)) FROM delivery_attempts WHERE outcome = 'delivered'"));

        // The watch must be able to see it: without the fence a late word moves a position back.
        await using var control = StandsWatch.Begin(world);
        await control.LooksAsync();
        await world.AskAsync("UPDATE deliveries SET position = position - 3");
        await control.LooksAsync();
        Assert.NotEmpty(await control.EndAsync());
    }

    /// <summary>Looks at every position again and again, and notes each that was ever seen to go back.</summary>
    private sealed class StandsWatch : IAsyncDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private readonly List<string> _wentBack = [];
        private readonly Task _watching;
        private int _looks;

        private StandsWatch(DeliveryFaults world) => _watching = WatchAsync(world);

        public static StandsWatch Begin(DeliveryFaults world) => new(world);

        /// <summary>Waits until a look that began after this call is over.</summary>
        public async Task LooksAsync()
        {
            var before = Volatile.Read(ref _looks);
            await Patience.UntilAsync("the watch looks", () => Task.FromResult(Volatile.Read(ref _looks) >= before + 2 || _watching.IsCompleted));
        }

        public async Task<IReadOnlyList<string>> EndAsync()
        {
            await _over.CancelAsync();
            await _watching;
            return _wentBack;
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _over.Dispose();
        }

        private async Task WatchAsync(DeliveryFaults world)
        {
            var last = await world.StandsAsync();
            while (!_over.IsCancellationRequested)
            {
                var now = await world.StandsAsync();
                _wentBack.AddRange(now.Where(n => n.Value.Position < last[n.Key].Position || n.Value.Fence < last[n.Key].Fence).Select(n => $"{n.Key}: {last[n.Key]} → {n.Value}"));
                last = now;
                Interlocked.Increment(ref _looks);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
