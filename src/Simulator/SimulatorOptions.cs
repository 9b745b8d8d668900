using System.ComponentModel.DataAnnotations;

namespace StatusHub.Simulator;

/// <summary>What the simulated world is tuned by; each may be given on the command line (<c>--LatencyScale 0.02</c>) or as an environment variable (<c>SIMULATOR_LatencyScale</c>).</summary>
public sealed class SimulatorOptions
{
    /// <summary>TCP port of <c>localhost</c> to serve on; 0 takes any free one. Not used when <c>--urls</c> is given.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; }

    /// <summary>Factor on every simulated delay: 1 is life, 0.02 fifty times faster, 0 none at all.</summary>
    [Range(0.0, 100.0)]
    public double LatencyScale { get; set; } = 1;

    /// <summary>Share of requests a healthy model fails, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double HealthyErrorRate { get; set; } = 0.005;

    /// <summary>Seed of all chance; null takes another one at every start.</summary>
    public int? Seed { get; set; }

    /// <summary>Real seconds a stalled answer keeps its connection open before it is broken off; never scaled.</summary>
    [Range(0.0, 3_600.0)]
    public double StallHoldSeconds { get; set; } = 120;

    /// <summary>Largest accepted request body in bytes; beyond it the dialect's own 413.</summary>
    [Range(1_024, 64 * 1_024 * 1_024)]
    public int MaxBodyBytes { get; set; } = 1_024 * 1_024;

    /// <summary>Folder of scenario files; the ones beside the program when not given.</summary>
    public string ScenarioFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "Scenarios");

    /// <summary>Name of a scenario to play from the start.</summary>
    public string? Scenario { get; set; }

    /// <summary>Speed the scenario of <see cref="Scenario"/> is played at, in scenario seconds a second of the clock.</summary>
    [Range(Scenarios.Playback.MinSpeed, Scenarios.Playback.MaxSpeed)]
    public double Speed { get; set; } = 1;
}
