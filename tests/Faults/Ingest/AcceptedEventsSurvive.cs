using System.Globalization;
using StatusHub.Support;

namespace StatusHub.Faults.Ingest;

/// <summary>The hub is killed without a word while publishers send, many times: every event it answered 202 is in the log, once and byte for byte.</summary>
public sealed class AcceptedEventsSurvive(ITestOutputHelper output)
{
    private const int Seed = 20_261_121;
    private const int PublishersAtWork = 8;
    private const int MostMillisecondsOfWork = 1_000;

    // So few fill a commit that a second one is often under way when the hub is killed.
    private const int CommitEvents = 2;

    // A few in every run; a release is tried with a hundred.
    private const int UsualLives = 8;

    private static int Lives => int.TryParse(Environment.GetEnvironmentVariable("STATUSHUB_FAULT_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
        ? rounds
        : UsualLives;

    [Fact]
    public async Task Killed_at_any_moment_the_hub_has_kept_what_it_accepted()
    {
        var chance = new Random(Seed);
        using var folder = new TemporaryFolder();
        using var books = new TemporaryFolder();
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using (var publishers = new Publishers(books.Path, PublishersAtWork, Seed))
        {
            for (var life = 1; life <= Lives; life++)
            {
                var before = publishers.Accepted;
                await using var hub = HubProcess.Start(
                    database.ConnectionString, folder.Path, simulator: null, clock: null,
                    [new("STATUSHUB_OPERATOR_KEY", Publishers.Key), new("Hub__Probe", "false"), new("Inbox__CommitEvents", $"{CommitEvents}"), .. HubProcess.UnhurriedPage]);
                if (life == 1)
                {
                    await hub.IsReadyAsync(); // before that, nobody has installed the publishers' key
                }

                publishers.SendTo(hub.Address);
                await Patience.UntilAsync("events are accepted", () => Task.FromResult(publishers.Accepted > before || hub.HasEnded), HubProcess.Busy);
                await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(MostMillisecondsOfWork)), TimeProvider.System);
                Assert.False(hub.HasEnded, hub.Output);
                await hub.KillAsync();
            }
        }

        var (_, answers) = Ledger.Read(books.Path);
        output.WriteLine($"seed {Seed}, {Lives} lives: {answers.Count(a => a.Status == 202)} events answered 202, {answers.Count(a => a.Status == 0)} not answered");
        Assert.Contains(answers, a => a.Status == 0);
        Assert.Empty(await Promise.BrokenAsync(books.Path, database.ConnectionString, Publishers.Source));
    }
}
