using StatusHub.Domain.Catalog;
using StatusHub.Simulator.Faults;

namespace StatusHub.Simulator.Scenarios;

/// <summary>Reads a scenario at an instant. Pure: the clock alone decides.</summary>
public static class Timeline
{
    /// <summary>
    /// What is wrong with a model at a scenario instant: every phase then on that names the model, or a domain the scenario
    /// puts it in, combined by <see cref="FaultSet.And"/> in the order they are written. Healthy outside all phases.
    /// </summary>
    public static FaultSet FaultsAt(Scenario scenario, ModelId model, DateTimeOffset now)
    {
        var faults = FaultSet.Healthy;
        foreach (var phase in scenario.Phases)
        {
            if (phase.IsOnAt(now) && Hits(scenario, phase, model))
            {
                faults = faults.And(phase.Faults);
            }
        }

        return faults;
    }

    /// <summary>Whether a phase is about a model, by name or by failure domain.</summary>
    public static bool Hits(Scenario scenario, ScenarioPhase phase, ModelId model) =>
        phase.Targets.Contains(model) ||
        (phase.Domain is { } domain && scenario.Models.Any(m => m.Id == model && m.Domains.Contains(domain)));

    public static IReadOnlyList<ScenarioPhase> PhasesAt(Scenario scenario, DateTimeOffset now) =>
        [.. scenario.Phases.Where(p => p.IsOnAt(now))];

    /// <summary>What a provider's page has said up to an instant, oldest first.</summary>
    public static IReadOnlyList<OfficialWord> OfficialUntil(Scenario scenario, string provider, DateTimeOffset now) =>
        [.. scenario.Official.Where(o => o.Provider == provider && o.At <= now).OrderBy(o => o.At)];
}
