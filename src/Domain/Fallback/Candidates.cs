using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;
using StatusHub.Domain.SharedFate;

namespace StatusHub.Domain.Fallback;

/// <summary>How every model stands: what advice is made of.</summary>
/// <param name="models">All that are measured, with their verdicts.</param>
public sealed class FleetState(IReadOnlyDictionary<ModelId, Verdict> models, FateMap fates, IReadOnlyDictionary<ModelId, Capabilities> capabilities)
{
    private HashSet<string>? _failing;

    public IReadOnlyDictionary<ModelId, Verdict> Models => models;

    public FateMap Fates => fates;

    /// <summary>Failure domains in which something is failing now. A provider fails when half of its models do, or its keys are refused.</summary>
    public IReadOnlySet<string> Failing => _failing ??= Find();

    /// <summary>What a model is declared to be able to do.</summary>
    public Capabilities CapabilitiesOf(ModelId model) => capabilities.GetValueOrDefault(model) ?? Capabilities.None;

    private HashSet<string> Find()
    {
        var down = Models.Where(m => m.Value.Status is HealthState.PartialOutage or HealthState.MajorOutage).ToList();
        var failing = down.SelectMany(m => Fates.DomainsOf(m.Key).Where(d => d != m.Key.Provider)).ToHashSet(StringComparer.Ordinal);
        foreach (var company in down.GroupBy(m => m.Key.Provider))
        {
            var all = Models.Keys.Count(m => m.Provider == company.Key);
            if ((company.Count() > 1 && 2 * company.Count() >= all) || company.Any(m => m.Value.Kind == TroubleKind.Access))
            {
                failing.Add($"provider:{company.Key}");
            }
        }

        return failing;
    }
}

/// <summary>Builds what <see cref="AdviceRule"/> weighs, from how things stand: pure.</summary>
public static class Candidates
{
    /// <summary>Every other model that is measured, by name: for those without a plan.</summary>
    public static IReadOnlyList<Candidate> Of(ModelId primary, Requirements needs, FleetState fleet) =>
        [.. fleet.Models.Keys.Where(m => m != primary).Order().Select(m => Of(primary, m, needs, fleet))];

    /// <summary>A plan's alternatives, in its order.</summary>
    public static IReadOnlyList<Candidate> Of(FallbackPlan plan, Requirements needs, FleetState fleet) =>
        [.. plan.Alternatives.Select(a => Of(plan.Primary, a.Model, plan.Needs.And(a.Needs).And(needs), fleet))];

    private static Candidate Of(ModelId primary, ModelId model, Requirements needs, FleetState fleet)
    {
        var verdict = fleet.Models.GetValueOrDefault(model);
        string[] domains = [$"provider:{model.Provider}", .. fleet.Fates.DomainsOf(model)];
        return new(
            model,
            verdict?.Status ?? HealthState.Unknown,
            1 - fleet.Fates.DownTogether(primary, model),
            fleet.Fates.Shared(primary, model),
            [.. domains.Where(fleet.Failing.Contains)],
            verdict?.Phase is JudgedPhase.Suspected,
            needs.LackedBy(fleet.CapabilitiesOf(model)).Count == 0);
    }
}

/// <summary>What is wrong with a plan before the bad day.</summary>
public static class PlanReview
{
    /// <summary>Chance of being up with the primary down, below which an alternative is one in name only.</summary>
    private const double Weak = 0.9;

    /// <summary>Sentences for the plan's owner, by alternative; none for one that has nothing against it.</summary>
    public static IReadOnlyList<(ModelId Model, string Warning)> Warnings(FallbackPlan plan, FleetState fleet) =>
        [.. plan.Alternatives.SelectMany(a => Of(plan, a, fleet).Select(w => (a.Model, w)))];

    private static IEnumerable<string> Of(FallbackPlan plan, PlannedAlternative alternative, FleetState fleet)
    {
        var (primary, model) = (plan.Primary, alternative.Model);
        if (!fleet.Models.ContainsKey(model))
        {
            yield return "Nobody measures it here, so it is never advised.";
        }

        if (fleet.Fates.Shared(primary, model) is { Count: > 0 } shared)
        {
            yield return $"It shares {string.Join(" and ", shared)} with the primary: what takes one down may take both.";
        }
        else if (fleet.Fates.Link(primary, model) is { } link)
        {
            yield return $"Nothing declared joins it to the primary, but they failed together in {link.CoFailures} of {link.Outages} outages.";
        }

        if (1 - fleet.Fates.DownTogether(primary, model) is var up and < Weak)
        {
            yield return FormattableString.Invariant($"It is up in {up:P0} of the primary's outages.");
        }

        if (plan.Needs.And(alternative.Needs).LackedBy(fleet.CapabilitiesOf(model)) is { Count: > 0 } lacked)
        {
            yield return $"It is not declared to offer {string.Join(", ", lacked)}.";
        }
    }
}
