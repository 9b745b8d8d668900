using System.Collections.Frozen;
using Microsoft.AspNetCore.SignalR;
using StatusHub.Domain.Catalog;
using StatusHub.Web.Public;

namespace StatusHub.Web.Live;

/// <summary>
/// Public health for any SignalR client. After <see cref="Subscribe"/> the client is sent <c>ModelChanged</c> and
/// <c>IncidentChanged</c>: first what is, then every change, each in the shape of the v1 API. A client that is behind gets the
/// latest value of each, not every one in between.
/// </summary>
public sealed class HealthHub(CurrentView current, HealthAudience audience) : Hub
{
    /// <summary>Most models one subscription may name.</summary>
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

    /// <param name="models">Model ids; empty for all, also those to come. Replaces what was subscribed to before.</param>
    /// <exception cref="HubException">Too many ids, or one that is no model of this hub; nothing is changed then.</exception>
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

        var known = current.Value.Models.Select(m => m.Id).ToHashSet();
        var wanted = new HashSet<ModelId>();
        for (var i = 0; i < models.Length; i++)
        {
            if (!ModelId.TryParse(models[i], out var id) || !known.Contains(id))
            {
                throw new HubException($"There is no such model: number {i + 1} of the list.");
            }

            wanted.Add(id);
        }

        audience.Subscribe(Context.ConnectionId, wanted.Count == 0 ? null : wanted.ToFrozenSet());
    }
}
