using System.Collections.Immutable;

namespace StatusHub.Domain.Judging.Outside;

/// <summary>Folds what one organisation says of one model into what it said before, as pure functions.</summary>
public static class SourceRules
{
    /// <summary>Length of a tally, and how many make the hour that is shown.</summary>
    private static readonly TimeSpan TallyLength = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Shown = TimeSpan.FromHours(1);

    /// <summary>Minutes a window may be older than the newest one and still count in its minute: collectors of one organisation do not tick together.</summary>
    private const int MinutesBehind = 3;

    /// <summary>Weight of the newest minute in the smoothed failing share.</summary>
    private const double ShareGain = 0.5;

    /// <summary>Standard normal quantile of 95 %.</summary>
    private const double Z95 = 1.645;

    /// <summary>Nats of an organisation now, before its trust: silence is no evidence, so what is old counts nothing.</summary>
    public static double Nats(SourceState s, DateTimeOffset now, OutsidePolicy policy)
    {
        var windows = now - s.WindowAt < TimeSpan.FromSeconds(policy.WindowCountsSeconds) ? s.WindowNats : 0;
        var suspicion = now - s.SuspicionAt < TimeSpan.FromSeconds(policy.SuspicionCountsSeconds) ? s.SuspicionNats : 0;
        return Math.Min(policy.MostNats, windows + suspicion);
    }

    /// <summary>Whether the organisation's requests are seen now: only such ones make up the number that a quorum is taken from.</summary>
    public static bool IsReporting(SourceState s, DateTimeOffset now, OutsidePolicy policy) => FreshUntil(s, policy) > now;

    /// <summary>Until when what was heard says anything.</summary>
    public static DateTimeOffset FreshUntil(SourceState s, OutsidePolicy policy)
    {
        var windows = s.WindowAt?.AddSeconds(policy.WindowCountsSeconds) ?? DateTimeOffset.MinValue;
        var suspicion = s.SuspicionAt?.AddSeconds(policy.SuspicionCountsSeconds) ?? DateTimeOffset.MinValue;
        return windows > suspicion ? windows : suspicion;
    }

    /// <summary>Lets time pass: what is too old to count is put away, so that it can never come back.</summary>
    public static SourceState Fade(SourceState s, DateTimeOffset now, OutsidePolicy policy)
    {
        s = (now - s.WindowAt)?.TotalSeconds >= policy.WindowCountsSeconds
            ? s with { Before = [], MinuteRequests = 0, MinuteFailed = 0, WindowNats = 0, ClaimedBefore = [], Claimed = 0, RaisedSince = null, Share = null }
            : s;
        return (now - s.SuspicionAt)?.TotalSeconds >= policy.SuspicionCountsSeconds ? s with { SuspicionNats = 0 } : s;
    }

    /// <summary>A suspicion: the newest stands for all, so ten thousand of them are one.</summary>
    public static SourceState Hear(SourceState s, SuspicionSeverity severity, double? share, DateTimeOffset at, DateTimeOffset now, OutsidePolicy policy)
    {
        s = s with { Suspicions = Add(s.Suspicions, at, 1, 1, now) };
        var isLate = (now - at).TotalSeconds > policy.LateAfterSeconds || at < s.SuspicionAt;
        var nats = policy.SuspicionNats[(int)severity] * (0.5 + (0.5 * (share ?? 1)));
        return isLate ? s : s with { SuspicionNats = nats, SuspicionAt = at };
    }

    /// <summary>Takes a suspicion back: what its sender no longer says counts no more, and says nothing for health either.</summary>
    public static SourceState Withdraw(SourceState s, DateTimeOffset at) => at < s.SuspicionAt ? s : s with { SuspicionNats = 0 };

    /// <summary>A window of requests.</summary>
    /// <param name="inTrouble">The model is known to be failing: then nobody's usual share is learned.</param>
    public static SourceState Hear(SourceState s, OutsideFact.Window window, bool inTrouble, DateTimeOffset now, OutsidePolicy policy)
    {
        var end = window.End > now ? now : window.End;
        s = s with { Windows = Add(s.Windows, end, window.Requests, window.Failed, now) };
        var minute = Floor(end, TimeSpan.FromMinutes(1));
        if (window.Requests == 0 || window.Length.TotalSeconds > policy.LongestWindowSeconds || (now - end).TotalSeconds > policy.LateAfterSeconds
            || minute <= s.Minute - TimeSpan.FromMinutes(MinutesBehind))
        {
            return s;
        }

        s = minute > s.Minute || s.Minute is null ? Begin(s, minute, inTrouble, policy) : s;
        s = s with
        {
            MinuteRequests = s.MinuteRequests + window.Requests,
            MinuteFailed = s.MinuteFailed + window.Failed,
            Commonest = window.Failed > 0 ? window.Commonest : s.Commonest,
            WindowAt = end > s.WindowAt || s.WindowAt is null ? end : s.WindowAt,
        };
        var (sums, claimed) = Sums(s, policy);
        var nats = Math.Max(0, sums.Max());
        var share = s.MinuteFailed / s.MinuteRequests;
        return s with
        {
            WindowNats = nats,
            Claimed = claimed.Max(),
            Share = s.Share is { } smooth ? smooth + (ShareGain * (share - smooth)) : share,
            RaisedSince = nats > policy.LearnsBelowNats ? s.RaisedSince ?? minute : null,
        };
    }

    /// <summary>The usual failing share of an organisation: the upper 95 % bound of what its calm windows taught.</summary>
    public static double UsualShare(SourceState s, OutsidePolicy policy)
    {
        var (a, n) = (policy.UsualPriorFailures + s.UsualFailed, policy.UsualPriorRequests + s.UsualRequests);
        var mean = a / n;
        return Math.Clamp(mean + (Z95 * Math.Sqrt(mean * (1 - mean) / n)), policy.LeastUsualShare, policy.MostUsualShare);
    }

    /// <summary>Requests and failures of the last hour.</summary>
    public static (long Requests, long Failed) LastHour(ImmutableArray<Tally> tallies, DateTimeOffset now)
    {
        var shown = tallies.Where(t => t.From > now - Shown).ToList();
        return (shown.Sum(t => t.Requests), shown.Sum(t => t.Failed));
    }

    /// <summary>A new minute: the one before is settled and, if calm, learned from.</summary>
    private static SourceState Begin(SourceState s, DateTimeOffset minute, bool inTrouble, OutsidePolicy policy)
    {
        var (sums, claimed) = Sums(s, policy);
        var settled = s with { Before = sums, ClaimedBefore = claimed, Minute = minute, MinuteRequests = 0, MinuteFailed = 0 };
        var isNewUsual = !inTrouble && (minute - s.RaisedSince)?.TotalSeconds > policy.NewUsualAfterSeconds;
        var wasCalm = s.Before.IsDefaultOrEmpty || s.Before.Max() <= policy.LearnsBelowNats;
        if (s.MinuteRequests > 0 && !inTrouble && (wasCalm || isNewUsual))
        {
            // Whether a minute teaches must not hang on what it says, or failures are never learned; so one minute teaches no more than could be usual.
            var tempered = Tempered(s, policy);
            var failed = isNewUsual ? tempered * s.MinuteFailed / s.MinuteRequests : Math.Min(tempered * s.MinuteFailed / s.MinuteRequests, Math.Max(1, policy.MostUsualShare * tempered));
            var keep = Math.Max(0, 1 - (tempered / policy.UsualMemory));
            settled = settled with
            {
                UsualRequests = (s.UsualRequests * keep) + tempered,
                UsualFailed = (s.UsualFailed * keep) + failed,
            };
        }

        return settled;
    }

    /// <summary>
    /// The CUSUMs with the present minute in: each moves by so much at most, never below nothing and never above the cap; as they weigh, and as claims
    /// with a cap far higher.
    /// </summary>
    private static (ImmutableArray<double> Sums, ImmutableArray<double> Claimed) Sums(SourceState s, OutsidePolicy policy)
    {
        var usual = UsualShare(s, policy);
        var n = s.MinuteRequests > 0 ? Tempered(s, policy) : 0;
        var failed = s.MinuteRequests > 0 ? n * s.MinuteFailed / s.MinuteRequests : 0;
        var moves = policy.FailingShares.Select(share =>
        {
            var p = Math.Max(share, 1.5 * usual); // an alternative below the usual share would call health a trouble
            var nats = (failed * Math.Log(p / usual)) + ((n - failed) * Math.Log((1 - p) / (1 - usual)));
            return Math.Clamp(nats, -policy.MostNatsAMinute, policy.MostNatsAMinute);
        }).ToList();
        return (Moved(s.Before, moves, policy.MostNats), Moved(s.ClaimedBefore, moves, policy.MostClaimed));
    }

    private static ImmutableArray<double> Moved(ImmutableArray<double> before, List<double> moves, double most) =>
        [.. moves.Select((nats, i) => Math.Clamp((i < before.Length ? before[i] : 0) + nats, 0, most))];

    /// <summary>How many independent requests the minute's are worth.</summary>
    private static double Tempered(SourceState s, OutsidePolicy policy)
    {
        var n = Math.Min(s.MinuteRequests, policy.MostRequestsAMinute);
        return n / (1 + (Math.Max(0, n - 1) * policy.Correlation));
    }

    private static ImmutableArray<Tally> Add(ImmutableArray<Tally> tallies, DateTimeOffset at, long requests, long failed, DateTimeOffset now)
    {
        var from = Floor(at, TallyLength);
        if (from <= now - Shown)
        {
            return tallies;
        }

        var own = tallies.FirstOrDefault(t => t.From == from);
        return [.. tallies.Where(t => t.From != from && t.From > now - Shown), new Tally(from, own.Requests + requests, own.Failed + failed)];
    }

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan step) => new(at.UtcTicks - (at.UtcTicks % step.Ticks), TimeSpan.Zero);
}
