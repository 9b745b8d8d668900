using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Storage;
using StatusHub.Scenarios.Storage;

namespace StatusHub.Benchmarks.Storage;

/// <summary>
/// What one probe outcome costs the hub once the probe is done, a hundred in a transaction of twenty models: observations, roll-ups of
/// four steps, verdicts and the look for incidents; beside a floor that only copies the same rows and commits. Processor time is the
/// hub's; the database has its own.
/// </summary>
internal static class EvidenceCost
{
    private const int Batch = 100;
    private const int BatchesARound = 30;
    private const int Models = 20;
    private const int Rounds = 7;

    public static async Task<int> RunAsync()
    {
        await using var storage = await HubStorage.CreateAsync();
        var models = Enumerable.Range(0, Models).Select(i => ModelId.Parse($"acme/model-{i:00}")).ToArray();
        await storage.AddModelsAsync(models);
        var clock = new SetClock();
        await using var node = await storage.StartNodeAsync(clock, null, ("Storage:EvidenceBatch", $"{Batch}"));
        await node.Get<ObservationStore>().EnsurePartitionsAsync(Next(clock, models), CancellationToken.None);
        var (ours, floors) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round <= Rounds; round++)
        {
            var floor = await MeasureAsync(clock, models, outcomes => CopyAsync(storage.Database, outcomes));
            var writer = await MeasureAsync(clock, models, outcomes => Task.WhenAll(outcomes.Select(o => node.Writer.RecordAsync(o, CancellationToken.None))));
            if (round > 0) // the first warms up
            {
                floors.Add(floor);
                ours.Add(writer);
            }
        }

        Print("copy only", floors);
        Print("recorded", ours);
        return 0;
    }

    private static async Task<Cost> MeasureAsync(SetClock clock, ModelId[] models, Func<List<ProbeOutcome>, Task> store)
    {
        var batches = Enumerable.Range(0, BatchesARound).Select(_ => Next(clock, models)).ToList();
        var (cpu, bytes, start) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true), TimeProvider.System.GetTimestamp());
        foreach (var batch in batches)
        {
            await store(batch);
        }

        const double count = Batch * BatchesARound;
        return new Cost(
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / 1024d / count,
            count / TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Five seconds of a hundred calm probes; the day does not end within a run.</summary>
    private static List<ProbeOutcome> Next(SetClock clock, ModelId[] models)
    {
        clock.Now = clock.Now.AddSeconds(5);
        return [.. Enumerable.Range(0, Batch).Select(i => Outcomes.At(clock.Now.AddMilliseconds(i), models[i % Models]))];
    }

    private static async Task CopyAsync(Database database, List<ProbeOutcome> outcomes)
    {
        await using var connection = await database.System.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ObservationStore.CopyAsync(connection, outcomes, CancellationToken.None);
        await transaction.CommitAsync();
    }

    private static void Print(string what, List<Cost> costs)
    {
        double Median(Func<Cost, double> of) => costs.Select(of).Order().ElementAt(costs.Count / 2);
        Console.WriteLine($"{what,-10} {Median(c => c.Micros),6:F0} us CPU/outcome  {Median(c => c.Kilobytes),6:F1} KB/outcome  {Median(c => c.PerSecond),7:F0} outcomes/s");
    }

    private sealed record Cost(double Micros, double Kilobytes, double PerSecond);
}
