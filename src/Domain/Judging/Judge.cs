using System.Collections.Immutable;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging;

/// <summary>What one observation came to.</summary>
/// <param name="NextGap">How soon the model should be probed next: often under suspicion and in trouble, seldom in calm.</param>
public sealed record JudgeStep(JudgeState State, Verdict Verdict, TimeSpan NextGap);

/// <summary>
/// One honest verdict per model, as a pure function of what was known and what was just seen. A quickest-change detector decides whether
/// something is wrong; a severity filter how bad it is and when it is over; a latency baseline what "slow" means for this model.
/// </summary>
public static partial class Judge
{
    /// <summary>Statistic of a healthy model before its own median is known, in seconds.</summary>
    private const double FirstQuietMedian = 300;

    /// <summary>Step of the running median of the statistic, as a share of itself.</summary>
    private const double QuietStep = 0.01;

    /// <summary>Weight of the newest gap in the usual one.</summary>
    private const double GapGain = 0.05;

    private static readonly TimeSpan TallyHalfLife = TimeSpan.FromMinutes(10);
    private const double LeastTally = 0.05;

    /// <summary>Weighs one probe's outcome.</summary>
    /// <param name="current">The verdict shown so far.</param>
    /// <param name="vantage">What the probing node reaches, this outcome included (<see cref="Vantage.Observe"/>).</param>
    public static JudgeStep Observe(JudgeState state, Verdict current, ProbeOutcome outcome, Vantage vantage, JudgingPolicy policy)
    {
        var next = state.Copy();
        foreach (var fact in Admission.Facts(next, outcome, vantage, policy))
        {
            Weigh(next, fact, outcome.At, policy);
        }

        return new(next, Verdicts.Of(next, current, outcome.At, policy), NextGap(next, outcome.At, policy));
    }

    /// <summary>The verdict when nothing new is known: evidence that is too old makes a model unknown, never green.</summary>
    public static Verdict Age(JudgeState state, Verdict current, DateTimeOffset now, JudgingPolicy policy) =>
        Verdicts.IsStale(state, now, policy) ? Verdicts.Of(state, current, now, policy) : current;

    private static TimeSpan NextGap(JudgeState state, DateTimeOffset now, JudgingPolicy policy) => TimeSpan.FromSeconds(
        state.IsCutOff || state.Phase == JudgedPhase.Confirmed ? policy.TroubleGapSeconds
        : state.Phase == JudgedPhase.Recovering ? policy.RecoveringGapSeconds
        : state.Phase == JudgedPhase.Suspected || state.Held.Length > 0 ? policy.BurstGapSeconds
        : now < state.LookCloserUntil ? policy.BurstGapSeconds
        : now < state.WatchUntil ? policy.TroubleGapSeconds
        : policy.CalmGapSeconds);

    private static void Weigh(JudgeState state, Fact fact, DateTimeOffset now, JudgingPolicy policy)
    {
        var at = Seconds(fact.StartedAt);
        var failed = fact.Failure != FailureClass.None;
        var seen = failed ? ProbeHypotheses.ClassOf(fact.Failure)
            : Band(state.Baseline, fact.FirstTokenMs, at);
        var pace = Band(state.Pace, fact.TokenMs, at);
        var gap = Gap(state, fact, policy);
        state.Health.Fold(failed, gap, state.Rate.UpperBound(policy), policy);
        if (failed)
        {
            state.Tallies = Tally(state, fact);
            state.LastFailureAt = fact.StartedAt;
        }
        else
        {
            Feel(state.Slowness, state.Baseline, fact.FirstTokenMs, at, seen, policy);
            Feel(state.Drag, state.Pace, fact.TokenMs, at, pace, policy);
        }

        state.Regions = RegionTallies.Add(state.Regions, fact.Region, failed, ProbeHypotheses.IsSlow(seen) || ProbeHypotheses.IsSlow(pace), fact.At);

        if (state.InTrouble)
        {
            Follow(state, fact.At, gap, policy);
        }
        else
        {
            Suspect(state, fact, seen, pace, gap, policy);
        }

        state.DetectedAt = state.InTrouble ? state.DetectedAt ?? now : null; // a held failure is older than the moment it counts
        state.Observations = Math.Min(state.Observations + 1, int.MaxValue - 1);
        state.LastEvidenceAt = fact.At > state.LastEvidenceAt || state.LastEvidenceAt is null ? fact.At : state.LastEvidenceAt;
    }

    private static EvidenceClass Band(LatencyBaseline usual, double? milliseconds, double at) =>
        milliseconds is { } ms and > 0 ? usual.BandOf(ms, at) : EvidenceClass.Untimed;

    private static void Feel(SlownessWindow window, LatencyBaseline usual, double? milliseconds, double at, EvidenceClass band, JudgingPolicy policy)
    {
        if (milliseconds is { } ms and > 0 && usual.IsWarm)
        {
            var slower = usual.Residual(ms, at);
            window.Add(at, slower, band == EvidenceClass.Beyond99 && slower >= Math.Log(policy.LeastSlowdown));
        }
    }

    /// <summary>Seconds since the last evidence; the first evidence counts as one calm gap.</summary>
    private static double Gap(JudgeState state, Fact fact, JudgingPolicy policy) =>
        state.LastEvidenceAt is { } last ? Math.Max(0, (fact.At - last).TotalSeconds) : policy.CalmGapSeconds;

    /// <summary>Not in trouble: is something wrong?</summary>
    private static void Suspect(JudgeState state, Fact fact, EvidenceClass seen, EvidenceClass pace, double gap, JudgingPolicy policy)
    {
        var wasCalm = state.Phase == JudgedPhase.Calm;
        if (wasCalm)
        {
            LearnHealth(state, fact, gap, policy);
        }

        var reading = FoldDetector(state, fact, seen, pace, gap, policy);
        state.Total = reading.Total;
        if (IsBack(state, fact, policy))
        {
            Confirm(state, state.SuspectedSince ?? fact.StartedAt, bySlowness: false, policy);
        }
        else if (reading.Total < SuspicionLevel(state, policy) && !((fact.StartedAt - state.LastFailureAt)?.TotalSeconds < policy.SuspicionAfterFailureSeconds))
        {
            CalmDown(state);
        }
        else
        {
            state.Phase = JudgedPhase.Suspected;
            state.SuspectedSince ??= fact.StartedAt;
            if (IsEstablished(state, reading, fact, ProbeHypotheses.IsSlow(seen) || ProbeHypotheses.IsSlow(pace), policy, out var bySlowness))
            {
                Confirm(state, Time(reading.LeadingSince), bySlowness, policy);
            }
            else if ((fact.At - state.SuspectedSince.Value).TotalSeconds > policy.SuspicionLimitSeconds)
            {
                GiveUp(state);
            }
        }
    }

    private static DetectorReading FoldDetector(JudgeState state, Fact fact, EvidenceClass seen, EvidenceClass pace, double gap, JudgingPolicy policy)
    {
        Span<double> ratios = stackalloc double[state.Detector.Evidence.Length];
        Span<double> weights = stackalloc double[ratios.Length];
        ProbeHypotheses.Ratios(seen, pace, state.Rate.UpperBound(policy), policy, ratios);
        ProbeHypotheses.Weights(policy, weights);
        var mayBegin = seen == EvidenceClass.Beyond99 || pace == EvidenceClass.Beyond99 || seen >= EvidenceClass.Failing;
        return state.Detector.Fold(ratios, weights, Math.Min(gap, policy.LongestGapSeconds), Seconds(fact.StartedAt), mayBegin);
    }

    /// <summary>
    /// A change is established when the statistic reaches the alarm, its evidence spans long enough not to be a blip, and the effect is one people
    /// would notice. It is always something of its own kind that establishes it: an answer a little slow after a blip is no proof that it still fails.
    /// </summary>
    private static bool IsEstablished(JudgeState state, DetectorReading reading, Fact fact, bool isSlow, JudgingPolicy policy, out bool bySlowness)
    {
        bySlowness = false;
        if (reading.Total < policy.AlarmSeconds || Seconds(fact.StartedAt) - reading.LeadingSince < policy.EvidenceSpanSeconds)
        {
            return false;
        }

        var (slow, slowSince) = EvidenceFor(Judging.Suspect.Slow, state, policy);
        var (drag, dragSince) = EvidenceFor(Judging.Suspect.Dragging, state, policy);
        var failing = reading.Total - slow - drag;
        bySlowness = slow + drag > failing;
        var isFailing = fact.Failure != FailureClass.None && state.Health.FailureShare(state.Rate.UpperBound(policy), policy) >= policy.LeastFailureShare;
        var isLarge = isSlow && (slow >= drag ? state.Slowness.IsLarge(slowSince, policy) : state.Drag.IsLarge(dragSince, policy));
        return bySlowness ? isLarge || (failing >= policy.AlarmSeconds && isFailing) : isFailing;
    }

    /// <summary>How much of the statistic speaks for one suspect, and since when by its strongest hypothesis.</summary>
    private static (double Total, double Since) EvidenceFor(Suspect suspect, JudgeState state, JudgingPolicy policy)
    {
        Span<double> weights = stackalloc double[state.Detector.Evidence.Length];
        ProbeHypotheses.Weights(policy, weights);
        double total = 0, most = -1, since = 0;
        for (var h = 0; h < weights.Length; h++)
        {
            if (ProbeHypotheses.SuspectOf(h, policy) != suspect)
            {
                continue;
            }

            var share = weights[h] * state.Detector.Evidence[h];
            total += share;
            (most, since) = share > most ? (share, state.Detector.Since[h]) : (most, since);
        }

        return (total, since);
    }

    /// <summary>A trouble just over that fails again needs no proof from scratch.</summary>
    private static bool IsBack(JudgeState state, Fact fact, JudgingPolicy policy) =>
        fact.Failure != FailureClass.None && fact.At < state.WatchUntil && state.Health.Healthy < policy.BackBelow;

    private static void Confirm(JudgeState state, DateTimeOffset since, bool bySlowness, JudgingPolicy policy)
    {
        state.Phase = JudgedPhase.Confirmed;
        state.TroubleSince = since;
        state.DetectedAt = null;
        state.IsSlow = bySlowness;
        state.SmoothShare = state.WorstShare = state.Health.FailureShare(state.Rate.UpperBound(policy), policy);
        state.Measured = HealthState.DegradedPerformance;
        state.SuspectedSince = null;
        state.Detector.Reset();
        state.Total = 0;
    }

    /// <summary>In trouble: how bad, still slow, recovering, over?</summary>
    private static void Follow(JudgeState state, DateTimeOffset at, double gap, JudgingPolicy policy)
    {
        var outside = state.Outside is { } seen && at < seen.Until ? seen : (OutsideTrouble?)null;
        var share = Math.Max(state.Health.FailureShare(state.Rate.UpperBound(policy), policy), outside?.Share ?? 0);
        state.SmoothShare += (1 - Math.Exp(-gap / policy.WorstOverSeconds)) * (share - state.SmoothShare);
        state.WorstShare = Math.Max(state.WorstShare, state.SmoothShare);
        FollowSlowness(state, at, policy);
        state.LowSince = share < policy.RecoveringBelow && outside is null ? state.LowSince ?? at : null;
        var isLow = (at - state.LowSince)?.TotalSeconds >= policy.RecoveringAfterSeconds;
        if (state.Phase == JudgedPhase.Confirmed && state.WorstShare >= policy.RecoveringOnlyAfter && isLow)
        {
            state.Phase = JudgedPhase.Recovering;
        }
        else if (state.Phase == JudgedPhase.Recovering && share > policy.FailingAgainAbove)
        {
            state.Phase = JudgedPhase.Confirmed;
        }

        if (state.Health.Healthy >= policy.OverAt && !state.IsSlow && outside is null)
        {
            CalmDown(state);
            state.TroubleSince = state.DetectedAt = state.NotSlowSince = state.MilderSince = state.LowSince = null;
            state.WorstShare = 0;
            state.WatchUntil = at.AddSeconds(policy.WatchSeconds);
        }
    }

    private static void FollowSlowness(JudgeState state, DateTimeOffset at, JudgingPolicy policy)
    {
        if (!state.Slowness.IsOver(policy) || !state.Drag.IsOver(policy))
        {
            var since = Seconds(state.TroubleSince!.Value);
            state.NotSlowSince = null;
            state.IsSlow |= state.Slowness.IsLarge(since, policy) || state.Drag.IsLarge(since, policy);
            return;
        }

        state.NotSlowSince ??= at;
        state.IsSlow &= (at - state.NotSlowSince.Value).TotalSeconds < policy.SlowOverSeconds;
    }

    private static void CalmDown(JudgeState state)
    {
        state.Phase = JudgedPhase.Calm;
        state.SuspectedSince = null;
        state.Tallies = [];
    }

    /// <summary>A long suspicion too small to tell anyone is the new usual.</summary>
    private static void GiveUp(JudgeState state)
    {
        CalmDown(state);
        state.Detector.Reset();
        state.Total = 0;
        foreach (var (window, usual) in new[] { (state.Slowness, state.Baseline), (state.Drag, state.Pace) })
        {
            if (window.Factor(double.MinValue) is > 1.15 or < 0.87)
            {
                usual.StartOver();
            }
        }
    }

    private static void LearnHealth(JudgeState state, Fact fact, double gap, JudgingPolicy policy)
    {
        if (fact.BaseGrid)
        {
            state.Rate.Learn(fact.Failure != FailureClass.None, policy); // bursts follow failures and would bias the rate
        }

        if (fact.Failure == FailureClass.None && fact.FirstTokenMs is { } ms and > 0)
        {
            state.Baseline.Learn(ms, Seconds(fact.StartedAt));
        }

        if (fact.TokenMs is { } each and > 0)
        {
            state.Pace.Learn(each, Seconds(fact.StartedAt));
        }

        var median = state.QuietMedian > 0 ? state.QuietMedian : FirstQuietMedian;
        state.QuietMedian = median * (state.Total > median ? 1 + QuietStep : 1 - QuietStep);
        state.UsualGap = state.UsualGap <= 0 ? gap : state.UsualGap + (GapGain * (gap - state.UsualGap));
    }

    private static double SuspicionLevel(JudgeState state, JudgingPolicy policy) =>
        Math.Max(policy.SuspicionSeconds, policy.SuspicionOverQuiet * state.QuietMedian);

    private static ImmutableArray<FailureTally> Tally(JudgeState state, Fact fact)
    {
        var faded = state.Tallies.Select(t => t with { Weight = t.Weight * Math.Pow(0.5, Math.Max(0, (fact.At - t.At) / TallyHalfLife)), At = fact.At });
        var own = faded.FirstOrDefault(t => t.Failure == fact.Failure);
        return [.. faded.Where(t => t.Failure != fact.Failure && t.Weight >= LeastTally), new(fact.Failure, own.Weight + 1, fact.At)];
    }

    private static DateTimeOffset Time(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000));

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;
}
