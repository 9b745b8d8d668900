using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging;

/// <summary>Puts what the judge knows into the verdict people see.</summary>
internal static class Verdicts
{
    public const string CutOff = "our own network is unreachable, so we cannot tell";
    public const string RateLimited = "our own probes are being rate-limited; that says nothing about the model";
    public const string Refused = "the model refuses our key; that says nothing about the model";
    public const string OwnFault = "our own probe is at fault";
    public const string Stale = "no fresh measurement";
    public const string TooFew = "not enough measurements yet";

    public static Verdict Of(JudgeState state, Verdict current, DateTimeOffset now, JudgingPolicy policy)
    {
        if (state.IsCutOff)
        {
            return Unknown(state, current, now, CutOff);
        }

        if (IsStale(state, now, policy))
        {
            return Unknown(state, current, now, WhyStale(state));
        }

        var verdict = state.InTrouble ? InTrouble(state, current, now, policy) : Well(state, current, now, policy);
        return IsUnderMaintenance(state, now) ? Maintained(state, verdict, current) : verdict;
    }

    /// <summary>
    /// Only what was announced before it began, and a trouble that did not begin before it: nobody turns an outage into maintenance afterwards.
    /// </summary>
    private static bool IsUnderMaintenance(JudgeState state, DateTimeOffset now) =>
        state.Maintenance is { } window && window.AnnouncedAt <= window.StartsAt && window.StartsAt <= now && now < window.EndsAt
        && !(state.InTrouble && state.TroubleSince < window.StartsAt);

    private static Verdict Maintained(JudgeState state, Verdict verdict, Verdict current) => verdict with
    {
        Status = HealthState.UnderMaintenance,
        Since = current.Status == HealthState.UnderMaintenance ? current.Since : state.Maintenance!.Value.StartsAt,
    };

    public static bool IsStale(JudgeState state, DateTimeOffset now, JudgingPolicy policy)
    {
        var usual = Math.Max(policy.StaleAfterSeconds, policy.StaleAfterGaps * state.UsualGap);
        var limit = state.LastWithoutEvidence == FailureClass.RateLimited ? Math.Max(usual, policy.StaleWhenRateLimitedSeconds) : usual;
        return state.LastEvidenceAt is { } last && (now - last).TotalSeconds > limit && !(now < state.Outside?.Until);
    }

    private static Verdict InTrouble(JudgeState state, Verdict current, DateTimeOffset now, JudgingPolicy policy)
    {
        var status = Status(state, now, policy);
        var outside = state.Outside is { } seen && now < seen.Until ? seen : (OutsideTrouble?)null;
        var share = Math.Max(state.Health.FailureShare(state.Rate.UpperBound(policy), policy), outside?.Share ?? 0);
        var dominant = state.Tallies.IsEmpty ? outside?.Failure ?? FailureClass.None : state.Tallies.MaxBy(t => t.Weight).Failure;
        var isFailing = dominant != FailureClass.None && (share >= policy.LeastFailureShare || !state.IsSlow || state.WorstShare >= policy.RecoveringOnlyAfter);
        return new()
        {
            Status = status,
            Since = SinceInTrouble(state, current, status, now, policy),
            Phase = state.Phase,
            Kind = isFailing ? ProbeHypotheses.KindOf(dominant) : outside is null ? TroubleKind.Latency : TroubleKind.Errors,
            Confidence = outside is not null ? policy.OverAt : status == HealthState.DegradedPerformance && state.IsSlow ? policy.OverAt : state.Health.AtLeast(status, policy),
            FailureShare = share,
            WorstShare = state.WorstShare,
            SlowFactor = Factor(state.Slowness, state),
            Scope = TroubleScope.Of(state, share, Factor(state.Drag, state), isFailing, now, policy),
            DominantFailure = isFailing ? dominant : FailureClass.None,
            TroubleSince = state.TroubleSince,
            DetectedAt = state.DetectedAt,
            LastEvidenceAt = state.LastEvidenceAt,
        };
    }

    /// <summary>Worse is shown at once, milder after a while, or as soon as it is recovering.</summary>
    private static HealthState Status(JudgeState state, DateTimeOffset now, JudgingPolicy policy)
    {
        var own = state.Health.Severity(state.Measured, policy);
        var others = state.Outside is { } outside && now < outside.Until ? OfShare(outside.Share, policy) : own;
        var due = others > own ? others : own;
        state.MilderSince = due < state.Measured ? state.MilderSince ?? now : null;
        var isHeld = state.MilderSince is { } since && (now - since).TotalSeconds < policy.MilderAfterSeconds;
        state.Measured = isHeld && state.Phase != JudgedPhase.Recovering ? state.Measured : due;
        return state.Measured;
    }

    private static HealthState OfShare(double share, JudgingPolicy policy) =>
        share >= policy.MajorFrom ? HealthState.MajorOutage
        : share >= policy.PartialFrom ? HealthState.PartialOutage
        : HealthState.DegradedPerformance;

    private static Verdict Well(JudgeState state, Verdict current, DateTimeOffset now, JudgingPolicy policy)
    {
        if (state.Measured != HealthState.Operational)
        {
            var wasTrouble = state.Measured.IsTrouble();
            if (!wasTrouble && (state.Observations < policy.FirstVerdictNeeds || state.Health.Healthy < policy.OverAt))
            {
                return Unknown(state, current, now, TooFew);
            }

            state.Measured = HealthState.Operational;
        }

        return new()
        {
            Status = HealthState.Operational,
            Since = current.Status == HealthState.Operational ? current.Since : now,
            Phase = state.Phase,
            Confidence = state.Health.Healthy,
            FailureShare = state.Health.FailureShare(state.Rate.UpperBound(policy), policy),
            SlowFactor = Factor(state.Slowness, state),
            LastEvidenceAt = state.LastEvidenceAt,
        };
    }

    /// <summary>Unknown keeps the trouble it interrupts, so that its incident can go on when evidence returns.</summary>
    private static Verdict Unknown(JudgeState state, Verdict current, DateTimeOffset now, string because) => new()
    {
        Status = HealthState.Unknown,
        Since = current.Status == HealthState.Unknown ? current.Since : now,
        Phase = state.Phase,
        TroubleSince = state.TroubleSince,
        DetectedAt = state.DetectedAt,
        LastEvidenceAt = state.LastEvidenceAt,
        UnknownBecause = because,
    };

    /// <summary>An outage began with its first failing observation; a state it worsened into later began when it did.</summary>
    private static DateTimeOffset SinceInTrouble(JudgeState state, Verdict current, HealthState status, DateTimeOffset now, JudgingPolicy policy)
    {
        var isSettling = (now - state.DetectedAt!.Value).TotalSeconds <= policy.SettlingSeconds;
        return current.Status == status && current.TroubleSince == state.TroubleSince ? current.Since
            : isSettling ? state.TroubleSince!.Value
            : now;
    }

    private static double Factor(SlownessWindow window, JudgeState state) =>
        window.Factor(state.TroubleSince is { } since ? (since - DateTimeOffset.UnixEpoch).TotalSeconds : double.MinValue);

    private static string WhyStale(JudgeState state) => state.LastWithoutEvidence switch
    {
        FailureClass.RateLimited or FailureClass.QuotaExhausted => RateLimited,
        FailureClass.Auth or FailureClass.Permission or FailureClass.RegionBlocked or FailureClass.AccessSuspended => Refused,
        FailureClass.BadRequest or FailureClass.ContextLength => OwnFault,
        _ => Stale,
    };
}
