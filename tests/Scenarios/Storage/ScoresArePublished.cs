using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Scores;
using StatusHub.Domain.Storage;

namespace StatusHub.Scenarios.Storage;

/// <summary>What is published stays, and what was missed is made up for.</summary>
public sealed class ScoresArePublished
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(15);
    private static readonly IsoWeek First = IsoWeek.Parse("2026-W22"), Second = IsoWeek.Parse("2026-W23");

    [Fact]
    public async Task Missed_weeks_are_published_as_far_as_their_quarters_are_kept_and_each_knows_those_before()
    {
        await using var storage = await HubStorage.CreateAsync();
        var node = await BeginAsync(storage);
        var published = await node.Get<ScoreBook>().PublishDueAsync(Second.EndsAt.AddMinutes(20), Kept, CancellationToken.None);
        Assert.Equal([First, Second], published); // the one before is not wholly kept

        var weeks = await node.Get<ScoreStore>().NewestAsync(5, CancellationToken.None);
        Assert.Equal([Second, First], weeks.Select(w => w.Week));
        var row = weeks[0].Find("acme/one")!;
        Assert.InRange(row.Score.Score!.Value, 99, 99.9);
        Assert.Equal(2, row.Facts.History.Weeks);
        Assert.Equal(1, weeks[1].Find("acme/one")!.Facts.History.Weeks);
        Assert.Equal(row.Facts.UsualProbes + weeks[1].Find("acme/one")!.Facts.UsualProbes, row.Facts.History.UsualProbes);
        Assert.Empty(ScoreRecomputation.Of(ScoreCsv.Write(weeks[0]), ScorePolicy.Default).Differences);
    }

    [Fact]
    public async Task A_published_week_can_neither_be_changed_nor_taken_back()
    {
        await using var storage = await HubStorage.CreateAsync();
        var node = await BeginAsync(storage);
        await node.Get<ScoreBook>().PublishDueAsync(Second.EndsAt.AddMinutes(20), Kept, CancellationToken.None);
        foreach (var sql in (string[])["UPDATE scores SET score = '{}'", "DELETE FROM scores", "UPDATE score_weeks SET published_at = now()", "DELETE FROM score_weeks", "TRUNCATE scores"])
        {
            await using var command = storage.Database.System.CreateCommand(sql);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task A_week_nobody_probed_is_not_published()
    {
        await using var storage = await HubStorage.CreateAsync();
        var node = await storage.StartNodeAsync();
        Assert.Empty(await node.Get<ScoreBook>().PublishDueAsync(Second.EndsAt.AddHours(1), Kept, CancellationToken.None));
    }

    [Fact]
    public async Task What_the_judge_could_not_tell_and_what_was_announced_in_time_are_left_out_and_drills_are_no_incidents()
    {
        await using var storage = await HubStorage.CreateAsync();
        var node = await BeginAsync(storage);
        var org = Guid.Parse("01975000-0000-7000-8000-0000000000aa");
        await storage.RunAsync($"""
            INSERT INTO verdict_spans (model_id, from_at, to_at, status) VALUES
              ('acme/one', '{First.StartsAt:O}', '{Second.StartsAt.AddHours(1):O}', 1), ('acme/one', '{Second.StartsAt.AddHours(1):O}', '{Second.StartsAt.AddHours(2):O}', 0);
            INSERT INTO announced_maintenance (org_id, maintenance_id, model_id, starts_at, ends_at, is_over, said_at, announced_at) VALUES
              ('{org}', 'in-time', 'acme/one', '{Second.StartsAt.AddHours(5):O}', '{Second.StartsAt.AddHours(7):O}', false, '{First.StartsAt:O}', '{First.StartsAt:O}'),
              ('{org}', 'too-late', 'acme/one', '{Second.StartsAt.AddHours(10):O}', '{Second.StartsAt.AddHours(20):O}', false, '{First.StartsAt:O}', '{Second.StartsAt.AddHours(-61):O}'),
              ('{org}', 'called-off', 'acme/one', '{Second.StartsAt.AddHours(30):O}', '{Second.StartsAt.AddHours(40):O}', true, '{Second.StartsAt:O}', '{First.StartsAt:O}');
            INSERT INTO incidents (id, title, phase, impact, kind, started_at, detected_at, linked, drill) VALUES
              ('{org}', 'Drill', 'Resolved', 'MajorOutage', 'Errors', '{Second.StartsAt.AddHours(50):O}', '{Second.StartsAt.AddHours(50):O}', ARRAY[]::uuid[], true);
            INSERT INTO incident_models (incident_id, model, status, worst, started_at, ended_at, open) VALUES
              ('{org}', 'acme/one', 'Operational', 'MajorOutage', '{Second.StartsAt.AddHours(50):O}', '{Second.StartsAt.AddHours(52):O}', false)
            """);

        var facts = (await node.Get<ScoreBook>().MakeAsync(Second, Second.EndsAt, CancellationToken.None)).Find("acme/one")!.Facts;

        Assert.Equal((7_200, IsoWeek.Seconds - 7_200, IsoWeek.Seconds - 7_200 - 3_600), (facts.MaintenanceSeconds, facts.WatchedSeconds, facts.MeasuredSeconds));
        Assert.Empty(facts.Incidents);
        Assert.Equal(0, facts.TroubleSeconds);
    }

    private static async Task<StorageNode> BeginAsync(HubStorage storage)
    {
        await storage.AddModelsAsync(ModelId.Parse("acme/one"), ModelId.Parse("acme/two"));
        await ScoreRollups.AddAsync(storage, RollupStep.Quarter, First.Previous.StartsAt, Second.EndsAt);
        await ScoreRollups.AddAsync(storage, RollupStep.Hour, First.Previous.StartsAt, Second.EndsAt);
        return await storage.StartNodeAsync(new SetClock());
    }
}
