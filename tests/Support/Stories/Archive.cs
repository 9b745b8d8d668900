using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Storage;

namespace StatusHub.Support.Stories;

/// <summary>One incident event of the log: what machines were told.</summary>
/// <param name="Notify">Subscribers are told; the others only see it on the page.</param>
public sealed record Notice(DateTimeOffset At, Guid Incident, string Phase, string Title, string? Message, bool Notify);

/// <summary>One state change of the log: what machines were told of a model.</summary>
/// <param name="Expected">Over by then with an even chance, and in four of five cases; null while nothing is estimated.</param>
public sealed record StateNews(DateTimeOffset At, string Model, string Status, (DateTimeOffset P50, DateTimeOffset P80)? Expected);

/// <summary>What stands written down when a story is over.</summary>
public sealed class Archive(StatusHubApp app)
{
    private const int Most = 10_000;

    /// <summary>All incidents with their models and updates, both oldest first.</summary>
    public async Task<IReadOnlyList<Incident>> IncidentsAsync(CancellationToken cancel)
    {
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        return await db.Incidents.AsNoTracking().AsSplitQuery()
            .Include(i => i.Models.OrderBy(m => m.StartedAt)).Include(i => i.Updates.OrderBy(u => u.At).ThenBy(u => u.Id))
            .OrderBy(i => i.StartedAt).ToListAsync(cancel);
    }

    public async Task<IReadOnlyList<Notice>> NoticesAsync(CancellationToken cancel) => [.. (await EventsAsync(EventTypes.Incident, cancel)).Select(Read)];

    public async Task<IReadOnlyList<StateNews>> StatesAsync(CancellationToken cancel) => [.. (await EventsAsync(EventTypes.ModelStatus, cancel)).Select(ReadState)];

    /// <summary>An endpoint's probes within a stretch of time, oldest first; at most <see cref="ObservationStore.MaxRows"/> of the newest.</summary>
    public async Task<IReadOnlyList<ProbeOutcome>> ProbesAsync(string model, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var endpoint = (await app.EndpointsAsync(cancel)).First(e => e.Model.Value == model);
        var newest = await app.Services.GetRequiredService<ObservationStore>()
            .LatestAsync(endpoint.OrgId, ModelId.Parse(model), endpoint.Id, from, ObservationStore.MaxRows, cancel);
        return [.. newest.Where(o => o.At < to).OrderBy(o => o.At)];
    }

    private async Task<IEnumerable<HubEvent>> EventsAsync(string type, CancellationToken cancel) =>
        (await app.Services.GetRequiredService<EventLog>().ReadAfterAsync(0, Most, cancel)).Select(e => e.Event).Where(e => e.Type == type);

    private static StateNews ReadState(HubEvent told)
    {
        using var json = JsonDocument.Parse(told.Data);
        var (data, eta) = (json.RootElement, json.RootElement.GetProperty("eta"));
        return new(
            told.Time, told.Subject!, data.GetProperty("status").GetString()!,
            eta.ValueKind == JsonValueKind.Null ? null : (eta.GetProperty("p50").GetDateTimeOffset(), eta.GetProperty("p80").GetDateTimeOffset()));
    }

    private static Notice Read(HubEvent told)
    {
        using var json = JsonDocument.Parse(told.Data);
        var data = json.RootElement;
        return new(
            told.Time, data.GetProperty("incidentId").GetGuid(), data.GetProperty("phase").GetString()!, data.GetProperty("title").GetString()!,
            data.GetProperty("message").GetString(), data.GetProperty("notify").GetBoolean());
    }
}
