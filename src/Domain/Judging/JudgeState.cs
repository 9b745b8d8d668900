using System.Collections.Immutable;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging;

/// <summary>
/// Everything the judge remembers of one model: about three hundred numbers. From outside it never changes; <see cref="Judge"/> folds into a copy.
/// </summary>
public sealed class JudgeState
{
    private const byte Version = 3;

    /// <summary>The version before the time from token to token and the regions counted.</summary>
    private const byte WithoutPace = 2;

    /// <summary>The version before evidence of others counted.</summary>
    private const byte WithoutOutside = 1;

    private JudgeState(
        DetectorState detector, HealthFilter health, HealthyRate rate, LatencyBaseline baseline, SlownessWindow slowness, LatencyBaseline pace, SlownessWindow drag)
    {
        Pace = pace;
        Drag = drag;
        Detector = detector;
        Health = health;
        Rate = rate;
        Baseline = baseline;
        Slowness = slowness;
    }

    public static JudgeState New(JudgingPolicy policy) =>
        new(new DetectorState(ProbeHypotheses.Count(policy)), HealthFilter.Unmeasured(policy), new(), new(), new(), new(), new());

    public DetectorState Detector { get; }

    public HealthFilter Health { get; }

    public HealthyRate Rate { get; }

    public LatencyBaseline Baseline { get; }

    public SlownessWindow Slowness { get; }

    /// <summary>What is usual for the milliseconds from token to token.</summary>
    public LatencyBaseline Pace { get; }

    /// <summary>How much longer than usual they were lately.</summary>
    public SlownessWindow Drag { get; }

    public JudgedPhase Phase { get; internal set; } = JudgedPhase.Calm;

    /// <summary>The state measured last; kept while the model is shown as unknown.</summary>
    public HealthState Measured { get; internal set; } = HealthState.Unknown;

    /// <summary>Evidence folded in so far.</summary>
    public int Observations { get; internal set; }

    /// <summary>The running median of the statistic in calm, in seconds.</summary>
    public double QuietMedian { get; internal set; }

    /// <summary>The statistic now, in seconds.</summary>
    public double Total { get; internal set; }

    /// <summary>Usual seconds between two observations in calm.</summary>
    public double UsualGap { get; internal set; }

    /// <summary>Failure share of the present trouble, smoothed over about a minute, and the highest that was.</summary>
    public double SmoothShare { get; internal set; }

    public double WorstShare { get; internal set; }

    /// <summary>The trouble is, or is also, slowness.</summary>
    public bool IsSlow { get; internal set; }

    /// <summary>Our own network was down when last looked.</summary>
    public bool IsCutOff { get; internal set; }

    public DateTimeOffset? LastEvidenceAt { get; internal set; }

    public DateTimeOffset? SuspectedSince { get; internal set; }

    public DateTimeOffset? TroubleSince { get; internal set; }

    public DateTimeOffset? DetectedAt { get; internal set; }

    /// <summary>Since when the slow-down has been below the level at which it counts as over.</summary>
    public DateTimeOffset? NotSlowSince { get; internal set; }

    /// <summary>Start of the latest failure that counted.</summary>
    public DateTimeOffset? LastFailureAt { get; internal set; }

    /// <summary>Since when so few failures have been expected that it might be recovering.</summary>
    public DateTimeOffset? LowSince { get; internal set; }

    /// <summary>Since when a milder state than the one shown would be due.</summary>
    public DateTimeOffset? MilderSince { get; internal set; }

    /// <summary>After a trouble: until when it is watched closely.</summary>
    public DateTimeOffset? WatchUntil { get; internal set; }

    /// <summary>The last outcome that was no evidence: says why evidence is missing.</summary>
    public FailureClass LastWithoutEvidence { get; internal set; }

    /// <summary>The dearest probe seen lately, and when: cheaper ones prove less.</summary>
    public ProbeRung Rung { get; internal set; }

    public DateTimeOffset? RungAt { get; internal set; }

    /// <summary>Failures by class in the present trouble or suspicion, fading.</summary>
    public ImmutableArray<FailureTally> Tallies { get; internal set; } = [];

    /// <summary>What was seen from each region lately.</summary>
    public ImmutableArray<RegionTally> Regions { get; internal set; } = [];

    /// <summary>Failures whose fault is not known yet, oldest first.</summary>
    public ImmutableArray<HeldFailure> Held { get; internal set; } = [];

    /// <summary>Refusals in a row of each key that is being refused.</summary>
    public ImmutableArray<RefusedKey> Refused { get; internal set; } = [];

    /// <summary>Until when others' evidence has our own probes look closer.</summary>
    public DateTimeOffset? LookCloserUntil { get; internal set; }

    /// <summary>What enough others see by themselves, while they do.</summary>
    public OutsideTrouble? Outside { get; internal set; }

    /// <summary>The maintenance the provider announced, present or next.</summary>
    public MaintenanceWindow? Maintenance { get; internal set; }

    public bool InTrouble => Phase >= JudgedPhase.Confirmed;

    internal JudgeState Copy() => With(Detector.Copy(), Pace.Copy(), Drag.Copy());

    private JudgeState With(DetectorState detector, LatencyBaseline pace, SlownessWindow drag) =>
        new(detector, Health.Copy(), Rate.Copy(), Baseline.Copy(), Slowness.Copy(), pace, drag)
        {
            Phase = Phase,
            Measured = Measured,
            Observations = Observations,
            QuietMedian = QuietMedian,
            Total = Total,
            UsualGap = UsualGap,
            SmoothShare = SmoothShare,
            WorstShare = WorstShare,
            IsSlow = IsSlow,
            IsCutOff = IsCutOff,
            LastEvidenceAt = LastEvidenceAt,
            SuspectedSince = SuspectedSince,
            TroubleSince = TroubleSince,
            DetectedAt = DetectedAt,
            NotSlowSince = NotSlowSince,
            LastFailureAt = LastFailureAt,
            LowSince = LowSince,
            MilderSince = MilderSince,
            WatchUntil = WatchUntil,
            LastWithoutEvidence = LastWithoutEvidence,
            Rung = Rung,
            RungAt = RungAt,
            Tallies = Tallies,
            Regions = Regions,
            Held = Held,
            Refused = Refused,
            LookCloserUntil = LookCloserUntil,
            Outside = Outside,
            Maintenance = Maintenance,
        };

    /// <summary>The state as bytes, to be kept beside the verdict; <see cref="FromBytes"/> gives back exactly the same state.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream(2048);
        using var to = new BinaryWriter(bytes);
        to.Write(Version);
        Detector.Write(to);
        Health.Write(to);
        Rate.Write(to);
        Baseline.Write(to);
        Slowness.Write(to);
        StateBytes.WriteScalars(to, this);
        StateBytes.WriteLists(to, this);
        StateBytes.WriteOutside(to, this);
        Pace.Write(to);
        Drag.Write(to);
        StateBytes.WriteRegions(to, this);
        return bytes.ToArray();
    }

    /// <summary>
    /// Reads a state back. One of another version, or of a policy with other hypotheses or levels, cannot be continued: the model is measured anew.
    /// </summary>
    public static JudgeState FromBytes(ReadOnlySpan<byte> bytes, JudgingPolicy policy)
    {
        if (bytes.Length == 0 || bytes[0] is not (Version or WithoutPace or WithoutOutside))
        {
            return New(policy);
        }

        using var from = new BinaryReader(new MemoryStream(bytes.ToArray()));
        var version = from.ReadByte();
        var state = new JudgeState(
            DetectorState.Read(from), HealthFilter.Read(from), HealthyRate.Read(from), LatencyBaseline.Read(from), SlownessWindow.Read(from), new(), new());
        StateBytes.ReadScalars(from, state);
        StateBytes.ReadLists(from, state);
        if (version != WithoutOutside)
        {
            StateBytes.ReadOutside(from, state);
        }

        state = version == Version ? state.With(state.Detector, LatencyBaseline.Read(from), SlownessWindow.Read(from))
            : state.Detector.Evidence.Length == ProbeHypotheses.CountWithoutDragging(policy) ? state.With(state.Detector.With(ProbeHypotheses.Count(policy)), new(), new())
            : state;
        if (version == Version)
        {
            StateBytes.ReadRegions(from, state);
        }

        var fits = state.Detector.Evidence.Length == ProbeHypotheses.Count(policy)
            && state.Health.Probabilities.Length == policy.SeverityLevels.Length + 1;
        return fits ? state : New(policy);
    }
}

/// <param name="Weight">Failures of the class, each fading with a half-life of ten minutes.</param>
public readonly record struct FailureTally(FailureClass Failure, double Weight, DateTimeOffset At);

/// <summary>A failure that counts only once something else shows it was not our own fault.</summary>
public readonly record struct HeldFailure(Guid EndpointId, Guid OrgId, FailureClass Failure, DateTimeOffset StartedAt, DateTimeOffset At, string Region);

/// <param name="InARow">Refusals since the key last worked.</param>
public readonly record struct RefusedKey(Guid EndpointId, Guid OrgId, int InARow, DateTimeOffset At);

/// <summary>Trouble that so many independent organisations see that it is true whatever our own probes see.</summary>
/// <param name="Share">The failing share in the middle of them, 0 to 1.</param>
/// <param name="Until">How long it stands unless it is confirmed again.</param>
public readonly record struct OutsideTrouble(double Share, FailureClass Failure, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>A stretch of time in which the provider announced to work on a model.</summary>
/// <param name="AnnouncedAt">Hub time it was heard of first.</param>
public readonly record struct MaintenanceWindow(DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset AnnouncedAt);
