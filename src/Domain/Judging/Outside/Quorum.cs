using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging.Outside;

/// <summary>What one reporter weighs about one model now.</summary>
/// <param name="Nats">After its trust.</param>
/// <param name="Share">Failing share of its own requests; null when it counts none.</param>
/// <param name="Since">Since when its requests have spoken for trouble.</param>
public readonly record struct Voice(Reporter By, double Nats, double? Share, FailureClass Commonest, DateTimeOffset? Since);

/// <summary>What all of them together say.</summary>
/// <param name="LookCloser">Our own probes should look closer.</param>
/// <param name="IsAlarm">So many independent organisations see trouble that it is true whatever our probes see.</param>
/// <param name="Share">The failing share in the middle of them, 0 to 1: half of them see more, so no few can name it.</param>
/// <param name="Since">When it began for the one in the middle of those who see it.</param>
/// <param name="Trimmed">The sum without the largest, in nats.</param>
public readonly record struct Opinion(
    bool LookCloser, bool IsAlarm, double Share, FailureClass Commonest, DateTimeOffset? Since, int Organisations, double Trimmed, double Sum)
{
    /// <summary>Nobody says anything.</summary>
    public static Opinion None => default;
}

/// <summary>
/// A sum without its largest parts: one dishonest organisation (of many: two) can then neither raise an alarm alone nor hide one, since
/// a CUSUM never falls below nothing.
/// </summary>
public static class Quorum
{
    /// <param name="wasAlarm">An alarm that stands is over only well below its level.</param>
    public static Opinion Of(IReadOnlyCollection<Voice> voices, bool wasAlarm, OutsidePolicy policy)
    {
        if (voices.Count == 0)
        {
            return Opinion.None;
        }

        var sorted = voices.Select(v => v.Nats).OrderDescending().ToList();
        var trimmed = sorted.Skip(policy.Dropped(voices.Count)).Sum();
        var level = policy.AlarmLevel(voices.Count);
        var isAlarm = trimmed >= (wasAlarm ? level * policy.OverBelow : level);
        var shares = voices.Where(v => v.Share is not null).Select(v => v.Share!.Value).Order().ToList();
        var commonest = voices.Where(v => v.Nats > 0 && v.Commonest != FailureClass.None).GroupBy(v => v.Commonest)
            .OrderByDescending(g => g.Count()).Select(g => g.Key).FirstOrDefault();
        var since = voices.Where(v => v.Since is not null).Select(v => v.Since!.Value).Order().ToList();
        return new Opinion(
            isAlarm || sorted.Sum() >= policy.LookCloserAt,
            isAlarm,
            shares.Count == 0 ? 0 : shares[(shares.Count - 1) / 2],
            commonest,
            since.Count == 0 ? null : since[since.Count / 2],
            voices.Count,
            trimmed,
            sorted.Sum());
    }
}

/// <summary>How an organisation earns and loses the weight of its word.</summary>
public static class TrustRules
{
    /// <summary>Follows an organisation's own alarm about one model.</summary>
    /// <param name="inTrouble">Our own judge holds the model to be failing now.</param>
    /// <param name="othersSee">Enough other reporters see trouble now.</param>
    public static (SourceState Source, Trust Trust) Follow(
        SourceState s, Trust trust, bool inTrouble, bool othersSee, DateTimeOffset now, OutsidePolicy policy)
    {
        var isConfirmed = inTrouble || othersSee;
        trust = Rewarded(trust, now, policy);
        (s, trust) = GivenBack(s, trust, inTrouble, now, policy);
        if (s.AlarmSince is null)
        {
            return !IsAlarm(s, policy) ? (s, trust)
                : isConfirmed ? (s with { AlarmSince = now, AlarmJudged = true }, Confirmed(trust, now, policy))
                : (s with { AlarmSince = now, AlarmJudged = false }, trust);
        }

        if (!s.AlarmJudged && isConfirmed)
        {
            return (s with { AlarmJudged = true }, Confirmed(trust, now, policy));
        }

        if (!s.AlarmJudged && (now - s.AlarmSince.Value).TotalSeconds >= policy.ConfirmedWithinSeconds)
        {
            var kept = trust.Weight * policy.TrustAfterFalseAlarm;
            var lost = new Forfeit(
                trust.Weight - kept, now.AddSeconds(policy.GivesBackLooksEverySeconds), s.AlarmSince.Value.AddSeconds(policy.GivesBackWithinSeconds));
            return (s with { AlarmJudged = true, Forfeit = lost.Until > now ? lost : null }, new Trust(kept, now));
        }

        // An alarm that ends unjudged is judged all the same when its time has come: stopping early must not pay.
        return (s.AlarmJudged && IsOver(s, policy) ? s with { AlarmSince = null, AlarmJudged = false } : s, trust);
    }

    /// <summary>Whether what it says now, old words put away, confirms another's alarm.</summary>
    public static bool Sees(SourceState s, OutsidePolicy policy) => s.WindowNats >= policy.SeesAt || s.SuspicionNats >= policy.WordIsAlarmAt;

    private static bool IsAlarm(SourceState s, OutsidePolicy policy) => s.Claimed >= policy.OwnAlarmAt || s.SuspicionNats >= policy.WordIsAlarmAt;

    private static bool IsOver(SourceState s, OutsidePolicy policy) => s.Claimed < policy.SeesAt && s.SuspicionNats < policy.WordIsAlarmAt;

    // By our own judge alone: within an hour some others see something by chance, and liars who collude would live on that.
    private static (SourceState Source, Trust Trust) GivenBack(SourceState s, Trust trust, bool inTrouble, DateTimeOffset now, OutsidePolicy policy) => s.Forfeit switch
    {
        { } lost when inTrouble => (s with { Forfeit = null }, Confirmed(trust with { Weight = trust.Weight + lost.Weight }, now, policy)),
        { } lost when now >= lost.Until => (s with { Forfeit = null }, trust),
        { } lost when now >= lost.LookAt => (s with { Forfeit = lost with { LookAt = now.AddSeconds(policy.GivesBackLooksEverySeconds) } }, trust),
        _ => (s, trust),
    };

    /// <summary>When something will change although nothing is heard; null for never.</summary>
    public static DateTimeOffset? DueAt(SourceState s, OutsidePolicy policy)
    {
        DateTimeOffset?[] times =
        [
            s.AlarmSince is { } since && !s.AlarmJudged ? since.AddSeconds(policy.ConfirmedWithinSeconds) : null,
            s.Forfeit?.LookAt,
            s.WindowNats > 0 ? s.WindowAt?.AddSeconds(policy.WindowCountsSeconds) : null,
            s.SuspicionNats > 0 ? s.SuspicionAt?.AddSeconds(policy.SuspicionCountsSeconds) : null,
        ];
        return times.Min();
    }

    private static Trust Confirmed(Trust trust, DateTimeOffset now, OutsidePolicy policy) =>
        new(Math.Min(1, trust.Weight + policy.TrustRegained), now);

    private static Trust Rewarded(Trust trust, DateTimeOffset now, OutsidePolicy policy)
    {
        var times = (int)Math.Max(0, Math.Min(100, (now - trust.At).TotalSeconds / policy.TrustRegainedEverySeconds));
        return times == 0 ? trust : new Trust(Math.Min(1, trust.Weight + (times * policy.TrustRegained)), trust.At.AddSeconds(times * policy.TrustRegainedEverySeconds));
    }
}
