using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Judging;

namespace StatusHub.Web.Fallback;

/// <summary>Why it is advised, in a sentence or two for people and logs.</summary>
internal static class AdviceWords
{
    public static string Reason(ModelId primary, Advice advice, IReadOnlyList<Candidate> candidates, FleetState fleet)
    {
        var now = fleet.Models.TryGetValue(primary, out var verdict) ? State(primary, verdict) : $"{primary} is not measured.";
        return advice.Kind switch
        {
            AdviceKind.Stay => now,
            AdviceKind.None => $"{now} Nothing that would do instead works.",
            _ when advice.HealthySince is not null => $"{now} It gets {advice.PrimaryShare:P0} of the requests while it proves itself; the rest stay on {advice.To}.",
            _ => $"{now} {Chosen(candidates.FirstOrDefault(c => c.Model == advice.To), advice)}{Avoided(candidates)}",
        };
    }

    /// <summary>What speaks against an alternative now; null for nothing.</summary>
    public static string? Against(Candidate c) =>
        !c.Fits ? "It is not declared to offer what is asked for."
        : c.FailedDomains.Count > 0 ? $"It is in {string.Join(" and ", c.FailedDomains)}, where something is failing now."
        : c.Status == HealthState.Unknown ? "Nothing certain is known of it."
        : c.Status != HealthState.Operational ? $"It has {Named(c.Status)}."
        : c.IsSuspected ? "It looks odd and is being probed faster."
        : c.SharedDomains.Count > 0 ? $"It shares {string.Join(" and ", c.SharedDomains)} with the primary."
        : null;

    private static string State(ModelId model, Verdict verdict) => verdict.Status switch
    {
        HealthState.Operational => $"{model} works.",
        HealthState.Unknown => $"Nothing certain is known of {model}.",
        HealthState.UnderMaintenance => $"{model} is under maintenance.",
        HealthState.DegradedPerformance when verdict.Kind == TroubleKind.Latency => $"{model} is slow but answers.",
        _ => FormattableString.Invariant($"{model} has {Named(verdict.Status)}: about {verdict.FailureShare:P0} of requests fail."),
    };

    private static string Chosen(Candidate? chosen, Advice advice) => chosen switch
    {
        null => $"{advice.To} works.",
        { SharedDomains.Count: 0 } => $"{chosen.Model} works and shares nothing known with it.",
        _ => $"{chosen.Model} works, though it shares {string.Join(" and ", chosen.SharedDomains)}.",
    };

    private static string Avoided(IReadOnlyList<Candidate> candidates)
    {
        var avoided = candidates.Where(c => c.Fits && c.FailedDomains.Count > 0 && c.Status == HealthState.Operational).ToList();
        return avoided.Count == 0 ? ""
            : $" Avoided, although they answer: {string.Join(", ", avoided.Select(c => $"{c.Model} (in {string.Join(" and ", c.FailedDomains)}, which is failing)"))}.";
    }

    private static string Named(HealthState state) => state switch
    {
        HealthState.MajorOutage => "a major outage",
        HealthState.PartialOutage => "a partial outage",
        HealthState.UnderMaintenance => "maintenance",
        _ => "degraded performance",
    };
}
