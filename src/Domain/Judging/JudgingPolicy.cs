using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace StatusHub.Domain.Judging;

/// <summary>
/// Every number the judge decides by. Defaults are the measured ones: where no other source is named, a value comes from the
/// simulations that <c>tests/Benchmarks detection</c> repeats.
/// </summary>
public sealed record JudgingPolicy
{
    public static JudgingPolicy Default { get; } = new();

    // When a change is established.

    /// <summary>
    /// Seconds a healthy endpoint is guaranteed, on average, before a false alarm: the alarm threshold itself, because the
    /// time-weighted Shiryaev-Roberts statistic minus elapsed seconds is a supermartingale (Pollak 1985; e-detectors, Shin et al. 2023).
    /// </summary>
    [Range(3600.0, 1e10)]
    public double AlarmSeconds { get; init; } = 365 * 86_400.0;

    /// <summary>Least value of the statistic (seconds) at which probing quickens.</summary>
    [Range(1.0, 1e6)]
    public double SuspicionSeconds { get; init; } = 1200;

    /// <summary>Probing quickens at this many times the statistic's own quiet median, when that is more.</summary>
    [Range(1.0, 100.0)]
    public double SuspicionOverQuiet { get; init; } = 4;

    /// <summary>Shares of failing requests tried as alternatives to "healthy".</summary>
    public ImmutableArray<double> FailingShares { get; init; } = [0.04, 0.12, 0.35, 0.95];

    /// <summary>Prior weights of <see cref="FailingShares"/>; they add to 1.</summary>
    public ImmutableArray<double> FailingShareWeights { get; init; } = [0.20, 0.25, 0.25, 0.30];

    /// <summary>Seconds the evidence must span before people are told: removes 60 % of ten-second blips, costs 20 s on a total outage.</summary>
    [Range(0.0, 600.0)]
    public double EvidenceSpanSeconds { get; init; } = 30;

    /// <summary>Least expected failure share, 0 to 1, worth an incident.</summary>
    [Range(0.0, 1.0)]
    public double LeastFailureShare { get; init; } = 0.03;

    /// <summary>Least slow-down, as a factor on time to first token, worth an incident.</summary>
    [Range(1.0, 100.0)]
    public double LeastSlowdown { get; init; } = 1.8;

    /// <summary>Two standard errors of the mean log slow-down of one observation (log-normal sigma 0.45): it must be passed with this to spare.</summary>
    [Range(0.0, 5.0)]
    public double SlowdownMargin { get; init; } = 0.9;

    /// <summary>A slow-down is over when it stays below this factor for <see cref="SlowOverSeconds"/>.</summary>
    [Range(1.0, 100.0)]
    public double SlowOverBelow { get; init; } = 1.6;

    [Range(0.0, 3600.0)]
    public double SlowOverSeconds { get; init; } = 180;

    /// <summary>Seconds a single failure quickens probing, however little it says: rare kinds of failure start from small weights.</summary>
    [Range(0.0, 3600.0)]
    public double SuspicionAfterFailureSeconds { get; init; } = 60;

    /// <summary>Suspicion that establishes nothing for so many seconds is dropped and its level learned: else it would probe fast for ever.</summary>
    [Range(60.0, 86_400.0)]
    public double SuspicionLimitSeconds { get; init; } = 1800;

    // The healthy failure rate p0.

    /// <summary>Share of healthy requests taken to fail until enough calm probes have told.</summary>
    [Range(0.0001, 0.1)]
    public double DefaultHealthyFailureShare { get; init; } = 0.005;

    [Range(0.0001, 0.1)]
    public double LeastHealthyFailureShare { get; init; } = 0.003;

    [Range(0.0001, 0.5)]
    public double MostHealthyFailureShare { get; init; } = 0.03;

    /// <summary>Calm probes before the learned rate replaces the default: two days at the calm gap.</summary>
    [Range(0.0, 1e6)]
    public double HealthyRateNeedsProbes { get; init; } = 5_000;

    /// <summary>Memory of the learned rate, in calm probes: fourteen days at the calm gap.</summary>
    [Range(100.0, 1e7)]
    public double HealthyRateMemory { get; init; } = 38_000;

    // Severity and recovery.

    /// <summary>Failure shares of the bad states of the hidden-Markov filter.</summary>
    public ImmutableArray<double> SeverityLevels { get; init; } = [0.06, 0.15, 0.40, 0.75, 0.97];

    /// <summary>Mean seconds between two changes of severity inside a trouble.</summary>
    [Range(1.0, 1e6)]
    public double SeverityChangeSeconds { get; init; } = 7200;

    /// <summary>Mean seconds a trouble lasts.</summary>
    [Range(1.0, 1e6)]
    public double RecoverySeconds { get; init; } = 3600;

    /// <summary>Mean seconds between two troubles.</summary>
    [Range(1.0, 1e8)]
    public double IncidenceSeconds { get; init; } = 5 * 86_400.0;

    /// <summary>Expected failure share below which a serious trouble is called recovering.</summary>
    [Range(0.0, 1.0)]
    public double RecoveringBelow { get; init; } = 0.05;

    /// <summary>…for so many seconds: three lucky requests in an outage are no recovery.</summary>
    [Range(0.0, 3600.0)]
    public double RecoveringAfterSeconds { get; init; } = 20;

    /// <summary>While a trouble that is over is still watched, it is back when the probability of health falls below this.</summary>
    [Range(0.0, 1.0)]
    public double BackBelow { get; init; } = 0.2;

    /// <summary>Expected failure share above which a recovering one is called failing again.</summary>
    [Range(0.0, 1.0)]
    public double FailingAgainAbove { get; init; } = 0.10;

    /// <summary>Only troubles that were this bad are ever called recovering: milder ones would flap.</summary>
    [Range(0.0, 1.0)]
    public double RecoveringOnlyAfter { get; init; } = 0.30;

    /// <summary>Probability of health at which a trouble is over.</summary>
    [Range(0.5, 1.0)]
    public double OverAt { get; init; } = 0.95;

    /// <summary>A state is shown when the probability of it or worse reaches this…</summary>
    [Range(0.5, 1.0)]
    public double ShowAt { get; init; } = 0.80;

    /// <summary>…and left when it falls below this.</summary>
    [Range(0.0, 1.0)]
    public double LeaveBelow { get; init; } = 0.50;

    /// <summary>Expected failure shares from which a state is partial and major; below partial it is degraded.</summary>
    [Range(0.0, 1.0)]
    public double PartialFrom { get; init; } = 0.10;

    [Range(0.0, 1.0)]
    public double MajorFrom { get; init; } = 0.50;

    /// <summary>A state that worsens within so many seconds of detection is dated to the trouble's start: the filter was only catching up.</summary>
    [Range(0.0, 3600.0)]
    public double SettlingSeconds { get; init; } = 180;

    /// <summary>A milder state is shown after it stood for so many seconds: four lucky requests in an outage are no improvement.</summary>
    [Range(0.0, 3600.0)]
    public double MilderAfterSeconds { get; init; } = 60;

    /// <summary>Mean age, in seconds, of what the worst share is taken over: one unlucky run is not the worst of a trouble.</summary>
    [Range(1.0, 3600.0)]
    public double WorstOverSeconds { get; init; } = 60;

    // When to probe, and when evidence is too old.

    /// <summary>Seconds between probes in calm, under suspicion, and in trouble.</summary>
    [Range(1.0, 3600.0)]
    public double CalmGapSeconds { get; init; } = 32;

    [Range(1.0, 600.0)]
    public double BurstGapSeconds { get; init; } = 5;

    [Range(1.0, 600.0)]
    public double TroubleGapSeconds { get; init; } = 10;

    /// <summary>While recovering, seconds between probes: the last few per cent take longest to be ruled out.</summary>
    [Range(1.0, 600.0)]
    public double RecoveringGapSeconds { get; init; } = 5;

    /// <summary>Seconds after a trouble during which it is probed as often as in it: relapses come early.</summary>
    [Range(0.0, 86_400.0)]
    public double WatchSeconds { get; init; } = 600;

    /// <summary>Longest gap the statistic is credited with, in seconds; clipping only strengthens the guarantee.</summary>
    [Range(1.0, 3600.0)]
    public double LongestGapSeconds { get; init; } = 64;

    /// <summary>Seconds without evidence after which a model is unknown; more for models that are rarely probed.</summary>
    [Range(10.0, 86_400.0)]
    public double StaleAfterSeconds { get; init; } = 180;

    /// <summary>…namely this many of their usual gaps.</summary>
    [Range(1.0, 100.0)]
    public double StaleAfterGaps { get; init; } = 5;

    /// <summary>
    /// Seconds without evidence while the service keeps answering that we ask too often: it is alive, only we may not look. Long enough for
    /// twelve looks at the slowest throttled pace, so that a limit that lets two in five through is no change in public.
    /// </summary>
    [Range(10.0, 86_400.0)]
    public double StaleWhenRateLimitedSeconds { get; init; } = 3600;

    /// <summary>Observations before a model is first called operational.</summary>
    [Range(1, 100)]
    public int FirstVerdictNeeds { get; init; } = 3;

    // What others say.

    /// <summary>Seconds others' suspicion has our own probes look closer; renewed while it stands.</summary>
    [Range(10.0, 3600.0)]
    public double LookCloserSeconds { get; init; } = 120;

    /// <summary>Seconds between two times that others' suspicion of a model has its sleeping endpoints probed at once.</summary>
    [Range(10.0, 86_400.0)]
    public double WakesEverySeconds { get; init; } = 300;

    /// <summary>Seconds a quorum's alarm stands unless it is renewed: as long as its windows count.</summary>
    [Range(60.0, 3600.0)]
    public double OutsideStandsSeconds { get; init; } = 300;

    // Whose fault.

    /// <summary>Seconds a failure waits for proof of whose fault it was; after that it is no evidence.</summary>
    [Range(1.0, 3600.0)]
    public double HeldForSeconds { get; init; } = 600;

    /// <summary>Refusals in a row of one key that mean the key has expired, not that the provider refuses at random.</summary>
    [Range(2, 100)]
    public int KeyExpiredAfter { get; init; } = 6;
}
