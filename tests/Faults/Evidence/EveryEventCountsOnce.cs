using System.Globalization;
using StatusHub.Support;

namespace StatusHub.Faults.Evidence;

/// <summary>
/// Two nodes take others' events into evidence, and one or the other is killed without a word while it does: every event in the log counts exactly
/// once, whoever took it.
/// </summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class EveryEventCountsOnce(ITestOutputHelper output)
{
    private const int Seed = 20_261_121;
    private const int MostMillisecondsOfWork = 600;

    // A few in every run; a release is tried with a hundred.
    private const int UsualDeaths = 4;

    private static readonly string[] Nodes = ["one", "other"];

    private static int Deaths => int.TryParse(Environment.GetEnvironmentVariable("STATUSHUB_FAULT_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
        ? rounds
        : UsualDeaths;

    [Fact]
    public async Task Two_nodes_killed_in_turn_count_every_event_once()
    {
        var chance = new Random(Seed);
        using var folder = new TemporaryFolder();
        await using var database = await TestDatabase.CreateAsync();
        await using var signals = new Signals(database.ConnectionString);
        var hubs = new Dictionary<string, HubProcess>(StringComparer.Ordinal);
        try
        {
            foreach (var node in Nodes)
            {
                hubs[node] = await StartAsync(database, folder, node); // one after the other: the first makes the tables
            }

            await signals.BeginAsync();
            hubs.ToList().ForEach(h => signals.SendTo(h.Key, h.Value.Address));
            for (var death = 0; death < Deaths; death++)
            {
                var before = signals.Accepted;
                await Patience.UntilAsync("events are accepted", () => Task.FromResult(signals.Accepted > before));
                await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(MostMillisecondsOfWork)), TimeProvider.System);
                var node = Nodes[chance.Next(Nodes.Length)];
                hubs.Remove(node, out var killed);
                await killed!.KillAsync();
                signals.SendNoMoreTo(node);
                await killed.DisposeAsync();
                hubs[node] = await StartAsync(database, folder, node);
                signals.SendTo(node, hubs[node].Address);
            }

            await signals.EndAsync();
            var (logged, counted, _) = await Patience.UntilAsync("all is weighed", signals.CountsAsync, c => c.Behind == 0);
            output.WriteLine($"seed {Seed}, {Deaths} deaths: {logged} events in the log, {counted} counted");
            Assert.True(logged > 0);
            Assert.Equal(logged, counted);
        }
        finally
        {
            foreach (var hub in hubs.Values)
            {
                await hub.DisposeAsync();
            }
        }
    }

    private static async Task<HubProcess> StartAsync(TestDatabase database, TemporaryFolder folder, string node)
    {
        var hub = HubProcess.Start(
            database.ConnectionString,
            Path.Combine(folder.Path, node),
            simulator: null,
            clock: null,
            new KeyValuePair<string, string?>("STATUSHUB_NODE", node),
            new KeyValuePair<string, string?>("STATUSHUB_OPERATOR_KEY", Signals.Key));
        await hub.IsReadyAsync();
        Assert.False(hub.HasEnded, hub.Output);
        return hub;
    }
}
