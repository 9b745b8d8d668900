using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Simulator;
using StatusHub.Simulator.Scenarios;
using StatusHub.Simulator.World;
using StatusHub.Web;
using StatusHub.Web.Duties;
using StatusHub.Web.Public.Snapshot;
using StatusHub.Web.Start;

namespace StatusHub.Support.Stories;

/// <summary>What a story begins with.</summary>
/// <param name="StartsAt">Hub time of the first probe.</param>
/// <param name="Scenario">Name of the scenario the simulator plays; null for a healthy world.</param>
/// <param name="Seed">Of all chance in simulator and hub.</param>
public sealed record StoryStart(DateTimeOffset StartsAt, string? Scenario = null, int Seed = 1);

/// <summary>
/// The whole hub on a real port with a real PostgreSQL, watching a simulator in the same process. Hub and simulator share one clock that
/// only a story moves; probing is stepped by <see cref="StoryDriver"/> instead of Quartz.
/// </summary>
public sealed class StatusHubApp : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly WebApplication _simulator;
    private readonly Func<HubFactory> _makeHub;
    private readonly DirectoryInfo _data;

    private HubFactory _hub;

    private StatusHubApp(TestDatabase database, WebApplication simulator, Func<HubFactory> makeHub, DirectoryInfo data, ManualTime clock, WireTime wire)
    {
        (_database, _simulator, _makeHub, _data, Clock, Wire) = (database, simulator, makeHub, data, clock, wire);
        _hub = makeHub();
        Http = _hub.CreateClient();
    }

    public ManualTime Clock { get; }

    public WireTime Wire { get; }

    /// <summary>Speaks to the hub over its port.</summary>
    public HttpClient Http { get; private set; }

    public IServiceProvider Services => _hub.Services;

    public string SimulatorAddress => SimulatorApp.AddressOf(_simulator);

    public LiveWorld World => _simulator.Services.GetRequiredService<LiveWorld>();

    public static async Task<StatusHubApp> StartAsync(StoryStart start, CancellationToken cancel)
    {
        var database = await TestDatabase.CreateAsync(cancel);
        var wire = new WireTime();
        var shelf = new ScenarioShelf(new SimulatorOptions().ScenarioFolder);
        var scenario = start.Scenario is { } name ? shelf.Find(name) ?? throw new InvalidOperationException($"There is no scenario '{name}'.") : null;
        var clock = new ManualTime(scenario?.StartsAt ?? start.StartsAt);
        var simulator = SimulatorApp.Build([], clock, wire.SimulatorSide, options => options.Seed = start.Seed);
        simulator.Use(wire.Follow);
        await simulator.StartAsync(cancel);
        if (scenario is not null)
        {
            simulator.Services.GetRequiredService<LiveWorld>().Play(scenario, speed: 1);
        }

        clock.MoveTo(start.StartsAt);
        var data = Directory.CreateTempSubdirectory("statushub-story-");
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:StatusHub"] = database.ConnectionString,
            ["Hub:Probe"] = "false",
            ["Hub:Simulator"] = SimulatorApp.AddressOf(simulator),
            ["Hub:Data"] = data.FullName,
            ["Guard:AllowTargets"] = "127.0.0.0/8",
            ["Official:LookSeconds"] = "3600", // the story reads providers' pages when it wants to
            ["Site:GatherMilliseconds"] = "10000", // the story renders when it wants to read
            ["Site:RefreshMilliseconds"] = "60000",
        };
        var app = new StatusHubApp(database, simulator, () => HubFactory.Start(new Clocks(clock, wire.HubSide), new Random(start.Seed), settings), data, clock, wire);
        await app.BeginAsync(cancel);
        return app;
    }

    /// <summary>
    /// Ends the hub and starts another on the same database, as an operator does; the world and its clock go on. It has another port, and whoever
    /// held services of the old one, a driver too, asks anew.
    /// </summary>
    public async Task RestartAsync(CancellationToken cancel)
    {
        Http.Dispose();
        await _hub.DisposeAsync();
        _hub = _makeHub();
        Http = _hub.CreateClient();
        await BeginAsync(cancel);
    }

    /// <summary>A public page over HTTP, rendered from what is known now.</summary>
    public async Task<string> PageAsync(string path, CancellationToken cancel)
    {
        var view = await Services.GetRequiredService<ViewBuilder>().BuildAsync(Clock.GetUtcNow(), cancel);
        await Services.GetRequiredService<PublicSite>().PublishAsync(view);
        return await Http.GetStringAsync(path, cancel);
    }

    /// <summary>Every organisation's endpoints, oldest first.</summary>
    public async Task<IReadOnlyList<Endpoint>> EndpointsAsync(CancellationToken cancel)
    {
        await using var db = Services.GetRequiredService<SystemDb>().Open();
        return await db.Endpoints.AsNoTracking().OrderBy(e => e.CreatedAt).ThenBy(e => e.Model).ThenBy(e => e.Id).ToListAsync(cancel);
    }

    /// <summary>Puts another credential into an endpoint, as its owner would.</summary>
    public async Task SetKeyAsync(Guid endpointId, string credential, CancellationToken cancel)
    {
        var key = Services.GetRequiredService<CredentialVault>().Seal(credential);
        await using var db = Services.GetRequiredService<SystemDb>().Open();
        await db.Endpoints.Where(e => e.Id == endpointId).ExecuteUpdateAsync(set => set.SetProperty(e => e.Credential, key), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _hub.DisposeAsync();
        await _simulator.StopAsync();
        await _simulator.DisposeAsync();
        await _database.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        await Services.GetRequiredService<HubStart>().Done.WaitAsync(cancel);
        await GiveKeysAsync(cancel);
    }

    private async Task GiveKeysAsync(CancellationToken cancel)
    {
        foreach (var endpoint in await EndpointsAsync(cancel))
        {
            await SetKeyAsync(endpoint.Id, WireTime.KeyOf(endpoint.Id), cancel);
        }
    }

    private sealed class HubFactory(Clocks clocks, Random chance, IReadOnlyDictionary<string, string> settings) : WebApplicationFactory<HubOptions>
    {
        public static HubFactory Start(Clocks clocks, Random chance, IReadOnlyDictionary<string, string> settings)
        {
            var hub = new HubFactory(clocks, chance, settings);
            hub.UseKestrel(0);
            hub.StartServer();
            return hub;
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment(Environments.Production);
            builder.UseContentRoot(Path.Combine(Repository.Root, "src", "Web"));
            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
            }

            // Before the first migration there is neither role nor key ring, and they say so.
            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)
                .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.None).AddFilter(typeof(LogTail).FullName, LogLevel.Error));
            builder.ConfigureTestServices(services =>
            {
                services.AddSingleton(clocks).AddSingleton(chance);

                // The driver ages verdicts at its own moments; duties on real time would make a story depend on the machine.
                services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(DutySchedule)));
            });
        }
    }
}
