using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Events;
using StatusHub.Scenarios.Storage;

namespace StatusHub.Benchmarks.Storage;

/// <summary>
/// Appending to the log, a thousand events a commit, beside a floor that inserts the same rows into the same kind of table without
/// taking positions: what gap-free order costs. One connection each, turn by turn.
/// </summary>
internal static class LogAppend
{
    private const int Batch = 1_000;
    private const int BatchesARound = 12;
    private const int Rounds = 7;
    private const double Goal = 0.7;

    private static readonly DateTimeOffset Now = new(2026, 6, 7, 10, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Payload = new byte[450];

    public static async Task<int> RunAsync()
    {
        await using var storage = await HubStorage.CreateAsync();
        await storage.RunAsync("CREATE TABLE floor_events (LIKE events INCLUDING ALL); GRANT ALL ON floor_events TO statushub_app");
        var (next, ours, floors) = (0L, new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var floor = await MeasureAsync(() => FloorAsync(storage.Database.System, next += Batch));
            var log = await MeasureAsync(() => storage.Log.AppendAsync(Events(next += Batch), Now, CancellationToken.None));
            if (round > 0) // the first warms up
            {
                floors.Add(floor);
                ours.Add(log);
            }
        }

        var ratios = floors.Zip(ours, (f, o) => o / f).Order().ToList();
        var ratio = ratios[ratios.Count / 2];
        Console.WriteLine($"floor  {floors.Order().ElementAt(Rounds / 2),7:F0} events/s");
        Console.WriteLine($"log    {ours.Order().ElementAt(Rounds / 2),7:F0} events/s");
        Console.WriteLine($"ratio  {ratio:F2} (of {ratios[0]:F2} to {ratios[^1]:F2}), goal at least {Goal:F1}");
        return ratio >= Goal ? 0 : 1;
    }

    private static async Task<double> MeasureAsync(Func<Task> append)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < BatchesARound; i++)
        {
            await append();
        }

        return Batch * BatchesARound / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static List<HubEvent> Events(long from) =>
        [.. Enumerable.Range(0, Batch).Select(i => new HubEvent($"event-{from + i}", "urn:uuid:01975000-0000-7000-8000-000000000001", EventTypes.ModelStatus, "anthropic/claude-opus-4-8", Now, null, HubEvent.Clear, Payload))];

    private static async Task FloorAsync(NpgsqlDataSource source, long from)
    {
        var events = Events(from);
        await using var command = source.CreateCommand(
            """
            INSERT INTO floor_events (position, id, source, type, subject, time, recorded_at, tlp, data)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """);
        void Add<T>(NpgsqlDbType type, Func<HubEvent, int, T> select) =>
            command.Parameters.Add(new() { Value = events.Select(select).ToArray(), NpgsqlDbType = type | NpgsqlDbType.Array });
        Add(NpgsqlDbType.Bigint, (_, i) => from + i);
        Add(NpgsqlDbType.Text, (e, _) => e.Id);
        Add(NpgsqlDbType.Text, (e, _) => e.Source);
        Add(NpgsqlDbType.Text, (e, _) => e.Type);
        Add(NpgsqlDbType.Text, (e, _) => e.Subject);
        Add(NpgsqlDbType.TimestampTz, (e, _) => e.Time);
        Add(NpgsqlDbType.TimestampTz, (_, _) => Now);
        Add(NpgsqlDbType.Text, (e, _) => e.Tlp);
        Add(NpgsqlDbType.Bytea, (e, _) => e.Data.ToArray());
        await command.ExecuteNonQueryAsync();
    }
}
