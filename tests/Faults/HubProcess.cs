using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using StatusHub.Support;

namespace StatusHub.Faults;

/// <summary>A program of this build in a process of its own, to be killed as the system kills: without a word.</summary>
internal abstract class BuiltProcess : IAsyncDisposable
{
    private const int KeptLines = 400;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected BuiltProcess(string project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        // tests/Faults/bin/Debug/net10.0 → src/Web/bin/Debug/net10.0
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = Path.Combine(Repository.Root, "src", project, "bin", own.Parent!.Name, own.Name);
        var start = new ProcessStartInfo(Path.Combine(folder, $"StatusHub.{project}"), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Stops the process where it stands, or lets it go on.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>The last lines it wrote.</summary>
    public string Output => string.Join('\n', _output);

    protected Task<string> FirstLine => _firstLine.Task;

    /// <summary>SIGKILL, and waits until the system has put it away.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _firstLine.TrySetResult(line);
        _output.Enqueue(line);
        while (_output.Count > KeptLines)
        {
            _output.TryDequeue(out _);
        }
    }
}

/// <summary>Tests that hold a hub to seconds run one after another, when no other runs: each needs the machine to itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneOnTheMachine
{
    public const string Name = "alone on the machine";
}

/// <summary>The hub as it is shipped, on a port of its own.</summary>
internal sealed class HubProcess : BuiltProcess
{
    /// <summary>For who asks nothing of the page: it is written as seldom as in a hub that is shipped, which leaves a short life more to work with.</summary>
    public static readonly IReadOnlyList<KeyValuePair<string, string?>> UnhurriedPage = [new("Site__RefreshMilliseconds", null), new("Site__GatherMilliseconds", null)];

    /// <summary>What a hub may take to come up on a machine that does much else.</summary>
    public static readonly TimeSpan Busy = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;

    private HubProcess(int port, IReadOnlyDictionary<string, string?> environment)
        : base("Web", ["--urls", $"http://127.0.0.1:{port}"], environment)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        _http = new HttpClient { BaseAddress = Address, Timeout = Patience.Usual };
    }

    public Uri Address { get; }

    /// <param name="data">Its data folder: what it keeps on disk between two lives.</param>
    /// <param name="clock">As in <c>STATUSHUB_CLOCK</c>; null for real time.</param>
    /// <param name="more">Settings beside the usual ones.</param>
    public static HubProcess Start(
        string connectionString, string data, string? simulator, string? clock = null, params IEnumerable<KeyValuePair<string, string?>> more) => new(FreePort(), new Dictionary<string, string?>(
    [
        .. Usual(connectionString, data, simulator, clock).ExceptBy(more.Select(m => m.Key), u => u.Key),
        .. more,
    ]));

    private static Dictionary<string, string?> Usual(string connectionString, string data, string? simulator, string? clock) => new()
    {
        ["ConnectionStrings__StatusHub"] = connectionString,
        ["STATUSHUB_DATA"] = data,
        ["STATUSHUB_NODE"] = "killed-and-restarted",
        ["STATUSHUB_SIMULATOR"] = simulator,
        ["STATUSHUB_CLOCK"] = clock,
        ["STATUSHUB_CONFIG"] = null,
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["Schedule__LookMilliseconds"] = "300",
        ["Site__RefreshMilliseconds"] = "500",
        ["Site__GatherMilliseconds"] = "100",
        ["DOTNET_TieredPGO"] = "0", // a life of seconds is mostly start-up
    };

    /// <summary>The home page as soon as the process answers at all: its first answer, whatever it is.</summary>
    public async Task<string> FirstPageAsync(TimeSpan? limit = null)
    {
        var first = await Patience.UntilAsync("the hub answers", TryPageAsync, page => page is not null || HasEnded, limit);
        return first ?? throw new InvalidOperationException($"The hub ended before it answered:\n{Output}");
    }

    public async Task<string> PageAsync()
    {
        using var answer = await _http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>What <c>/health/{probe}</c> answers.</summary>
    public async Task<HttpStatusCode> HealthAsync(string probe)
    {
        using var answer = await _http.GetAsync($"/health/{probe}");
        return answer.StatusCode;
    }

    public async Task IsReadyAsync()
    {
        await FirstPageAsync(Busy);
        await Patience.UntilAsync("the hub is ready", () => HealthAsync("ready"), status => status == HttpStatusCode.OK || HasEnded, Busy);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
    }

    private async Task<string?> TryPageAsync()
    {
        try
        {
            return await PageAsync();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var door = new TcpListener(IPAddress.Loopback, 0);
        door.Start();
        return ((IPEndPoint)door.LocalEndpoint).Port;
    }
}

/// <summary>The simulated providers in a process of their own.</summary>
internal sealed class SimulatorProcess : BuiltProcess
{
    private const string Greeting = "Simulator at ";

    private readonly HttpClient _http = new();

    private SimulatorProcess()
        : base("Simulator", ["--port", "0", "--LatencyScale", "0.02", "--HealthyErrorRate", "0", "--Seed", "1"], new Dictionary<string, string?>())
    {
    }

    public string Address { get; private set; } = "";

    public static async Task<SimulatorProcess> StartAsync()
    {
        var simulator = new SimulatorProcess();
        var line = await simulator.FirstLine.WaitAsync(Patience.Usual, TimeProvider.System);
        simulator.Address = line.StartsWith(Greeting, StringComparison.Ordinal) ? line[Greeting.Length..] : throw new InvalidOperationException(line);
        return simulator;
    }

    public async Task<IReadOnlyList<string>> ModelsAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonElement>($"{Address}/control/models")).GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString()!)];

    /// <summary>Makes a model fail all its requests, or none.</summary>
    public async Task FailAsync(string model, bool fails)
    {
        using var answer = await _http.PutAsJsonAsync($"{Address}/control/models/{model}", new { errorRate = fails ? 1.0 : 0.0, errorStatus = 500 });
        answer.EnsureSuccessStatusCode();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
    }
}

/// <summary>A folder that is gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("statushub-fault-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
