namespace StatusHub.Domain.SharedFate;

/// <summary>Numbers of the learning of shared fate, from simulated worlds of 24 models with declared and undeclared shared parts.</summary>
public sealed record FatePolicy
{
    public static readonly FatePolicy Default = new();

    /// <summary>Outages the prior counts for.</summary>
    public double PriorWeight { get; init; } = 4;

    /// <summary>Share of a model's outage time that another in a declared common domain is expected to share.</summary>
    public double DeclaredPrior { get; init; } = 0.5;

    /// <summary>What is expected above the other's own unavailability when nothing is declared, and the most of it.</summary>
    public double UndeclaredAbove { get; init; } = 0.02;

    public double UndeclaredMost { get; init; } = 0.2;

    /// <summary>Share of an outage the other must be down for to have failed with it.</summary>
    public double CoFailureShare { get; init; } = 0.25;

    /// <summary>Minutes within which two outages count as begun together: a shared part fails its members at once, where chance spreads them.</summary>
    public double TogetherMinutes { get; init; } = 10;

    /// <summary>
    /// Share of the links found that may be false (Benjamini and Hochberg's control). On the made worlds 0.5 % still finds 62 % of the undeclared pairs in
    /// 13 weeks and all in 52, because outages that begin together weigh; 5 % makes one in twenty-five of those named false.
    /// </summary>
    public double FalseDiscoveryRate { get; init; } = 0.005;

    /// <summary>Fewest co-failures of a link, whatever the test says: two could be one bad day.</summary>
    public int LeastCoFailures { get; init; } = 3;

    /// <summary>Outages of a model below which only what is declared is said of it.</summary>
    public int LeastOutages { get; init; } = 3;

    /// <summary>Down time, in minutes, over an observed time, in minutes, that the estimate of unavailability is shrunk towards.</summary>
    public (double Down, double Observed) UnavailabilityPrior { get; init; } = (60, 4_320);
}
