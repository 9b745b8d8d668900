using StatusHub.Domain.Catalog;
using StatusHub.Simulator.Faults;

namespace StatusHub.Simulator.Scenarios;

/// <summary>What a scenario may say.</summary>
public static class ScenarioRules
{
    public const int MaxPhases = 1_000;
    public const int MaxModels = 1_000;
    public static readonly TimeSpan MaxLength = TimeSpan.FromDays(366);

    private static readonly string[] Statuses =
        ["operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"];

    private static readonly string[] Phases = ["investigating", "identified", "monitoring", "resolved"];

    /// <summary>What is wrong with a scenario for a world of these models, by JSON pointer; empty when nothing is.</summary>
    public static Dictionary<string, string[]> Problems(Scenario scenario, IReadOnlyCollection<ModelId> world)
    {
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (scenario.EndsAt <= scenario.StartsAt || scenario.EndsAt - scenario.StartsAt > MaxLength)
        {
            problems["/endsAt"] = [$"must lie after startsAt, by at most {MaxLength.TotalDays} days"];
        }

        if (scenario.Phases.Count > MaxPhases || scenario.Models.Count > MaxModels || scenario.Official.Count > MaxPhases)
        {
            problems["/phases"] = [$"at most {MaxPhases} phases and official words, and {MaxModels} models"];
            return problems;
        }

        if (HasHoles(scenario))
        {
            problems[""] = ["a list holds null"];
            return problems;
        }

        for (var i = 0; i < scenario.Phases.Count; i++)
        {
            AddPhase(problems, scenario, i, world);
        }

        for (var i = 0; i < scenario.Official.Count; i++)
        {
            AddOfficial(problems, scenario, i);
        }

        return problems;
    }

    // The JSON reader vouches for every field but not for what stands in a list.
    private static bool HasHoles(Scenario scenario) =>
        scenario.Phases.Any(p => p is null) || scenario.Official.Any(o => o is null) || scenario.Models.Any(m => m is null || m.Domains.Any(d => d is null));

    private static void AddOfficial(Dictionary<string, string[]> problems, Scenario scenario, int i)
    {
        var word = scenario.Official[i];
        if (word.At < scenario.StartsAt || word.At > scenario.EndsAt)
        {
            problems[$"/official/{i}/at"] = ["must lie between startsAt and endsAt"];
        }

        if (!Statuses.Contains(word.Status))
        {
            problems[$"/official/{i}/status"] = [$"must be one of {string.Join(", ", Statuses)}"];
        }

        if (word.Phase is not null && !Phases.Contains(word.Phase))
        {
            problems[$"/official/{i}/phase"] = [$"must be one of {string.Join(", ", Phases)}"];
        }
    }

    private static void AddPhase(Dictionary<string, string[]> problems, Scenario scenario, int i, IReadOnlyCollection<ModelId> world)
    {
        var phase = scenario.Phases[i];
        var at = $"/phases/{i}";
        if (phase.Minutes is not > 0 || phase.Minutes > MaxLength.TotalMinutes)
        {
            problems[$"{at}/minutes"] = [$"must lie above 0 and be at most {MaxLength.TotalMinutes}"];
        }

        if (phase.Targets.FirstOrDefault(t => !world.Contains(t)) is { Value.Length: > 0 } stranger)
        {
            problems[$"{at}/targets"] = [$"{stranger} is not a model of this world"];
        }

        if (phase.Domain is { } domain && scenario.Models.Count > 0 && !scenario.Models.Any(m => m.Domains.Contains(domain)))
        {
            problems[$"{at}/domain"] = ["no model of the scenario is in this domain"];
        }

        foreach (var (pointer, problem) in FaultRules.Problems(phase.Faults, $"{at}/faults"))
        {
            problems[pointer] = problem;
        }
    }
}
