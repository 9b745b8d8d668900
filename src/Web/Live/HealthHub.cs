using Microsoft.AspNetCore.SignalR;
using StatusHub.Web.Public;

namespace StatusHub.Web.Live;

/// <summary>
/// Health for any SignalR client. After <see cref="Subscribe"/> the client is sent <c>ModelChanged</c> and <c>IncidentChanged</c>:
/// first what is, then every change, each in the shape of the v1 API; and <c>FallbackChanged</c>, <c>EscalationChanged</c> and
/// <c>SignalRaised</c>, each the whole CloudEvent, of those it may read. With a key (bearer, or <c>access_token</c>) it also hears what is shared with the key's
/// organisation. A client that is behind gets the latest value of each, not every one in between.
/// </summary>
public sealed class HealthHub(CurrentView current, HealthAudience audience) : Hub
{
    /// <summary>Most names one subscription may hold.</summary>
    public const int MaxModels = 500;

    public override Task OnConnectedAsync()
    {
        if (!audience.TryJoin(Context))
        {
            Context.Abort();
        }

        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        audience.Leave(Context.ConnectionId);
        return Task.CompletedTask;
    }

    /// <summary>Models, and the incidents that hit them.</summary>
    /// <param name="models">Model ids, or <c>provider/*</c> for all of a provider; empty for all, also those to come. Replaces what was subscribed to before.</param>
    /// <exception cref="HubException">Too many names, or one that is nothing of this hub; nothing is changed then.</exception>
    public void Subscribe(string[]? models)
    {
        if (models is null)
        {
            throw new HubException("Give a list of model ids; an empty one means all.");
        }

        if (models.Length > MaxModels)
        {
            throw new HubException($"Name at most {MaxModels} models, or none for all.");
        }

        audience.Subscribe(Context.ConnectionId, HealthWish.Of(models, current.Value.Models.Select(m => m.Id).ToHashSet()));
    }

    /// <summary>Every incident, whatever models are subscribed to.</summary>
    public void SubscribeIncidents() => audience.SubscribeIncidents(Context.ConnectionId);
}
