using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Public;

namespace StatusHub.Web.Live;

/// <summary>Everybody connected to <see cref="HealthHub"/> on this node; follows the hub's view and hands the news to each listener's slots.</summary>
public sealed class HealthAudience(
    IHubContext<HealthHub> hub, CurrentView current, Clocks clocks, IOptions<HubOptions> named, IOptions<HealthHubOptions> options) : BackgroundService
{
    private readonly ConcurrentDictionary<string, (HealthListener Listener, string Address)> _listeners = new(StringComparer.Ordinal);
    private readonly OpenByAddress _addresses = new();
    private HealthNews _news = HealthNews.None;
    private NewsOfView? _ofView;

    public int Count => _listeners.Count;

    /// <returns>False when the node or the client's address has as many connections as it may.</returns>
    internal bool TryJoin(HubCallerContext context)
    {
        var address = Address(context);
        if (!_addresses.TryEnter(address, options.Value.ConnectionsPerAddress))
        {
            return false;
        }

        if (_listeners.Count >= options.Value.Connections)
        {
            _addresses.Leave(address);
            return false;
        }

        var listener = new HealthListener(
            context, hub.Clients.Client(context.ConnectionId), HealthKeys.Of(context.GetHttpContext()), clocks.Real, TimeSpan.FromSeconds(options.Value.SlowSeconds));
        _listeners[context.ConnectionId] = (listener, address);
        _ = listener.PumpAsync();
        return true;
    }

    internal void Leave(string connection)
    {
        if (_listeners.TryRemove(connection, out var left))
        {
            _addresses.Leave(left.Address);
        }
    }

    internal IEnumerable<HealthListener> Listeners => _listeners.Values.Select(l => l.Listener);

    internal void SubscribeIncidents(string connection)
    {
        if (_listeners.TryGetValue(connection, out var found))
        {
            found.Listener.SubscribeIncidents(NewsOf(current.Value));
        }
    }

    internal void Subscribe(string connection, HealthWish wanted)
    {
        if (_listeners.TryGetValue(connection, out var found))
        {
            // From the view itself, which may be newer than the last news: a change between the two arrives twice, never not at all.
            found.Listener.Subscribe(wanted, NewsOf(current.Value));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var view = current.Value;
            Tell(NewsOf(view));
            await current.WhenOtherThanAsync(view).WaitAsync(stoppingToken);
            await Task.Delay(TimeSpan.FromMilliseconds(options.Value.CoalesceMilliseconds), clocks.Real, stoppingToken);
        }
    }

    // Worked out once a view, however many subscribe.
    private HealthNews NewsOf(HubView view)
    {
        var known = Volatile.Read(ref _ofView);
        if (known is null || !ReferenceEquals(known.View, view))
        {
            known = new NewsOfView(view, HealthNews.Of(view, named.Value.PublicUrl));
            Volatile.Write(ref _ofView, known);
        }

        return known.News;
    }

    private sealed record NewsOfView(HubView View, HealthNews News);

    private void Tell(HealthNews news)
    {
        var (models, incidents) = (news.ModelsOtherThan(_news), news.IncidentsOtherThan(_news));
        _news = news;
        if (models.Count + incidents.Count == 0)
        {
            return;
        }

        foreach (var (listener, _) in _listeners.Values)
        {
            listener.Put(models, incidents);
        }
    }

    private static string Address(HubCallerContext context) =>
        (context.Features.Get<IHttpContextFeature>()?.HttpContext?.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
}
