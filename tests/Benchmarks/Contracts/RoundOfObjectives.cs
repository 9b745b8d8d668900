using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Scenarios.Storage;

namespace StatusHub.Benchmarks.Contracts;

/// <summary>
/// One look at a thousand objectives: two hundred organisations with five each, over two hundred models that are probed twice a minute from two regions.
/// Three of five are on availability, two on latency, each organisation with a limit of its own. Beside a floor that only reads the same rows.
/// </summary>
internal static class RoundOfObjectives
{
    private const int Count = 200;
    private const int EachHas = 5;
    private const int Rounds = 3;
    private const double GoalSeconds = 5;

    private static readonly DateTimeOffset Now = new(2026, 6, 10, 12, 0, 30, TimeSpan.Zero);

    public static async Task<int> RunAsync()
    {
        await using var storage = await HubStorage.CreateAsync();
        var models = Enumerable.Range(0, Count).Select(i => ModelId.Parse($"provider-{i / 20}/model-{i:000}")).ToList();
        await storage.AddModelsAsync(models);
        await SeedAsync(storage);
        var clock = new SetClock { Now = Now };
        var node = await storage.StartNodeAsync(clock);
        var objectives = new ObjectiveStore(storage.Database, node.Get<Clocks>());
        await AgreeAsync(storage, objectives, models);
        var history = new CountedHistory(node.Get<VerdictStore>(), node.Get<RollupStore>(), storage.Database);
        var book = new BurnBook(storage.Database, history, objectives, node.Get<LogTail>(), node.Get<HubIdentity>(), node.Get<Clocks>());
        Console.WriteLine($"{await storage.AskAsync<long>("SELECT count(*) FROM objectives")} objectives, {await storage.AskAsync<long>("SELECT count(*) FROM rollups")} roll-ups");
        var (floors, looks) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var floor = await SecondsAsync(() => storage.RunAsync("SELECT sum(ttft[50]) FROM rollups"));
            var look = await SecondsAsync(() => book.LookAsync(CancellationToken.None));
            if (round > 0) // the first warms up
            {
                floors.Add(floor);
                looks.Add(look);
            }
        }

        var (least, median) = (floors.Order().ElementAt(Rounds / 2), looks.Order().ElementAt(Rounds / 2));
        Console.WriteLine($"one look: {median:F2} s, {median / least:F1} times the reading of its rows alone ({least:F2} s); alerts {await storage.AskAsync<long>("SELECT count(*) FROM objectives WHERE alert_id IS NOT NULL")} (goal {GoalSeconds:F0} s)");
        return median <= GoalSeconds ? 0 : 1;
    }

    private static async Task AgreeAsync(HubStorage storage, ObjectiveStore objectives, List<ModelId> models)
    {
        for (var i = 0; i < Count; i++)
        {
            var org = Guid.CreateVersion7(Now.AddSeconds(i));
            await storage.RunAsync($"INSERT INTO organisations (id, slug, name, created_at) VALUES ('{org}', 'org-{i}', 'Org {i}', now())");
            for (var j = 0; j < EachHas; j++)
            {
                var (model, limit) = (models[((i * EachHas) + j) % Count], j < 3 ? (double?)null : 2_000 + i);
                var objective = new Objective(org, Guid.CreateVersion7(Now), $"{j}", model, 0.99, new ObjectiveWindow(30), StateWeights.Statuspage, limit, Now, Now);
                await objectives.AddAsync(objective, Actor.Hub, CancellationToken.None);
            }
        }
    }

    /// <summary>What the longest look needs: hours of three and a half days, minutes of the last thirteen hours; states that changed every few hours.</summary>
    private static async Task SeedAsync(HubStorage storage)
    {
        await storage.RunAsync("ALTER TABLE rollups SET UNLOGGED"); // only for the seeding: reading is the same
        foreach (var (step, hours, answers) in new[] { (RollupStep.Hour, 84, 120), (RollupStep.Minute, 13, 2) })
        {
            await storage.RunAsync(
                $"""
                WITH shape AS (SELECT array_agg(CASE WHEN i = 58 THEN {answers} ELSE 0 END ORDER BY i) AS ttft FROM generate_series(0, {LatencyHistogram.Buckets - 1}) i)
                INSERT INTO rollups (model_id, region, step, bucket, attempts, base_attempts, base_failures, failures, ttft, tokens_per_second)
                SELECT m.id, r, {(int)step}, b, {answers}, {answers}, 0, array_fill(0, ARRAY[{Rollup.FailureSlots}]), shape.ttft, shape.ttft
                FROM models m, shape, unnest(ARRAY['eu-west', 'us-east']) r,
                  generate_series(date_trunc('hour', '{Now:O}'::timestamptz) - make_interval(hours => {hours}), '{Now:O}'::timestamptz, make_interval(secs => {(int)step})) b
                """);
        }

        await storage.RunAsync(
            $"""
            INSERT INTO verdict_spans (model_id, from_at, to_at, status)
            SELECT m.id, b, CASE WHEN b < '{Now.AddHours(-6):O}' THEN b + interval '6 hours' END, CASE WHEN extract(hour FROM b)::int % 24 = 0 THEN 2 ELSE 1 END
            FROM models m, generate_series('{Now.AddDays(-90):O}'::timestamptz, '{Now.AddSeconds(-1):O}'::timestamptz, interval '6 hours') b
            """);
        await storage.RunAsync("ANALYZE rollups, verdict_spans");
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var start = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
