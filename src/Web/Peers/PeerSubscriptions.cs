using System.Text.Json.Nodes;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Peering;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Web.Peers;

/// <summary>The subscriptions by which events are pushed to peers: of the operator's organisation, made and changed only here.</summary>
public sealed class PeerSubscriptions(
    SubscriptionStore subscriptions, SealedSecrets sealedSecrets, PeerSecrets secrets, EventLog log, DeliveryBell bell, Clocks clocks)
{
    /// <summary>Makes the peer's subscription say what was agreed.</summary>
    /// <returns>Its id: the peer's own. Null when nothing is pushed and never was.</returns>
    public async Task<Guid?> FollowAsync(Peer peer, CancellationToken cancel)
    {
        var present = await subscriptions.FindOfPeerAsync(peer.OrgId, peer.Id, cancel);
        if (present is null && !peer.IsPushed)
        {
            return null;
        }

        var wanted = (present ?? New(peer)) with
        {
            Definition = DefinitionOf(peer),
            State = peer.IsPushed ? SubscriptionState.Active : SubscriptionState.Disabled,
            StateBecause = peer.IsPushed ? null : "The agreement with the peer pushes nothing now.",
            StateAt = clocks.Now,
            Credential = secrets.Open(peer.Credential) is { } key ? sealedSecrets.Seal("Bearer " + key) : null,
            UpdatedAt = clocks.Now,
        };
        if (present is null)
        {
            await subscriptions.AddAsync(wanted, await log.HeadAsync(cancel), cancel);
        }
        else
        {
            await subscriptions.UpdateAsync(wanted, cancel);
        }

        bell.Ring();
        return peer.Id;
    }

    public Task<bool> EndAsync(Peer peer, CancellationToken cancel) => subscriptions.DeleteOfPeerAsync(peer.OrgId, peer.Id, cancel);

    private Subscription New(Peer peer) => new()
    {
        OrgId = peer.OrgId,
        Id = peer.Id,
        Definition = "",
        State = SubscriptionState.Active,
        StateAt = clocks.Now,
        Secrets = sealedSecrets.Seal(SignatureSecrets.Of(WebhookSecret.Generate())), // every delivery bears a v1 signature; a peer looks at v1a
        CreatedAt = clocks.Now,
        UpdatedAt = clocks.Now,
    };

    private static string DefinitionOf(Peer peer)
    {
        var definition = new JsonObject
        {
            ["id"] = peer.Id.ToString(),
            ["sink"] = peer.Feed + "/events",
            ["protocol"] = "HTTP",
            ["config"] = new PeerOffer(peer.ShortId, peer.Gives).ToConfig(),
        };
        if (peer.Gives.Types.Count > 0)
        {
            definition["types"] = new JsonArray([.. peer.Gives.Types.Select(t => JsonValue.Create(t))]);
        }

        return definition.ToJsonString();
    }
}
