using Npgsql;
using StatusHub.Support;

namespace StatusHub.Faults;

/// <summary>
/// The real hub against real simulated providers on a real database, killed without a word twenty times: whatever moment it was, the
/// database holds together, the next life shows the last page at once and goes on judging.
/// </summary>
public sealed class KilledAtAnyMoment(ITestOutputHelper output)
{
    // Two outages begin and end on the way; a release is tried with more.
    private const int Lives = 12;
    private const int Seed = 20_260_607;

    // An hour of the hub's time is a minute of ours: probes every half second, outages that come and go within a few lives.
    private const int Speed = 60;
    private const int MostMillisecondsOfWork = 1_500;
    private const int MostMillisecondsOfStarting = 2_500;
    private const string Opus = "anthropic/claude-opus-4-8";

    [Fact]
    public async Task Nothing_is_lost_doubled_or_contradicted_and_the_page_is_there_at_once()
    {
        var chance = new Random(Seed);
        output.WriteLine($"seed {Seed}");
        using var folder = new TemporaryFolder();
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var simulator = await SimulatorProcess.StartAsync();
        var models = await simulator.ModelsAsync();
        var started = TimeProvider.System.GetUtcNow();
        var clock = $"2026-06-07T10:00:00Z@{started:O}@{Speed}";

        await using (var first = HubProcess.Start(database.ConnectionString, folder.Path, simulator.Address, clock))
        {
            await WorksAsync(database, first);
            await Patience.UntilAsync("the page shows the models", first.PageAsync, page => models.All(m => page.Contains(m, StringComparison.Ordinal)), HubProcess.Busy);

            // It is shown before it is kept: killed in between, the next life knows only the view before, which held no model yet.
            await Patience.UntilAsync("the page is kept", () => KeptAsync(folder.Path), kept => models.All(m => kept.Contains(m, StringComparison.Ordinal)), HubProcess.Busy);
            await first.KillAsync();
        }

        for (var life = 1; life <= Lives; life++)
        {
            await simulator.FailAsync(Opus, life % 6 >= 3); // outages begin and end between and during lives
            await using var hub = HubProcess.Start(database.ConnectionString, folder.Path, simulator.Address, clock);
            var duringStart = life % 4 == 0;
            if (!duringStart)
            {
                var page = await hub.FirstPageAsync(HubProcess.Busy);
                Assert.All(models, m => Assert.Contains(m, page, StringComparison.Ordinal));
                await WorksAsync(database, hub);
            }

            var moment = chance.Next(duringStart ? MostMillisecondsOfStarting : MostMillisecondsOfWork);
            await Task.Delay(TimeSpan.FromMilliseconds(moment), TimeProvider.System);
            Assert.False(hub.HasEnded, hub.Output);
            await hub.KillAsync();

            var findings = await StoredTruth.FindingsAsync(database.ConnectionString);
            Assert.True(findings.Count == 0, $"After life {life}, killed {moment} ms into {(duringStart ? "its start" : "its work")}: {string.Join("; ", findings)}\n{hub.Output}");
        }

        var counts = await AskAsync(database, "SELECT format('%s observations, %s events, %s incidents', (SELECT count(*) FROM observations), (SELECT count(*) FROM events), (SELECT count(*) FROM incidents))");
        output.WriteLine($"{Lives} lives in {(TimeProvider.System.GetUtcNow() - started).TotalSeconds:0} s: {counts}");
        Assert.True((long)(await AskAsync(database, "SELECT count(*) FROM incidents"))! > 0, "no outage was ever judged: the kills proved little");
    }

    /// <summary>The last view on disk; empty before the first.</summary>
    private static async Task<string> KeptAsync(string folder) =>
        Path.Combine(folder, "public-view.json") is var kept && File.Exists(kept) ? await File.ReadAllTextAsync(kept) : "";

    /// <summary>Probes of this very life are judged: the newest evidence moves on.</summary>
    private static async Task WorksAsync(TestDatabase database, HubProcess hub)
    {
        const string newest = "SELECT max(last_evidence_at) FROM verdicts";
        var before = await Patience.UntilAsync<object?>("there are verdicts", () => TryAskAsync(database, newest), seen => seen is DateTime || hub.HasEnded, HubProcess.Busy);
        await Patience.UntilAsync($"evidence moves on beyond {before}", () => TryAskAsync(database, newest), seen => hub.HasEnded || (seen is DateTime at && at > (DateTime)before!), HubProcess.Busy);
        Assert.False(hub.HasEnded, hub.Output);
    }

    /// <summary>As <see cref="AskAsync"/>, while the tables may not be there yet.</summary>
    private static async Task<object?> TryAskAsync(TestDatabase database, string sql)
    {
        try
        {
            return await AskAsync(database, sql);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }

    private static async Task<object?> AskAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is var value && value is DBNull ? null : value;
    }
}
