using System.Net;
using StatusHub.Support;

namespace StatusHub.Faults;

/// <summary>PostgreSQL goes away from under a running hub, or is not there when it starts: the page stays, says its age, and never claims what nobody knows.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class WithoutDatabase(ITestOutputHelper output)
{
    private const string Green = "class=\"state\"><span class=\"st ok\"";
    private const string SaysItsAge = "class=\"stale\"";
    private const string Speed = "60";

    // A page says its age after 20 s of real time at this speed (StatusHubSetup), the rest is a busy machine.
    private static readonly TimeSpan UntilStale = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan UntilBack = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_page_outlives_the_database_and_the_hub_comes_back_with_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = await OwnPostgres.StartAsync();
        var database = await server.CreateDatabaseAsync("away");
        await using var simulator = await SimulatorProcess.StartAsync();
        var began = TimeProvider.System.GetUtcNow();

        await using (var hub = HubProcess.Start(database, folder.Path, simulator.Address, ClockFrom(began, hours: 0)))
        {
            await hub.FirstPageAsync();
            await Patience.UntilAsync("every model works", hub.PageAsync, page => Count(page, Green) >= 7, TimeSpan.FromSeconds(60));

            await server.StopAsync();
            Assert.DoesNotContain(SaysItsAge, await hub.PageAsync(), StringComparison.Ordinal);
            await Patience.UntilAsync("the page says how old it is", hub.PageAsync, page => page.Contains(SaysItsAge, StringComparison.Ordinal), UntilStale);

            await server.StartAgainAsync();
            await IsBackAsync(hub);
            await server.StopAsync();
        }

        // The next life finds no database and a snapshot that is hours old by its clock.
        await using var blind = HubProcess.Start(database, folder.Path, simulator.Address, ClockFrom(began, hours: 5));
        var first = await blind.FirstPageAsync();
        Assert.Contains("Claude Opus 4.8", first, StringComparison.Ordinal);
        Assert.Contains(SaysItsAge, first, StringComparison.Ordinal);
        Assert.Contains("We no longer claim to know any state", first, StringComparison.Ordinal);
        Assert.DoesNotContain(Green, first, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await blind.HealthAsync("live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await blind.HealthAsync("ready"));

        await server.StartAgainAsync();
        await IsBackAsync(blind);
        await Patience.UntilAsync("the hub is ready", () => blind.HealthAsync("ready"), status => status == HttpStatusCode.OK);
        Assert.False(blind.HasEnded, blind.Output);
        Assert.Empty(await StoredTruth.FindingsAsync(database));
    }

    [Fact]
    public async Task A_hub_that_never_had_a_database_serves_an_honest_page_and_lives()
    {
        using var folder = new TemporaryFolder();
        await using var hub = HubProcess.Start("Host=127.0.0.1;Port=1;Username=nobody;Database=none", folder.Path, simulator: null);
        var page = await hub.FirstPageAsync();
        Assert.DoesNotContain(Green, page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await hub.HealthAsync("live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await hub.HealthAsync("ready"));
        Assert.False(hub.HasEnded, hub.Output);
    }

    private async Task IsBackAsync(HubProcess hub)
    {
        var start = TimeProvider.System.GetTimestamp();
        await Patience.UntilAsync("the page is fresh again", hub.PageAsync, page => !page.Contains(SaysItsAge, StringComparison.Ordinal), UntilBack);
        output.WriteLine($"back {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after the database took connections again");
    }

    private static string ClockFrom(DateTimeOffset began, int hours) => $"{new DateTimeOffset(2026, 6, 7, 10 + hours, 0, 0, TimeSpan.Zero):O}@{began:O}@{Speed}";

    private static int Count(string page, string what) => page.Split(what).Length - 1;
}
