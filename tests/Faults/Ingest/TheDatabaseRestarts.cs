using StatusHub.Support;

namespace StatusHub.Faults.Ingest;

/// <summary>PostgreSQL is stopped, or crashes, under a hub that takes events: senders are told to come back, and none is lied to.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class TheDatabaseRestarts(ITestOutputHelper output)
{
    private const int Seed = 4_711;
    private const int PublishersAtWork = 8;
    private const int Rounds = 3;

    private static readonly TimeSpan UntilBack = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_accepted_that_is_not_kept(bool crash)
    {
        using var folder = new TemporaryFolder();
        using var books = new TemporaryFolder();
        await using var server = await OwnPostgres.StartAsync();
        var database = await server.CreateDatabaseAsync("restarts");
        await using var hub = HubProcess.Start(database, folder.Path, simulator: null, clock: null, new KeyValuePair<string, string?>("STATUSHUB_OPERATOR_KEY", Publishers.Key));
        await using (var publishers = new Publishers(books.Path, PublishersAtWork, Seed))
        {
            await hub.IsReadyAsync();
            publishers.SendTo(hub.Address);
            for (var round = 0; round < Rounds; round++)
            {
                await MoreAsync("events are accepted", () => publishers.Accepted, Patience.Usual);
                await (crash ? server.CrashAsync() : server.StopAsync());
                await MoreAsync("senders are told to come back", () => publishers.Refused, LongestAnswer);
                await server.StartAgainAsync();
                var back = await MoreAsync("events are accepted again", () => publishers.Accepted, UntilBack);
                output.WriteLine($"accepting again {back.TotalSeconds:0.0} s after the database was back");
            }
        }

        var (_, answers) = Ledger.Read(books.Path);
        output.WriteLine($"{answers.Count(a => a.Status == 202)} × 202, {answers.Count(a => a.Status == 503)} × 503, slowest answer {answers.Max(a => a.Took).TotalSeconds:0.0} s");
        Assert.Empty(await Promise.BrokenAsync(books.Path, database, Publishers.Source));
        Assert.All(answers, a => Assert.True(a.Took < LongestAnswer, $"{a}"));
        Assert.False(hub.HasEnded, hub.Output);
    }

    private static async Task<TimeSpan> MoreAsync(string what, Func<long> count, TimeSpan within)
    {
        var (before, start) = (count(), TimeProvider.System.GetTimestamp());
        await Patience.UntilAsync(what, () => Task.FromResult(count()), now => now > before, within);
        return TimeProvider.System.GetElapsedTime(start);
    }
}
