using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Fallback;

/// <summary>What to do with the requests meant for a primary model.</summary>
public enum AdviceKind
{
    /// <summary>The primary works.</summary>
    Stay,

    /// <summary>The primary does not: use the alternative, for the share of requests the primary should not get.</summary>
    Switch,

    /// <summary>The primary does not work and nothing that would do instead does either.</summary>
    None,
}

/// <summary>One alternative, as things stand.</summary>
/// <param name="UpGivenPrimaryDown">Chance that it works while the primary does not, 0 to 1, from declared and learned shared fate.</param>
/// <param name="SharedDomains">Failure domains it has in common with the primary; empty for none known.</param>
/// <param name="FailedDomains">Those of its domains in which something is failing now.</param>
/// <param name="IsSuspected">Odd enough to be probed faster.</param>
/// <param name="Fits">It has the capabilities asked for.</param>
public sealed record Candidate(
    ModelId Model,
    HealthState Status,
    double UpGivenPrimaryDown,
    IReadOnlyList<string> SharedDomains,
    IReadOnlyList<string> FailedDomains,
    bool IsSuspected,
    bool Fits)
{
    /// <summary>Whether requests may be sent there now.</summary>
    public bool MayServe => MayStay && !IsSuspected;

    /// <summary>Whether requests that are sent there already may stay: one failed probe makes a suspicion and is no reason to move again.</summary>
    public bool MayStay => Fits && Status == HealthState.Operational && FailedDomains.Count == 0;
}

/// <summary>Advice on one primary, and what it needs to remember so that gateways do not flap.</summary>
/// <param name="PrimaryShare">Share of the requests the primary should get, 0 to 1: 1 when it works, less while it comes back.</param>
/// <param name="To">The alternative for the rest; null unless <see cref="AdviceKind.Switch"/>.</param>
/// <param name="Since">When this kind of advice, with this alternative, began.</param>
/// <param name="HealthySince">While switched: since when the primary has worked again.</param>
/// <param name="BetterSince">While switched: since when another alternative has been clearly better than the one in use.</param>
public sealed record Advice(
    AdviceKind Kind, double PrimaryShare, ModelId? To, DateTimeOffset Since, DateTimeOffset? HealthySince = null, DateTimeOffset? BetterSince = null);

/// <summary>How slowly advice changes its mind.</summary>
public sealed record AdvicePolicy
{
    public static readonly AdvicePolicy Default = new();

    /// <summary>Share of failing requests from which a degraded primary is left.</summary>
    public double LeaveAbove { get; init; } = 0.10;

    /// <summary>The way back: so long after the primary works again it gets that share. In order of time.</summary>
    public IReadOnlyList<(TimeSpan After, double Share)> WayBack { get; init; } =
        [(TimeSpan.FromMinutes(2), 0.10), (TimeSpan.FromMinutes(5), 0.50), (TimeSpan.FromMinutes(10), 1)];

    /// <summary>How much likelier to be up another alternative must be to be worth a change,</summary>
    public double BetterBy { get; init; } = 0.05;

    /// <summary>and for how long.</summary>
    public TimeSpan BetterFor { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>The rule, as a pure function: the alternative most likely up while the primary is down, and no hurry to change again.</summary>
public static class AdviceRule
{
    /// <summary>Candidates best first: those that may serve, by their chance, then in the order given (the plan's).</summary>
    public static IReadOnlyList<Candidate> Rank(IEnumerable<Candidate> candidates) =>
        [.. candidates.OrderByDescending(c => c.MayServe).ThenByDescending(c => c.Fits).ThenByDescending(c => Math.Round(c.UpGivenPrimaryDown, 3))];

    /// <param name="candidates">In the plan's order.</param>
    /// <param name="before">The last advice on this primary; null for the first.</param>
    public static Advice Decide(Verdict primary, IReadOnlyList<Candidate> candidates, Advice? before, DateTimeOffset now, AdvicePolicy policy)
    {
        var works = Works(primary, policy);
        if (works && before is not { Kind: AdviceKind.Switch })
        {
            return before is { Kind: AdviceKind.Stay } ? before : new(AdviceKind.Stay, 1, null, before is null ? primary.Since : now);
        }

        var best = Rank(candidates).FirstOrDefault(c => c.MayServe || (c.MayStay && c.Model == before?.To));
        if (works)
        {
            return ComeBack(before!, best, candidates, now, policy);
        }

        if (best is null)
        {
            return before is { Kind: AdviceKind.None } ? before : new(AdviceKind.None, 1, null, now);
        }

        return before is { Kind: AdviceKind.Switch }
            ? Keep(before with { PrimaryShare = 0, HealthySince = null }, best, candidates, now, policy)
            : new(AdviceKind.Switch, 0, best.Model, now);
    }

    /// <summary>An unknown primary is left where it was: no evidence is no reason to move.</summary>
    private static bool Works(Verdict primary, AdvicePolicy policy) => primary.Status switch
    {
        HealthState.PartialOutage or HealthState.MajorOutage or HealthState.UnderMaintenance => false,
        HealthState.DegradedPerformance => primary.FailureShare < policy.LeaveAbove,
        _ => true,
    };

    private static Advice ComeBack(Advice before, Candidate? best, IReadOnlyList<Candidate> candidates, DateTimeOffset now, AdvicePolicy policy)
    {
        var since = before.HealthySince ?? now;
        var share = policy.WayBack.LastOrDefault(step => now - since >= step.After).Share;
        return share >= 1 || best is null
            ? new(AdviceKind.Stay, 1, null, now)
            : Keep(before with { PrimaryShare = Math.Max(share, before.PrimaryShare), HealthySince = since }, best, candidates, now, policy);
    }

    private static Advice Keep(Advice before, Candidate best, IReadOnlyList<Candidate> candidates, DateTimeOffset now, AdvicePolicy policy)
    {
        var inUse = candidates.FirstOrDefault(c => c.Model == before.To);
        if (inUse is not { MayStay: true })
        {
            return before with { To = best.Model, Since = now, BetterSince = null };
        }

        if (best.UpGivenPrimaryDown < inUse.UpGivenPrimaryDown + policy.BetterBy)
        {
            return before with { BetterSince = null };
        }

        var better = before.BetterSince ?? now;
        return now - better >= policy.BetterFor
            ? before with { To = best.Model, Since = now, BetterSince = null }
            : before with { BetterSince = better };
    }
}
