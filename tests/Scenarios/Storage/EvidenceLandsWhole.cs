using System.Text;
using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Support;

namespace StatusHub.Scenarios.Storage;

/// <summary>Outcomes go in; observations, roll-ups, verdicts, spans, incidents and events come out of one transaction, whole and once.</summary>
public sealed class EvidenceLandsWhole
{
    private const int Calm = 40;
    private const int Failing = 14;

    private static readonly ModelId Opus = ModelId.Parse("acme/opus");
    private static readonly ModelId Sonnet = ModelId.Parse("acme/sonnet");
    private static readonly ModelId Haiku = ModelId.Parse("zeta/haiku");

    [Fact]
    public async Task An_outage_is_dated_back_to_its_first_failure_and_told_once()
    {
        await using var storage = await PreparedAsync();
        var clock = new SetClock();
        await using var node = await storage.StartNodeAsync(clock);
        var outcomes = await PlayAsync(node, clock, Opus);

        var firstFailure = outcomes.First(o => !o.Succeeded);
        var verdicts = await node.Get<VerdictStore>().AllAsync(CancellationToken.None);
        Assert.Equal(HealthState.MajorOutage, verdicts[Opus].Status);
        var spans = await node.Get<VerdictStore>().SpansAsync(Opus, clock.Now.AddDays(-1), CancellationToken.None);
        Assert.Equal(HealthState.MajorOutage, spans[^1].Status);
        Assert.Equal(firstFailure.StartedAt, spans[^1].From);
        Assert.Equal(spans[^1].From, spans[^2].To);
        Assert.True(verdicts[Opus].DetectedAt > firstFailure.At);
        Assert.Equal(1L, await storage.AskAsync<long>("SELECT count(*) FROM incidents WHERE resolved_at IS NULL"));
        var told = await storage.Log.ReadAfterAsync(0, 100, CancellationToken.None);
        Assert.Single(told, e => e.Event.Type == "io.statushub.incident.v1");
        Assert.Contains(told, e => e.Event.Type == "io.statushub.model.status.v1" && e.Event.Subject == Opus.Value);
        await AssertSoundAsync(storage, outcomes.Count);
    }

    [Fact]
    public async Task Roll_ups_of_every_step_equal_what_the_outcomes_fold_to()
    {
        await using var storage = await PreparedAsync();
        var clock = new SetClock();
        await using var node = await storage.StartNodeAsync(clock);
        var outcomes = await PlayAsync(node, clock, Opus);

        var expected = Rollup.Fold(outcomes);
        foreach (var step in Rollup.Steps)
        {
            var stored = await node.Rollups.ReadAsync(null, step, clock.Now.AddDays(-2), clock.Now.AddDays(1), CancellationToken.None);
            Assert.Equal(expected.Keys.Where(k => k.Step == step).OrderBy(k => k.Bucket), stored.Select(s => s.Key).OrderBy(k => k.Bucket));
            Assert.All(stored, s => Assert.Equivalent(AsStored(expected[s.Key], step), s.Rollup, strict: true));
        }
    }

    /// <summary>The times of regular probes are kept by the quarter of an hour alone: scores are made of those.</summary>
    private static Rollup AsStored(Rollup rollup, RollupStep step)
    {
        if (step != RollupStep.Quarter)
        {
            Array.Clear(rollup.BaseTtft);
        }

        return rollup;
    }

    [Fact]
    public async Task An_outcome_that_cannot_be_stored_loses_only_itself()
    {
        await using var storage = await PreparedAsync();
        var clock = new SetClock();
        await using var node = await storage.StartNodeAsync(clock);
        var recordings = Enumerable.Range(0, 60)
            .Select(i => Outcomes.At(clock.Now.AddSeconds(i), Opus, FailureClass.None, detail: i == 30 ? "text may not hold \0" : null))
            .Select(o => node.Writer.RecordAsync(o, CancellationToken.None))
            .ToList();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => recordings[30]);
        Assert.Equal(PostgresErrorCodes.CharacterNotInRepertoire, refusal.SqlState);
        recordings.RemoveAt(30);
        await Task.WhenAll(recordings);
        await AssertSoundAsync(storage, 59);
    }

    [Fact]
    public async Task Outcomes_that_wait_while_the_database_restarts_all_land_once()
    {
        await using var server = await OwnPostgres.StartAsync();
        await using var storage = await HubStorage.OnAsync(await server.CreateDatabaseAsync("restarted"));
        await storage.AddModelsAsync(Opus, Sonnet, Haiku);
        var clock = new SetClock();
        await using var node = await storage.StartNodeAsync(clock, null, ("Storage:EvidenceBatch", "7"));
        var recordings = new List<Task<Recorded>>();
        for (var round = 0; round < 3; round++)
        {
            recordings.AddRange(Record(node, clock, 40));
            await recordings[^30]; // writing is under way
            await server.CrashAsync();
            recordings.AddRange(Record(node, clock, 40));
            await server.StartAgainAsync();
        }

        await Task.WhenAll(recordings).WaitAsync(Patience.Usual, TimeProvider.System);
        await AssertSoundAsync(storage, recordings.Count);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_not_done_again()
    {
        await using var storage = await PreparedAsync();
        await using var line = new CutConnection(storage.ConnectionString);
        var clock = new SetClock();
        await using var node = await storage.StartNodeAsync(clock, line.ConnectionString);
        await Task.WhenAll(Record(node, clock, 5));
        line.LoseNextAnswer(CutConnection.Commit);
        await Task.WhenAll(Record(node, clock, 5)).WaitAsync(Patience.Usual, TimeProvider.System);

        Assert.Equal(1, line.Cuts);
        await AssertSoundAsync(storage, 10);
    }

    [Fact]
    public async Task Two_nodes_that_write_at_once_open_one_incident_and_never_lock_each_other_up()
    {
        await using var storage = await PreparedAsync();
        var clock = new SetClock();
        await using var one = await storage.StartNodeAsync(clock);
        await using var two = await storage.StartNodeAsync(clock);
        ModelId[] models = [Opus, Sonnet, Haiku];
        var count = 0;
        for (var i = 0; i < Calm + Failing; i++)
        {
            clock.Now = clock.Now.AddSeconds(i < Calm ? 32 : 5);
            var failure = i < Calm ? FailureClass.None : FailureClass.ServerError;
            // The same models from both sides, in opposite orders.
            var left = models.Select(m => one.Writer.RecordAsync(Outcomes.At(clock.Now, m, failure, "eu-west"), CancellationToken.None));
            var right = models.Reverse().Select(m => two.Writer.RecordAsync(Outcomes.At(clock.Now, m, failure, "us-east"), CancellationToken.None));
            count += (await Task.WhenAll(left.Concat(right))).Length;
        }

        Assert.Equal(models.Length, await storage.AskAsync<long>("SELECT count(*) FROM incident_models WHERE open"));
        Assert.Equal(2L, await storage.AskAsync<long>("SELECT count(*) FROM incidents")); // one a provider: acme, zeta
        Assert.Equal(0L, await storage.AskAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
        await AssertSoundAsync(storage, count);
    }

    [Fact]
    public async Task A_model_nobody_looks_at_any_more_becomes_unknown()
    {
        await using var storage = await PreparedAsync();
        var clock = new SetClock();
        await using var node = await storage.StartNodeAsync(clock);
        await PlayAsync(node, clock, Opus, failing: 0);
        var verdicts = node.Get<VerdictStore>();
        Assert.Equal(HealthState.Operational, (await verdicts.AllAsync(CancellationToken.None))[Opus].Status);
        Assert.Empty(await verdicts.StaleAsync(clock.Now.AddMinutes(-3), CancellationToken.None));

        clock.Now = clock.Now.AddMinutes(20);
        Assert.Equal([Opus], await verdicts.StaleAsync(clock.Now.AddMinutes(-3), CancellationToken.None));
        await node.Writer.AgeAsync(Opus, CancellationToken.None);

        Assert.Equal(HealthState.Unknown, (await verdicts.AllAsync(CancellationToken.None))[Opus].Status);
        Assert.Contains(await storage.Log.ReadAfterAsync(0, 100, CancellationToken.None), e => Encoding.UTF8.GetString(e.Event.Data.Span).Contains("\"status\":\"unknown\"", StringComparison.Ordinal));
        await AssertSoundAsync(storage, Calm);
    }

    [Fact]
    public async Task What_must_hold_is_seen_broken_when_it_is()
    {
        await using var storage = await PreparedAsync();
        var clock = new SetClock();
        await using var node = await storage.StartNodeAsync(clock);
        var outcomes = await PlayAsync(node, clock, Opus);
        await AssertSoundAsync(storage, outcomes.Count);

        await storage.RunAsync("DELETE FROM events WHERE position = 1");
        await storage.RunAsync("INSERT INTO verdict_spans SELECT model_id, from_at + interval '1 s', to_at + interval '1 s', status FROM verdict_spans WHERE to_at IS NOT NULL");
        await storage.RunAsync("INSERT INTO observations SELECT * FROM observations LIMIT 1");
        await storage.RunAsync("DROP INDEX ix_one_open_incident_a_model");
        await storage.RunAsync("SET session_replication_role = replica; INSERT INTO incident_models SELECT gen_random_uuid(), model, status, worst, started_at, ended_at, open FROM incident_models");

        var findings = await StoredTruth.FindingsAsync(storage.ConnectionString);
        foreach (var expected in (string[])["events are missing", "spans of one model overlap", "written twice", "roll-ups count another number", "more than one open incident"])
        {
            Assert.Contains(findings, f => f.Contains(expected, StringComparison.Ordinal));
        }
    }

    private static async Task<HubStorage> PreparedAsync()
    {
        var storage = await HubStorage.CreateAsync();
        await storage.AddModelsAsync(Opus, Sonnet, Haiku);
        return storage;
    }

    /// <summary>Calm probes, then failing ones, each recorded when the clock stands there.</summary>
    private static async Task<List<ProbeOutcome>> PlayAsync(StorageNode node, SetClock clock, ModelId model, int failing = Failing)
    {
        var outcomes = new List<ProbeOutcome>();
        for (var i = 0; i < Calm + failing; i++)
        {
            clock.Now = clock.Now.AddSeconds(i < Calm ? 32 : 5);
            var outcome = Outcomes.At(clock.Now, model, i < Calm ? FailureClass.None : FailureClass.ServerError);
            outcomes.Add(outcome);
            await node.Writer.RecordAsync(outcome, CancellationToken.None);
        }

        return outcomes;
    }

    private static List<Task<Recorded>> Record(StorageNode node, SetClock clock, int count)
    {
        ModelId[] models = [Opus, Sonnet, Haiku];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            clock.Now = clock.Now.AddSeconds(1);
            return node.Writer.RecordAsync(Outcomes.At(clock.Now, models[i % models.Length]), CancellationToken.None);
        })];
    }

    private static async Task AssertSoundAsync(HubStorage storage, int outcomes)
    {
        Assert.Empty(await StoredTruth.FindingsAsync(storage.ConnectionString));
        Assert.Equal(outcomes, await storage.AskAsync<long>("SELECT count(*) FROM observations"));
    }
}
