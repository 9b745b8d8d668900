using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Contracts;

/// <summary>How sure a claim is.</summary>
public enum CreditChance : byte
{
    /// <summary>No step of the clause is reached, even if all unknown time had been down.</summary>
    Unlikely,

    /// <summary>A step would be reached if unknown time had been down: ask your own logs.</summary>
    Possible,

    /// <summary>What was measured reaches a step.</summary>
    Likely,
}

/// <summary>What probes saw in one bucket of time and one region.</summary>
/// <param name="Failures">By class.</param>
/// <param name="Ttft">Time to first token in milliseconds, a <see cref="Evidence.LatencyHistogram"/>.</param>
public sealed record MeasuredBucket(DateTimeOffset From, TimeSpan Width, string Region, int Attempts, IReadOnlyDictionary<string, int> Failures, IReadOnlyList<int> Ttft);

/// <summary>An incident that hit the model.</summary>
/// <param name="To">Null while it lasts.</param>
public sealed record HitBy(Guid IncidentId, DateTimeOffset From, DateTimeOffset? To);

/// <summary>Everything known of one model in one month.</summary>
public sealed record MonthRecord(IReadOnlyList<StateStretch> Stretches, IReadOnlyList<HitBy> Incidents, IReadOnlyList<MeasuredBucket> Buckets);

/// <summary>One stretch that counts, with what shows it.</summary>
/// <param name="Seconds">How much of it counts.</param>
/// <param name="Regions">From where probes failed then; empty when only others' reports showed it.</param>
/// <param name="Attempts">Probes in the buckets that overlap it.</param>
/// <param name="Failures">Of those, by class.</param>
public sealed record DownEvidence(
    DateTimeOffset From, DateTimeOffset To, HealthState State, decimal Seconds, IReadOnlyList<Guid> Incidents, IReadOnlyList<string> Regions, int Attempts,
    IReadOnlyDictionary<string, int> Failures);

/// <summary>What one model's month comes to under the clause. All times in seconds.</summary>
/// <param name="Total">The month up to now, without what the clause takes out.</param>
/// <param name="Excluded">Announced maintenance, when the clause takes it out.</param>
/// <param name="Unknown">Time of which nothing is known: counted as up.</param>
/// <param name="Availability">0 to 1; null when nothing of the month is left to count.</param>
/// <param name="AtWorst">The availability if all unknown time had been down.</param>
/// <param name="Tier">The step that is reached; null for none.</param>
/// <param name="Credit">In the contract's currency; null when the spend is not known.</param>
/// <param name="SlowHours">What counts besides <paramref name="Down"/> by the clause's promise of speed; empty without one.</param>
public sealed record CreditLine(
    ModelId Model, decimal? Spend, decimal Total, decimal Excluded, decimal Unknown, decimal Down, decimal? Availability, decimal? AtWorst,
    CreditTier? Tier, decimal? Credit, CreditChance Chance, IReadOnlyList<DownEvidence> Evidence, IReadOnlyList<SlowHour> SlowHours)
{
    /// <summary>Seconds that count as slow.</summary>
    public decimal Slow => SlowHours.Sum(h => h.Seconds);
}

/// <summary>What to claim for a month, and why: a reading of the measurements, no promise of anybody.</summary>
/// <param name="AsOf">Hub time it was made.</param>
/// <param name="ClaimBy">When claims end, as the contract has it; null when it does not say.</param>
/// <param name="Credit">The sum, in the contract's currency; null when a model that earns credit has no known spend.</param>
public sealed record CreditStatement(
    ServiceContract Contract, BillingMonth Month, DateTimeOffset AsOf, bool IsComplete, DateTimeOffset? ClaimBy, decimal? Credit, IReadOnlyList<CreditLine> Lines)
{
    private const int CreditDecimals = 2;

    /// <param name="records">What is known of each covered model; a model that is missing was not measured.</param>
    /// <param name="spend">Instead of each model's usual monthly spend, for those it names.</param>
    public static CreditStatement Of(
        ServiceContract contract, BillingMonth month, IReadOnlyDictionary<ModelId, MonthRecord> records, IReadOnlyDictionary<ModelId, decimal> spend, DateTimeOffset now)
    {
        var until = StateTimeline.Earlier(month.To, now);
        var lines = contract.Covers.Select(c => Line(
            contract.Clause, c with { MonthlySpend = spend.TryGetValue(c.Model, out var paid) ? paid : c.MonthlySpend },
            records.GetValueOrDefault(c.Model) ?? new([], [], []), month.From, until)).ToList();
        var isSumKnown = lines.TrueForAll(l => l.Tier is null || l.Credit is not null);
        return new(
            contract, month, now, now >= month.To, contract.Clause.ClaimDays is { } days ? month.To.AddDays(days) : null,
            isSumKnown ? lines.Sum(l => l.Credit ?? 0) : null, lines);
    }

    private static CreditLine Line(Clause clause, CoveredModel covered, MonthRecord record, DateTimeOffset from, DateTimeOffset until)
    {
        var timeline = StateTimeline.Over(record.Stretches, from, until);
        var down = Downtime.Count(timeline, clause);
        var excluded = timeline.Where(s => Downtime.IsExcluded(s, clause)).Sum(s => Downtime.Seconds(s.Length));
        var unknown = timeline.Where(s => s.State == HealthState.Unknown).Sum(s => Downtime.Seconds(s.Length));
        var total = timeline.Sum(s => Downtime.Seconds(s.Length)) - excluded;
        var downSeconds = Math.Min(total - unknown, down.Sum(d => d.Seconds));
        var slow = SlowHours.Count(record.Buckets, timeline, down, clause);
        var bad = downSeconds + slow.Sum(h => h.Seconds);
        var availability = total > 0 ? 1 - (bad / total) : (decimal?)null;
        var atWorst = total > 0 ? 1 - ((bad + unknown) / total) : (decimal?)null;
        var tier = availability is { } measured ? clause.TierOf(measured) : null;
        var chance = tier is not null ? CreditChance.Likely : atWorst is { } worst && clause.TierOf(worst) is not null ? CreditChance.Possible : CreditChance.Unlikely;
        decimal? credit = covered.MonthlySpend is { } spend ? Math.Round(spend * (tier?.Credit ?? 0), CreditDecimals, MidpointRounding.AwayFromZero) : null;
        return new(
            covered.Model, covered.MonthlySpend, total, excluded, unknown, downSeconds, availability, atWorst, tier, credit, chance,
            [.. down.Select(d => EvidenceOf(d, record))], slow);
    }

    private static DownEvidence EvidenceOf(DownStretch down, MonthRecord record)
    {
        var buckets = record.Buckets.Where(b => b.From < down.To && b.From + b.Width > down.From).ToList();
        return new(
            down.From, down.To, down.State, down.Seconds,
            [.. record.Incidents.Where(i => i.From < down.To && (i.To is null || i.To > down.From)).OrderBy(i => i.From).Select(i => i.IncidentId)],
            [.. buckets.Where(b => b.Failures.Count > 0).Select(b => b.Region).Distinct().Order(StringComparer.Ordinal)],
            buckets.Sum(b => b.Attempts),
            buckets.SelectMany(b => b.Failures).GroupBy(f => f.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(f => f.Value), StringComparer.Ordinal));
    }
}
