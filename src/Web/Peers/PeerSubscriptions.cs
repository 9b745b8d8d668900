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
    PeerStore peers, SubscriptionStore subscriptions, SealedSecrets sealedSecrets, PeerSecrets secrets, EventLog log, DeliveryBell bell, Clocks clocks)
{
    // Two changes of one agreement seldom meet, let alone so many.
    private const int MostTurns = 10;

    /// <summary>
    /// Makes the peer's subscription say what was agreed, whoever changes the agreement meanwhile: it is looked at again until both are of one version,
    /// or a pause that met another change would not reach the subscription.
    /// </summary>
    /// <returns>Its id: the peer's own. Null when nothing is pushed and never was.</returns>
    public async Task<Guid?> FollowAsync(Peer peer, CancellationToken cancel)
    {
        for (var turn = 0; turn < MostTurns; turn++)
        {
            var (isWritten, id) = await WriteAsync(peer, cancel);
            if (await peers.FindAsync(peer.OrgId, peer.Id, cancel) is not { } now)
            {
                await EndAsync(peer, cancel);
                return null;
            }

            if (isWritten && now.Version == peer.Version)
            {
                return id;
            }

            peer = now;
        }

        throw new InvalidOperationException($"The agreement with peer {peer.Id} was changed {MostTurns} times while its subscription was written.");
    }

    private async Task<(bool IsWritten, Guid? Id)> WriteAsync(Peer peer, CancellationToken cancel)
    {
        var present = await subscriptions.FindOfPeerAsync(peer.OrgId, peer.Id, cancel);
        if (present is null && !peer.IsPushed)
        {
            return (true, null);
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
        var isWritten = present is null
            ? await subscriptions.TryAddAsync(wanted, await log.HeadAsync(cancel), int.MaxValue, int.MaxValue, cancel)
            : await subscriptions.UpdateAsync(wanted, cancel);
        bell.Ring();
        return (isWritten, peer.Id);
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
