using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Scores;
using StatusHub.Domain.Storage;
using StatusHub.Scenarios.Storage;

namespace StatusHub.Benchmarks.Scores;

/// <summary>
/// One week's scores of two hundred models out of a year of roll-ups in PostgreSQL: read, added up, forecast, ranked, published. Beside a floor that
/// only reads the same rows.
/// </summary>
internal static class WeekOfScores
{
    private const int Models = 200;
    private const int Rounds = 3;
    private const double GoalSeconds = 5;

    private static readonly IsoWeek Week = IsoWeek.Parse("2026-W23");

    public static async Task<int> RunAsync()
    {
        await using var storage = await HubStorage.CreateAsync();
        await storage.AddModelsAsync(Enumerable.Range(0, Models).Select(i => ModelId.Parse($"provider-{i / 20}/model-{i:000}")));
        await storage.RunAsync("ALTER TABLE rollups SET UNLOGGED"); // only for the seeding: reading is the same
        await ScoreRollups.AddAsync(storage, RollupStep.Day, Week.StartsAt.AddDays(-364), Week.EndsAt);
        await ScoreRollups.AddAsync(storage, RollupStep.Hour, Week.StartsAt.AddDays(-364), Week.EndsAt);
        await ScoreRollups.AddAsync(storage, RollupStep.Quarter, Week.Previous.StartsAt, Week.EndsAt);
        await storage.RunAsync("ANALYZE rollups");
        Console.WriteLine($"{await storage.AskAsync<long>("SELECT count(*) FROM rollups")} roll-ups, {await storage.AskAsync<string>("SELECT pg_size_pretty(pg_total_relation_size('rollups'))")}");
        var node = await storage.StartNodeAsync(new SetClock());
        var (floors, made) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var floor = await SecondsAsync(() => storage.RunAsync(
                $"SELECT sum(base_attempts + coalesce(base_ttft[50], 0) + ttft[50]) FROM rollups WHERE step IN (900, 3600) AND bucket >= '{Week.StartsAt.AddDays(-28):O}' AND bucket < '{Week.EndsAt:O}'"));
            var week = await SecondsAsync(() => node.Get<ScoreBook>().MakeAsync(Week, Week.EndsAt, CancellationToken.None));
            if (round > 0) // the first warms up
            {
                floors.Add(floor);
                made.Add(week);
            }
        }

        var publishing = await SecondsAsync(() => node.Get<ScoreBook>().PublishDueAsync(Week.EndsAt.AddMinutes(15), TimeSpan.FromDays(8), CancellationToken.None));
        var (least, median) = (floors.Order().ElementAt(Rounds / 2), made.Order().ElementAt(Rounds / 2));
        Console.WriteLine($"a week of {Models} models: {median:F2} s, {median / least:F1} times the reading of its rows alone ({least:F2} s); made and published {publishing:F2} s (goal {GoalSeconds:F0} s)");
        return publishing <= GoalSeconds ? 0 : 1;
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var start = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
