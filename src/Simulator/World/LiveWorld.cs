using System.Collections.Concurrent;
using StatusHub.Domain.Catalog;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.Scenarios;

namespace StatusHub.Simulator.World;

/// <summary>Faults put on by hand, and the failure domain they are hung on, if any.</summary>
public sealed record PlacedFault(FaultSet Faults, string? Domain);

/// <summary>
/// The world as it is now: the models, the faults placed on them, and the scenario that plays. A fault placed with a
/// <c>domain</c> fails every model of that domain alike, not only the one it was placed through; that model counts as one of the
/// domain for as long as the placement stands, so a domain nobody knew can be made from two placements. Placing again on
/// the same model replaces what was placed through it, its domain's share too. Placed faults and the scenario's combine as
/// overlapping phases do.
/// </summary>
public sealed class LiveWorld(IReadOnlyList<SimulatedModel> models, TimeProvider clock)
{
    private readonly Dictionary<ModelId, SimulatedModel> _byId = models.ToDictionary(m => m.Id);
    private readonly ConcurrentDictionary<ModelId, PlacedFault> _placed = new();
    private volatile Playback? _playing;

    public IReadOnlyList<SimulatedModel> Models => models;

    public DateTimeOffset Now => clock.GetUtcNow();

    public Playback? Playing => _playing;

    public SimulatedModel? Find(ModelId id) => _byId.GetValueOrDefault(id);

    public IEnumerable<SimulatedModel> Of(string provider) => models.Where(m => m.Provider == provider);

    public void Place(ModelId model, PlacedFault fault)
    {
        if (fault.Faults.IsHealthy && fault.Domain is null)
        {
            _placed.TryRemove(model, out _);
        }
        else
        {
            _placed[model] = fault;
        }
    }

    /// <summary>Plays a scenario from its start, in place of any other.</summary>
    public Playback Play(Scenario scenario, double speed)
    {
        var whole = scenario.Models.Count > 0 ? scenario : scenario with
        {
            Models = [.. models.Select(m => new ScenarioModel { Id = m.Id, Dialect = m.Dialect, Domains = m.Domains })],
        };
        return _playing = Playback.Start(whole, clock, speed);
    }

    public void StopPlaying() => _playing = null;

    /// <summary>The failure domains a model is in now, those of placed faults included.</summary>
    public IReadOnlyList<string> DomainsOf(SimulatedModel model) =>
        _placed.GetValueOrDefault(model.Id)?.Domain is { } joined && !model.Domains.Contains(joined) ? [.. model.Domains, joined] : model.Domains;

    /// <summary>All that is wrong with a model now.</summary>
    public FaultSet FaultsOf(SimulatedModel model)
    {
        var faults = _playing is { } playing
            ? Timeline.FaultsAt(playing.Scenario, model.Id, playing.ScenarioTime(Now))
            : FaultSet.Healthy;
        if (_placed.IsEmpty)
        {
            return faults;
        }

        var domains = DomainsOf(model);
        foreach (var (placedOn, fault) in _placed.OrderBy(p => p.Key)) // a fixed order, so that equal worlds fail equally
        {
            if (fault.Domain is { } domain ? domains.Contains(domain) : placedOn == model.Id)
            {
                faults = faults.And(fault.Faults);
            }
        }

        return faults;
    }
}
