using System.Collections.Frozen;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using StatusHub.Domain.Catalog;
using StatusHub.Web.Api;

namespace StatusHub.Web.Live;

/// <summary>
/// One client: a slot for the latest value of each model and incident it has not been sent yet, and a pump that sends them at the
/// client's own pace. Whoever puts values in never waits for anybody's network.
/// </summary>
internal sealed class HealthListener(HubCallerContext context, ISingleClientProxy client, TimeProvider clock, TimeSpan slow)
{
    private readonly Lock _gate = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Dictionary<string, ModelJson> _models = [];
    private Dictionary<Guid, IncidentJson> _incidents = [];
    private FrozenSet<string>? _wanted;
    private bool _subscribed;

    /// <param name="wanted">Model ids; null for all.</param>
    public void Subscribe(FrozenSet<ModelId>? wanted, HealthNews now)
    {
        lock (_gate)
        {
            _wanted = wanted?.Select(id => id.Value).ToFrozenSet(StringComparer.Ordinal);
            _subscribed = true;
            _models = [];
            _incidents = [];
        }

        Put(now.Models, now.OpenIncidents);
    }

    public void Put(IEnumerable<ModelJson> models, IEnumerable<IncidentJson> incidents)
    {
        lock (_gate)
        {
            if (!_subscribed)
            {
                return;
            }

            foreach (var model in models.Where(m => _wanted?.Contains(m.Id) ?? true))
            {
                _models[model.Id] = model;
            }

            foreach (var incident in incidents.Where(i => _wanted is null || i.Impact.Any(hit => _wanted.Contains(hit.Model))))
            {
                _incidents[incident.Id] = incident;
            }

            if (_models.Count + _incidents.Count > 0)
            {
                _wake.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>Sends until the client is gone; one that does not take a message in time is dropped.</summary>
    public async Task PumpAsync()
    {
        try
        {
            await foreach (var _ in _wake.Reader.ReadAllAsync(context.ConnectionAborted))
            {
                var (models, incidents) = Take();
                foreach (var model in models)
                {
                    await client.SendAsync("ModelChanged", model, context.ConnectionAborted).WaitAsync(slow, clock, context.ConnectionAborted);
                }

                foreach (var incident in incidents)
                {
                    await client.SendAsync("IncidentChanged", incident, context.ConnectionAborted).WaitAsync(slow, clock, context.ConnectionAborted);
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

    private (IReadOnlyCollection<ModelJson> Models, IReadOnlyCollection<IncidentJson> Incidents) Take()
    {
        lock (_gate)
        {
            var taken = (_models.Values, _incidents.Values);
            _models = [];
            _incidents = [];
            return taken;
        }
    }
}
