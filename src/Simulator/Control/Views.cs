using StatusHub.Domain.Catalog;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.Scenarios;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.Control;

/// <summary>Answer of <c>GET /control/models</c>.</summary>
public sealed record ModelListView(IReadOnlyList<ModelView> Models);

/// <summary>A model, and all a hub needs to probe it.</summary>
/// <param name="Url">Base address the dialect's own paths are appended to.</param>
/// <param name="WireModel">Its name on the wire.</param>
/// <param name="Domains">Its failure domains now.</param>
/// <param name="StatusPage">Base address of its provider's own status page, <c>/api/v2/summary.json</c> below it.</param>
/// <param name="Faults">All that is wrong with it now, placed by hand or by the scenario.</param>
public sealed record ModelView(
    ModelId Id, string Name, string Provider, string ProviderName, string Dialect, Uri Url, string WireModel,
    IReadOnlyList<string> Domains, Uri StatusPage, FaultSet Faults)
{
    public static ModelView Of(SimulatedModel model, LiveWorld world, HttpRequest request)
    {
        var address = $"{request.Scheme}://{request.Host}/{model.Provider}";
        return new ModelView(
            model.Id, model.Name, model.Provider, Catalogue.ProviderName(model.Provider), model.Dialect, new Uri(address), model.WireName,
            world.DomainsOf(model), new Uri($"{address}/status"), world.FaultsOf(model));
    }
}

/// <summary>Answer of <c>GET /control/scenarios</c>: what plays, if anything, and what could.</summary>
public sealed record ScenarioListView(PlaybackView? Playing, IReadOnlyList<string> Available);

/// <summary>A scenario being played.</summary>
/// <param name="ScenarioTime">Where it stands, in its own time; never past its end.</param>
/// <param name="Phases">The phases on at that time.</param>
public sealed record PlaybackView(
    string Name, string Title, DateTimeOffset StartsAt, DateTimeOffset EndsAt, double Speed, bool SharesClock,
    DateTimeOffset PostedAt, DateTimeOffset ScenarioTime, bool Ended, IReadOnlyList<ScenarioPhase> Phases)
{
    public static PlaybackView Of(Playback playback, LiveWorld world)
    {
        var (scenario, now) = (playback.Scenario, playback.ScenarioTime(world.Now));
        return new PlaybackView(
            scenario.Name, scenario.Title, scenario.StartsAt, scenario.EndsAt, playback.Speed, playback.SharesClock,
            playback.PostedAt, now, playback.HasEnded(world.Now), Timeline.PhasesAt(scenario, now));
    }
}
