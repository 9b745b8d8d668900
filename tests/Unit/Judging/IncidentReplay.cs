using StatusHub.Domain.Incidents;

namespace StatusHub.Unit.Judging;

/// <summary>A scenario through the judge and the incident rules: which incidents there were, and what was done to each when.</summary>
public sealed record IncidentReplay(Replay Replay, IReadOnlyList<(IncidentState Incident, IReadOnlyList<(DateTimeOffset At, IncidentAction Action)> Actions)> Incidents)
{
    public static IncidentReplay Of(string scenario, int seed) => Of(new ScenarioWorld(scenario, seed));

    public static IncidentReplay Of(ScenarioWorld world, bool keep = true)
    {
        var domains = world.Models;
        var incidents = new Dictionary<Guid, IncidentState>();
        var actions = new Dictionary<Guid, List<(DateTimeOffset, IncidentAction)>>();
        var replay = Replay.Of(world, (model, verdict, now) =>
        {
            var recent = incidents.Values.Where(i => i.IsOpen || now - i.ResolvedAt <= IncidentPolicy.Default.MergeWithin).ToList();
            var step = IncidentRules.Decide(model, verdict, domains[model], recent, Guid.CreateVersion7(now), now, IncidentPolicy.Default);
            if (step.Incident is { } incident)
            {
                incidents[incident.Id] = incident;
                actions.TryAdd(incident.Id, []);
                actions[incident.Id].AddRange(step.Actions.Select(a => (now, a)));
            }
        }, keep);
        return new(replay, [.. incidents.Values.Select(i => (i, (IReadOnlyList<(DateTimeOffset, IncidentAction)>)actions[i.Id]))]);
    }
}
