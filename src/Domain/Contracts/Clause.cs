using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.Contracts;

/// <summary>How a clause turns time in states into downtime.</summary>
public enum CountingMethod : byte
{
    /// <summary>
    /// Every second counts by the weight of its state. The mean over equal intervals of each one's failing share, as some clauses have it, is
    /// the same.
    /// </summary>
    WeightedTime,

    /// <summary>Whole minutes whose failing share is above a limit.</summary>
    DowntimeMinutes,
}

/// <summary>A step of the credits: below this availability, this share of the month's spend.</summary>
/// <param name="Below">Availability, 0 to 1; exactly this much is not below.</param>
/// <param name="Credit">Share of the spend, 0 to 1.</param>
public sealed record CreditTier(decimal Below, decimal Credit);

/// <summary>What a contract promises, as data.</summary>
/// <param name="Weights">Share of a second in each state that counts as down.</param>
/// <param name="DownAbove">For <see cref="CountingMethod.DowntimeMinutes"/>: the failing share above which a minute is down.</param>
/// <param name="MinimumMinutes">Downtime of fewer minutes on end does not count; 0 for no such rule. Not asked of slowness.</param>
/// <param name="ExcludesMaintenance">Whether announced maintenance is taken out of the month.</param>
/// <param name="Tiers">Highest availability first.</param>
/// <param name="ClaimDays">Days after the month within which credits must be claimed; null when the contract names none.</param>
/// <param name="Latency">A promise of speed beside that of answering; null for none.</param>
public sealed record Clause(
    CountingMethod Method, StateWeights Weights, decimal DownAbove, int MinimumMinutes, bool ExcludesMaintenance, IReadOnlyList<CreditTier> Tiers, int? ClaimDays,
    LatencyTerm? Latency = null)
{
    public const int MaxTiers = 10;
    public const int MaxMinimumMinutes = 24 * 60;
    public const int MaxClaimDays = 365;

    /// <summary>The failing share that published clauses commonly call a minute's downtime.</summary>
    public const decimal UsualDownAbove = 0.05m;

    /// <summary>The step an availability falls to; null for none.</summary>
    public CreditTier? TierOf(decimal availability) => Tiers.LastOrDefault(t => availability < t.Below);
}

/// <summary>A model under a contract.</summary>
/// <param name="MonthlySpend">What it costs a month, in the contract's currency; null when not known.</param>
public sealed record CoveredModel(ModelId Model, decimal? MonthlySpend);

/// <summary>An organisation's contract with whoever serves its models.</summary>
/// <param name="Template">Id of the published clause it was taken from; null for one of its own.</param>
/// <param name="Currency">Three letters (ISO 4217).</param>
public sealed record ServiceContract(
    Guid OrgId, Guid Id, string Name, string? Template, string Currency, Clause Clause, IReadOnlyList<CoveredModel> Covers,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    public const int MaxNameLength = 200;
    public const int MaxCovered = 50;
    public const decimal MaxSpend = 1_000_000_000m;
}
