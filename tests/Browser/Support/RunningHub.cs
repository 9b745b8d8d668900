using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace StatusHub.Browser.Support;

/// <summary>
/// The hub and a simulated world as an operator runs them: two processes, a real PostgreSQL, real probes. Their clock runs
/// <see cref="Speed"/> times faster than life, so that what takes minutes takes seconds.
/// </summary>
public sealed class RunningHub : IAsyncDisposable
{
    public const int Speed = 20;

    private readonly TestDatabase _database;
    private readonly ChildProcess _simulator;
    private readonly HttpClient _control;
    private readonly string[] _arguments;
    private readonly Dictionary<string, string> _environment;
    private ChildProcess? _hub;
    private ChildProcess? _firstHub;

    private RunningHub(TestDatabase database, ChildProcess simulator, Uri simulatorAddress, int port, Dictionary<string, string> environment)
    {
        _database = database;
        _simulator = simulator;
        _environment = environment;
        _control = new HttpClient { BaseAddress = simulatorAddress };
        SimulatorAddress = simulatorAddress;
        Address = new Uri($"http://localhost:{port}");
        _arguments = ["--urls", $"http://localhost:{port}"];
    }

    public Uri Address { get; }

    public Uri SimulatorAddress { get; }

    /// <summary>The link of the first start that makes the owner.</summary>
    public Uri SetupLink { get; private set; } = null!;

    /// <param name="broken">Models that fail most requests from the start.</param>
    public static async Task<RunningHub> StartAsync(params string[] broken)
    {
        var database = await TestDatabase.CreateAsync();
        var now = TimeProvider.System.GetUtcNow();
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__StatusHub"] = database.ConnectionString,
            ["STATUSHUB_CLOCK"] = $"{now:O}@{now:O}@{Speed}",
            ["STATUSHUB_DATA"] = Directory.CreateTempSubdirectory("statushub-browser").FullName,
            ["Console__CircuitsPerMember"] = "200", // closed windows count for a while, and tests close many
            ["Probes__GapSeconds"] = "3",
            ["Probes__FirstTokenSeconds"] = "10",
            ["Probes__TotalSeconds"] = "20",
        };
        var simulator = ChildProcess.Start("Simulator", ["--Port", "0", "--LatencyScale", "0.2", "--HealthyErrorRate", "0", "--Seed", "7"], environment);
        var simulatorAddress = new Uri(await simulator.SaysAsync("Simulator at "));
        environment["STATUSHUB_SIMULATOR"] = simulatorAddress.ToString();
        environment["STATUSHUB_ALLOW_TARGETS"] = "127.0.0.0/8,::1/128";
        var running = new RunningHub(database, simulator, simulatorAddress, FreePort(), environment);
        foreach (var model in broken)
        {
            await running.BreakAsync(model);
        }

        await running.StartHubAsync();
        running._firstHub = running._hub;
        running.SetupLink = new Uri(await running._hub!.SaysAsync("Make the first owner at "));
        return running;
    }

    /// <summary>Most requests to the model fail from now on.</summary>
    public async Task BreakAsync(string model) => await FaultAsync(model, new { errorRate = 0.95, errorStatus = 500 });

    public async Task HealAsync(string model) => await FaultAsync(model, new { });

    /// <summary>Starts the hub, again on the same address and database after <see cref="KillHubAsync"/>.</summary>
    public async Task StartHubAsync()
    {
        _hub = ChildProcess.Start("Web", _arguments, _environment);
        await _hub.SaysAsync("StatusHub ready at ");
    }

    public async Task KillHubAsync()
    {
        await _hub!.KillAsync();
        _hub.Dispose();
    }

    /// <summary>The key of the operator, which the first start prints once.</summary>
    public Task<string> OperatorKeyAsync() => _firstHub!.SaysAsync("Operator API key, shown this once: ");

    /// <summary>Takes the oldest events out of the log, as retention does, and as many more as came and went while nobody looked.</summary>
    public Task ForgetEventsAsync() => _database.RunAsync("DELETE FROM events; UPDATE event_head SET position = position + 100");

    public async ValueTask DisposeAsync()
    {
        _hub?.Dispose();
        _simulator.Dispose();
        _control.Dispose();
        Directory.Delete(_environment["STATUSHUB_DATA"], recursive: true);
        await _database.DisposeAsync();
    }

    private async Task FaultAsync(string model, object faults)
    {
        using var answer = await _control.PutAsJsonAsync($"/control/models/{model}", faults);
        answer.EnsureSuccessStatusCode();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
