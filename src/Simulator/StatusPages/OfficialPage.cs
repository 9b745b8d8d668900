using StatusHub.Simulator.Scenarios;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.StatusPages;

/// <summary>What a provider's own page shows now.</summary>
/// <param name="Updates">The open incident's updates, oldest first, dated by the clock; empty when none is open.</param>
public sealed record OfficialPage(
    string Provider, DateTimeOffset UpdatedAt, IReadOnlyList<OfficialComponent> Components, string? Incident, IReadOnlyList<OfficialUpdate> Updates)
{
    private const string UnnamedIncident = "Elevated error rates";

    /// <summary>
    /// Reads the page off the scenario that plays. The provider's last word holds for those of its models the scenario has hit
    /// by then, and for all of them when it has hit none; the rest stay operational. An incident is open from the first word of
    /// trouble until the word that says operational.
    /// </summary>
    public static OfficialPage Of(string provider, LiveWorld world)
    {
        var models = world.Of(provider).ToArray();
        if (world.Playing is not { } playing)
        {
            return new OfficialPage(provider, world.Now, [.. models.Select(m => new OfficialComponent(m, Operational))], null, []);
        }

        var now = playing.ScenarioTime(world.Now);
        var words = Timeline.OfficialUntil(playing.Scenario, provider, now);
        var open = words.Reverse().TakeWhile(w => w.Status != Operational).Reverse().ToArray();
        var status = words.Count > 0 ? words[^1].Status : Operational;
        var hit = models.Where(m => playing.Scenario.Phases.Any(p => p.At <= now && Timeline.Hits(playing.Scenario, p, m.Id))).ToArray();
        var meant = hit.Length > 0 ? hit : models;
        return new OfficialPage(
            provider,
            words.Count > 0 ? playing.ClockTime(words[^1].At) : playing.PostedAt,
            [.. models.Select(m => new OfficialComponent(m, meant.Contains(m) ? status : Operational))],
            open.Length == 0 ? null : open.LastOrDefault(w => w.Incident is not null)?.Incident ?? UnnamedIncident,
            [.. open.Select(w => new OfficialUpdate(playing.ClockTime(w.At), w.Phase ?? "investigating", w.Status))]);
    }

    private const string Operational = "operational";
}

public sealed record OfficialComponent(SimulatedModel Model, string Status);

public sealed record OfficialUpdate(DateTimeOffset At, string Phase, string Status);
