using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging;

/// <summary>The state a model is shown in; names and order are the contract's, worst of the measured states last.</summary>
public enum HealthState : byte
{
    /// <summary>No evidence, or none fresh enough: shown grey, never green.</summary>
    Unknown = 0,
    Operational = 1,
    UnderMaintenance = 2,
    DegradedPerformance = 3,
    PartialOutage = 4,
    MajorOutage = 5,
}

/// <summary>What kind of trouble it is, as people tell troubles apart (contract field <c>kind</c>).</summary>
public enum TroubleKind : byte
{
    None,
    Availability,
    Latency,
    Errors,
    Quality,
    Access,
}

/// <summary>Where in its trouble a model stands.</summary>
public enum JudgedPhase : byte
{
    Calm,

    /// <summary>Evidence is odd enough to probe faster; nothing is said yet.</summary>
    Suspected,

    /// <summary>A change is established: an incident is due.</summary>
    Confirmed,

    /// <summary>Most requests succeed again after a serious failure; not yet called over.</summary>
    Recovering,
}

/// <summary>The judged state of one model, with what a person needs to believe it.</summary>
public sealed record Verdict
{
    public required HealthState Status { get; init; }

    /// <summary>When this state began: for an outage its first failing observation, not the moment of confirmation.</summary>
    public required DateTimeOffset Since { get; init; }

    public required JudgedPhase Phase { get; init; }

    public TroubleKind Kind { get; init; }

    /// <summary>Probability, 0 to 1, that the model is in this state or worse (in a good state: in a good state).</summary>
    public double Confidence { get; init; }

    /// <summary>Expected share of requests failing now, 0 to 1.</summary>
    public double FailureShare { get; init; }

    /// <summary>Highest failure share of the present trouble, 0 to 1.</summary>
    public double WorstShare { get; init; }

    /// <summary>Time to first token against the model's own usual, as a factor; 1 when usual or unmeasured.</summary>
    public double SlowFactor { get; init; } = 1;

    /// <summary>How far the present trouble reaches.</summary>
    public TroubleScope Scope { get; init; } = TroubleScope.None;

    /// <summary>The commonest failure of the present trouble.</summary>
    public FailureClass DominantFailure { get; init; }

    /// <summary>First failing (or first slow) observation of the present trouble.</summary>
    public DateTimeOffset? TroubleSince { get; init; }

    /// <summary>When the present trouble was established.</summary>
    public DateTimeOffset? DetectedAt { get; init; }

    public DateTimeOffset? LastEvidenceAt { get; init; }

    /// <summary>For an unknown state: why, in words (<c>our own network is unreachable</c>).</summary>
    public string? UnknownBecause { get; init; }

    public static Verdict Unmeasured(DateTimeOffset at) => new()
    {
        Status = HealthState.Unknown,
        Since = at,
        Phase = JudgedPhase.Calm,
        UnknownBecause = "not measured yet",
    };
}

public static class HealthStates
{
    /// <summary>The contract's name: <c>operational</c>, <c>degraded_performance</c>, …</summary>
    public static string WireName(this HealthState state) => state switch
    {
        HealthState.Operational => "operational",
        HealthState.DegradedPerformance => "degraded_performance",
        HealthState.PartialOutage => "partial_outage",
        HealthState.MajorOutage => "major_outage",
        HealthState.UnderMaintenance => "under_maintenance",
        _ => "unknown",
    };

    /// <summary>The state of a wire name; unknown for a name that is none.</summary>
    public static HealthState Parse(string wireName) => Enum.GetValues<HealthState>().FirstOrDefault(s => s.WireName() == wireName);

    /// <summary>Whether a model in this state is failing its users.</summary>
    public static bool IsTrouble(this HealthState state) => state >= HealthState.DegradedPerformance;
}
