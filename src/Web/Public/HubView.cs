using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;
using StatusHub.Domain.Recovery;
using StatusHub.Domain.Scores;
using StatusHub.Domain.SharedFate;

namespace StatusHub.Web.Public;

/// <summary>
/// Everything the public can read, as of one log position: pages, the Statuspage API, the v1 reads, feeds and badges are all
/// rendered from this one value and never ask the database.
/// </summary>
/// <param name="AsOf">Hub time the view was built.</param>
/// <param name="Position">Last log position it includes.</param>
/// <param name="Models">In display order: by provider, then by name.</param>
/// <param name="Incidents">Every open incident and those of the last 90 days, newest first.</param>
public sealed record HubView(
    DateTimeOffset AsOf,
    long Position,
    string Name,
    IReadOnlyList<ProviderView> Providers,
    IReadOnlyList<ModelView> Models,
    IReadOnlyList<IncidentView> Incidents)
{
    /// <summary>Last log position whose events of others are weighed in it; behind <see cref="Position"/> while some are still on their way.</summary>
    public long EvidencePosition { get; init; }

    /// <summary>The newest published weeks of scores, newest first.</summary>
    public IReadOnlyList<PublishedWeek> Scores { get; init; } = [];

    /// <summary>How good the hub's own estimates of recovery were.</summary>
    public RecoveryTrack Estimates { get; init; } = RecoveryTrack.None;

    public static HubView Empty(DateTimeOffset asOf) => new(asOf, 0, "StatusHub", [], [], []);

    public IEnumerable<IncidentView> OpenIncidents => Incidents.Where(i => i.IsOpen);
}

public sealed record ProviderView(string Id, string Name);

/// <summary>One model as the public sees it.</summary>
/// <param name="Days">The last 90 UTC days, oldest first, today last.</param>
/// <param name="Latency">Time to first token over the last 24 hours in 15-minute steps, oldest first; steps without a probe are left out.</param>
/// <param name="Ttft">Over the last hour.</param>
/// <param name="TokensPerSecond">Median over the last hour.</param>
public sealed record ModelView(
    ModelId Id,
    string Name,
    ProviderView Provider,
    Verdict Verdict,
    DateTimeOffset CreatedAt,
    LatencyView? Ttft,
    double? TokensPerSecond,
    UptimeView Uptime,
    IReadOnlyList<DayView> Days,
    IReadOnlyList<LatencyPoint> Latency,
    IReadOnlyList<EvidenceView> Evidence,
    IReadOnlyList<string> Regions,
    IReadOnlyList<string> Domains,
    Guid? IncidentId,
    OfficialView? Official)
{
    /// <summary>When it should be over; null while nothing is wrong or nothing can be said.</summary>
    public EtaView? Eta { get; init; }

    /// <summary>Models that fall together with it, the likeliest first.</summary>
    public IReadOnlyList<FateView> Fate { get; init; } = [];

    /// <summary>The provider's own page; null where none is read.</summary>
    public PageView? Page { get; init; }

    /// <summary>What the provider itself last said of it in public; shown beside our verdict, whatever that is.</summary>
    public WordView? Word { get; init; }
}

/// <summary>A model that falls together with another.</summary>
/// <param name="DownTogether">Chance that it is down while the other is, 0 to 1.</param>
/// <param name="SharedDomains">Failure domains both are declared to be in, a common provider as <c>provider:{id}</c>.</param>
/// <param name="Link">What history says though nothing declares it; null for nothing.</param>
public sealed record FateView(ModelId Model, string Name, double DownTogether, IReadOnlyList<string> SharedDomains, LearnedLink? Link);

/// <summary>A provider's own page, as it is read.</summary>
/// <param name="ReadAt">When it was last read.</param>
/// <param name="FailingSince">Since when it cannot be read.</param>
public sealed record PageView(string Url, PageState State, DateTimeOffset? ReadAt, DateTimeOffset? FailingSince);

/// <summary>A provider's own word on an incident.</summary>
/// <param name="StartedAt">When it says it began.</param>
/// <param name="HeardAt">Hub time we heard it.</param>
/// <param name="NextUpdateBy">By when it promised to say more and has not yet.</param>
public sealed record WordView(IncidentPhase Phase, HealthState Status, string? Title, DateTimeOffset? StartedAt, DateTimeOffset HeardAt, DateTimeOffset? NextUpdateBy = null);

/// <summary>An estimated recovery: by <paramref name="P50"/> with an even chance, by <paramref name="P80"/> in four cases of five.</summary>
public sealed record EtaView(DateTimeOffset P50, DateTimeOffset P80)
{
    /// <summary>All that was said, oldest first, the present word last.</summary>
    public IReadOnlyList<EtaRevisionView> Revisions { get; init; } = [];

    /// <summary>It has lasted longer than nine in ten.</summary>
    public bool IsLongerThanUsual { get; init; }
}

/// <summary>What was said at an instant.</summary>
public sealed record EtaRevisionView(DateTimeOffset At, DateTimeOffset P50, DateTimeOffset P80);

/// <summary>Quantiles in milliseconds.</summary>
public sealed record LatencyView(double P50, double P95);

/// <summary>Weighted availability, 0 to 1: a major outage counts whole, a partial one 0.3, a degraded state not; unmeasured time is left out. Null without measured time.</summary>
public sealed record UptimeView(double? Day, double? Week, double? Quarter);

/// <summary>Seconds of one UTC day spent in each state; what is missing from 86,400 was not measured (or has not happened yet).</summary>
public sealed record DayView(DateOnly Day, double Operational, double Degraded, double Partial, double Major, double Maintenance)
{
    public double Measured => Operational + Degraded + Partial + Major + Maintenance;

    /// <summary>The worst state of the day that lasted a minute, or unknown.</summary>
    public HealthState Worst =>
        Major >= 60 ? HealthState.MajorOutage
        : Partial >= 60 ? HealthState.PartialOutage
        : Degraded >= 60 ? HealthState.DegradedPerformance
        : Maintenance >= 60 ? HealthState.UnderMaintenance
        : Measured > 0 ? HealthState.Operational
        : HealthState.Unknown;

    /// <summary>Share of the measured day lost, 0 to 1, by the uptime weights.</summary>
    public double? Lost => Measured > 0 ? (Major + (0.3 * Partial)) / Measured : null;
}

public sealed record LatencyPoint(DateTimeOffset At, double P50, double P95, int Attempts, int Failures);

/// <summary>What one kind of evidence says about a model, for "why do you say so?".</summary>
/// <param name="Source">Whose evidence, in words ("our probes, eu-west").</param>
/// <param name="Kind"><c>probe</c>, <c>telemetry</c>, <c>report</c>, <c>official</c> or <c>peer</c>.</param>
/// <param name="Attempts">Observations of the last hour.</param>
/// <param name="Failures">Of those, failed ones by class; none for failures whose kind nobody told.</param>
public sealed record EvidenceView(string Source, string Kind, DateTimeOffset Last, int Attempts, IReadOnlyDictionary<FailureClass, int> Failures)
{
    /// <summary>Its share of the log-likelihood all sources hold now, 0 to 1; null for what is only shown.</summary>
    public double? Weight { get; init; }
}

/// <summary>What the provider itself says, by its own page or its own events.</summary>
public sealed record OfficialView(HealthState Status, DateTimeOffset SeenAt);

/// <summary>The story of one incident.</summary>
/// <param name="StartedAt">First failing observation.</param>
/// <param name="DetectedAt">When we were sure.</param>
/// <param name="OfficialAt">When the provider itself first said so in public, if it has.</param>
/// <param name="Updates">Newest first.</param>
public sealed record IncidentView(
    Guid Id,
    string Title,
    IncidentPhase Phase,
    HealthState Impact,
    TroubleKind Kind,
    DateTimeOffset StartedAt,
    DateTimeOffset DetectedAt,
    DateTimeOffset? MonitoringAt,
    DateTimeOffset? ResolvedAt,
    DateTimeOffset? OfficialAt,
    IReadOnlyList<UpdateView> Updates,
    IReadOnlyList<ImpactView> Impacts,
    IReadOnlyList<Guid> Linked,
    bool Drill)
{
    public bool IsOpen => ResolvedAt is null;

    /// <summary>When it should be over; null once resolved or while nothing can be said.</summary>
    public EtaView? Eta { get; init; }
}

/// <param name="Changes">State changes this update announced, by model.</param>
public sealed record UpdateView(Guid Id, DateTimeOffset At, IncidentPhase Phase, string Body, IReadOnlyList<StateChange> Changes);

public sealed record StateChange(ModelId Model, HealthState From, HealthState To);

/// <summary>How one model is hit by an incident: now, at worst, and between when and when.</summary>
public sealed record ImpactView(ModelId Model, string ModelName, HealthState Status, HealthState Worst, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);
