using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;

namespace StatusHub.Probes.Pacing;

/// <summary>What an endpoint's own past says about probing it again; fold every outcome in, in order.</summary>
public sealed record PaceState
{
    /// <summary>Rate-limit answers not yet lived down: one more by each, one fewer by each success.</summary>
    public int Throttles { get; init; }

    /// <summary>Until when the provider asked to be left alone, on the hub's clock.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Failures laid to the account, one after another, without a success between.</summary>
    public int AccountFailuresInARow { get; init; }

    public FailureClass LastAccountFailure { get; init; }

    /// <summary>The UTC day <see cref="ProbesOfDay"/> counts.</summary>
    public DateOnly Day { get; init; }

    /// <summary>Probes of that day that asked for tokens.</summary>
    public int ProbesOfDay { get; init; }
}

/// <summary>How an endpoint is probed next.</summary>
/// <param name="Gap">Time until then, on the hub's clock.</param>
/// <param name="Rung">What to send.</param>
/// <param name="PausedBecause">Set while its account is at fault: the regular schedule is off, its owner is told why, and only the slow
/// re-check that <paramref name="Gap"/> says goes on. Null again after the first success.</param>
public sealed record ProbePlan(TimeSpan Gap, ProbeRung Rung, string? PausedBecause);

/// <summary>When to probe an endpoint again: the judge's wish, bent by what the provider and the account allow. Pure.</summary>
public static class ProbePace
{
    /// <summary>Rate limits slow an endpoint down to one probe in this time, not further.</summary>
    public static readonly TimeSpan SlowestThrottled = TimeSpan.FromMinutes(5);

    /// <summary>Account failures in a row that pause an endpoint.</summary>
    public const int FailuresToPause = 3;

    /// <summary>First re-check of a paused endpoint; every further one waits twice as long.</summary>
    public static readonly TimeSpan FirstRecheck = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A paused endpoint is never left alone for longer: a provider whose key checks flap (one answer in five a 401) gives three in a row
    /// now and then, and must come back by itself.
    /// </summary>
    public static readonly TimeSpan SlowestRecheck = TimeSpan.FromMinutes(30);

    /// <summary>Doublings beyond this change nothing any more.</summary>
    private const int MostDoublings = 16;

    /// <summary>The state after one more outcome.</summary>
    public static PaceState Fold(PaceState state, ProbeOutcome outcome)
    {
        var failure = outcome.Failure;
        var day = DateOnly.FromDateTime(outcome.StartedAt.UtcDateTime);
        var costs = outcome.Rung >= ProbeRung.Stream ? 1 : 0;
        var counted = state with { Day = day, ProbesOfDay = (day == state.Day ? state.ProbesOfDay : 0) + costs };
        if (failure == FailureClass.RateLimited)
        {
            return counted with
            {
                Throttles = Math.Min(counted.Throttles + 1, MostDoublings),
                NotBefore = outcome.RetryAfter is { } wait ? outcome.At + wait : null,
            };
        }

        if (StopsTheAccount(failure))
        {
            return counted with { AccountFailuresInARow = counted.AccountFailuresInARow + 1, LastAccountFailure = failure };
        }

        return !ShowsTheKeyIsGood(outcome) ? counted : counted with
        {
            Throttles = Math.Max(0, counted.Throttles - 1),
            NotBefore = null,
            AccountFailuresInARow = 0,
            LastAccountFailure = FailureClass.None,
        };
    }

    /// <param name="state">The endpoint's own past.</param>
    /// <param name="judgesGap">The gap the judge wishes for now: short in a burst.</param>
    /// <param name="calmGap">The endpoint's interval in calm times: what a rate limit is answered from.</param>
    /// <param name="rung">What the endpoint is configured for.</param>
    /// <param name="budget">What it may cost.</param>
    /// <param name="now">Hub time.</param>
    public static ProbePlan Next(PaceState state, TimeSpan judgesGap, TimeSpan calmGap, ProbeRung rung, ProbeBudget budget, DateTimeOffset now)
    {
        var allowed = IsSpent(state, budget, now) && rung > ProbeRung.ModelsList ? ProbeRung.ModelsList : rung;
        if (state.AccountFailuresInARow >= FailuresToPause)
        {
            // A refused request costs nothing, and a models list may be open to anyone: re-check with what is refused.
            var recheck = Doubled(FirstRecheck, state.AccountFailuresInARow - FailuresToPause, SlowestRecheck);
            return new ProbePlan(recheck, allowed, ReasonFor(state));
        }

        var gap = state.Throttles == 0 ? judgesGap : Throttled(state.Throttles, judgesGap, calmGap);
        var wait = state.NotBefore - now ?? TimeSpan.Zero;
        return new ProbePlan(gap > wait ? gap : wait, allowed, null);
    }

    /// <summary>Twice the calm gap for each rate limit; a burst never makes it shorter, and an interval longer than the cap stays.</summary>
    private static TimeSpan Throttled(int throttles, TimeSpan judgesGap, TimeSpan calmGap)
    {
        var least = judgesGap > calmGap ? judgesGap : calmGap;
        return least >= SlowestThrottled ? least : Doubled(least, throttles, SlowestThrottled);
    }

    private static TimeSpan Doubled(TimeSpan start, int times, TimeSpan most)
    {
        var gap = start * Math.Pow(2, Math.Min(times, MostDoublings));
        return gap < most ? gap : most;
    }

    private static bool IsSpent(PaceState state, ProbeBudget budget, DateTimeOffset now) =>
        state.Day == DateOnly.FromDateTime(now.UtcDateTime) && state.ProbesOfDay >= budget.ProbesPerDay;

    private static bool StopsTheAccount(FailureClass failure) => failure is FailureClass.Auth or FailureClass.Permission
        or FailureClass.QuotaExhausted or FailureClass.RegionBlocked or FailureClass.AccessSuspended;

    /// <summary>A connection alone, a lost one or a server fault says nothing about the account.</summary>
    private static bool ShowsTheKeyIsGood(ProbeOutcome outcome) =>
        outcome.Rung > ProbeRung.Connect && (outcome.Succeeded || outcome.Timings.FirstTokenMs is not null || FailureClasses.BlameOf(outcome.Failure) == Blame.Policy);

    private static string ReasonFor(PaceState state)
    {
        var what = state.LastAccountFailure switch
        {
            FailureClass.Auth => "The provider refuses the key: it is wrong, expired or revoked.",
            FailureClass.Permission => "The key may not use this model.",
            FailureClass.QuotaExhausted => "The account's quota or credit is used up.",
            FailureClass.RegionBlocked => "The provider does not serve the place this probe runs in.",
            _ => "The provider has suspended the account.",
        };
        return $"{what} Probing is paused after {state.AccountFailuresInARow} such answers in a row and looks again now and then.";
    }
}
