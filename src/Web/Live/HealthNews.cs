using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Web.Api;
using StatusHub.Web.Public;

namespace StatusHub.Web.Live;

/// <summary>The view in the payloads that leave, and which of them say something new against another view.</summary>
public sealed class HealthNews
{
    private readonly Dictionary<ModelId, (ModelJson Payload, byte[] Said)> _models = [];
    private readonly Dictionary<Guid, (IncidentJson Payload, byte[] Said)> _incidents = [];

    public static readonly HealthNews None = new();

    public static HealthNews Of(HubView view, string publicUrl)
    {
        var news = new HealthNews();
        foreach (var model in view.Models)
        {
            var payload = ModelJson.Of(view, model);
            news._models[model.Id] = (payload, Said(payload with { AsOf = default }));
        }

        foreach (var incident in view.Incidents)
        {
            var payload = IncidentJson.Of(incident, publicUrl);
            news._incidents[incident.Id] = (payload, Said(payload));
        }

        return news;
    }

    public IEnumerable<ModelJson> Models => _models.Values.Select(m => m.Payload);

    public IEnumerable<IncidentJson> OpenIncidents => _incidents.Values.Select(i => i.Payload).Where(i => i.ResolvedAt is null);

    /// <summary>Models of which anything but the time of looking differs.</summary>
    public IReadOnlyList<ModelJson> ModelsOtherThan(HealthNews before) =>
        [.. _models.Where(m => !before._models.TryGetValue(m.Key, out var old) || !old.Said.AsSpan().SequenceEqual(m.Value.Said)).Select(m => m.Value.Payload)];

    public IReadOnlyList<IncidentJson> IncidentsOtherThan(HealthNews before) =>
        [.. _incidents.Where(i => !before._incidents.TryGetValue(i.Key, out var old) || !old.Said.AsSpan().SequenceEqual(i.Value.Said)).Select(i => i.Value.Payload)];

    private static byte[] Said<T>(T payload) => JsonSerializer.SerializeToUtf8Bytes(payload, ApiJson.Options);
}
