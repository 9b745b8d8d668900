using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using StatusHub.Web.Api;

namespace StatusHub.Web.Live;

/// <summary>
/// One client: a slot for the latest value of each model, incident and advice it has not been sent yet, and a pump that sends them
/// at the client's own pace. Whoever puts values in never waits for anybody's network.
/// </summary>
internal sealed class HealthListener(HubCallerContext context, ISingleClientProxy client, string? key, TimeProvider clock, TimeSpan slow)
{
    /// <summary>Most events a client that is behind has waiting; the oldest go first.</summary>
    public const int MaxEvents = 256;

    private readonly Lock _gate = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Dictionary<string, ModelJson> _models = [];
    private Dictionary<Guid, IncidentJson> _incidents = [];
    private OrderedDictionary<string, HealthEvent> _events = [];
    private HealthWish? _wanted;
    private bool _everyIncident;

    /// <summary>The API key it came with; null for a guest.</summary>
    public string? Key => key;

    public void Subscribe(HealthWish wanted, HealthNews now)
    {
        lock (_gate)
        {
            _wanted = wanted;
            _models = [];
            _incidents = [];
        }

        Put(now.Models, now.OpenIncidents);
    }

    public void SubscribeIncidents(HealthNews now)
    {
        lock (_gate)
        {
            _everyIncident = true;
        }

        Put([], now.OpenIncidents);
    }

    public void Put(IEnumerable<ModelJson> models, IEnumerable<IncidentJson> incidents)
    {
        lock (_gate)
        {
            foreach (var model in models.Where(m => _wanted?.Wants(m.Id) == true))
            {
                _models[model.Id] = model;
            }

            foreach (var incident in incidents.Where(i => _everyIncident || (_wanted is { } wanted && (wanted.WantsAll || i.Impact.Any(hit => wanted.Wants(hit.Model))))))
            {
                _incidents[incident.Id] = incident;
            }

            if (_models.Count + _incidents.Count > 0)
            {
                _wake.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>An event the client may read.</summary>
    public void Put(HealthEvent e)
    {
        lock (_gate)
        {
            if (_wanted is not { } wanted || !(wanted.WantsAll || (e.Subject is { } subject && wanted.Wants(subject))))
            {
                return;
            }

            _events.Remove(e.Slot);
            _events[e.Slot] = e;
            if (_events.Count > MaxEvents)
            {
                _events.RemoveAt(0);
            }

            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Sends until the client is gone; one that does not take a message in time is dropped.</summary>
    public async Task PumpAsync()
    {
        try
        {
            await foreach (var _ in _wake.Reader.ReadAllAsync(context.ConnectionAborted))
            {
                foreach (var (name, value) in Take())
                {
                    await client.SendAsync(name, value, context.ConnectionAborted).WaitAsync(slow, clock, context.ConnectionAborted);
                }
            }
        }
        catch (TimeoutException)
        {
            context.Abort();
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }

    private List<(string Name, object Value)> Take()
    {
        lock (_gate)
        {
            List<(string, object)> taken =
            [
                .. _models.Values.Select(m => ("ModelChanged", (object)m)),
                .. _incidents.Values.Select(i => ("IncidentChanged", (object)i)),
                .. _events.Values.Select(e => (e.Message, (object)e.Json)),
            ];
            _models = [];
            _incidents = [];
            _events = [];
            return taken;
        }
    }
}

/// <summary>An event as clients of the hub get it.</summary>
/// <param name="Message">Name of the client's method.</param>
/// <param name="Slot">Events of one slot replace one another while the client is behind.</param>
/// <param name="Subject">The model it is about, if any.</param>
internal sealed record HealthEvent(string Message, string Slot, string? Subject, JsonElement Json);
