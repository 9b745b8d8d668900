using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Web.Public;

namespace StatusHub.Web.Live;

/// <summary>The view in the payloads that leave, and which of them say something new against another view.</summary>
public sealed class HealthNews
{
    private readonly Dictionary<ModelId, (ModelPayload Payload, byte[] Said)> _models = [];
    private readonly Dictionary<Guid, (IncidentPayload Payload, byte[] Said)> _incidents = [];

    public static readonly HealthNews None = new();

    public static HealthNews Of(HubView view)
    {
        var news = new HealthNews();
        foreach (var model in view.Models)
        {
            var payload = ModelPayload.Of(model, view.AsOf);
            news._models[model.Id] = (payload, Said(payload with { AsOf = default }));
        }

        foreach (var incident in view.Incidents)
        {
            var payload = IncidentPayload.Of(incident);
            news._incidents[incident.Id] = (payload, Said(payload));
        }

        return news;
    }

    public IEnumerable<ModelPayload> Models => _models.Values.Select(m => m.Payload);

    public IEnumerable<IncidentPayload> OpenIncidents => _incidents.Values.Select(i => i.Payload).Where(i => i.ResolvedAt is null);

    /// <summary>Models of which anything but the time of looking differs.</summary>
    public IReadOnlyList<ModelPayload> ModelsOtherThan(HealthNews before) =>
        [.. _models.Where(m => !before._models.TryGetValue(m.Key, out var old) || !old.Said.AsSpan().SequenceEqual(m.Value.Said)).Select(m => m.Value.Payload)];

    public IReadOnlyList<IncidentPayload> IncidentsOtherThan(HealthNews before) =>
        [.. _incidents.Where(i => !before._incidents.TryGetValue(i.Key, out var old) || !old.Said.AsSpan().SequenceEqual(i.Value.Said)).Select(i => i.Value.Payload)];

    private static byte[] Said<T>(T payload) => JsonSerializer.SerializeToUtf8Bytes(payload, JsonSerializerOptions.Web);
}
