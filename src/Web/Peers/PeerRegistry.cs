using StatusHub.Domain.Peering;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Feed.Peering;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Peers;

/// <summary>Agreements with other hubs: learned from what the other says of itself, confirmed by a person, changed and ended.</summary>
public sealed class PeerRegistry(
    PeerStore peers, PeerClient client, PeerSecrets secrets, PeerSubscriptions subscriptions, ApiKeys keys, HubIdentity hub, Clocks clocks)
{
    public Task<IReadOnlyList<Peer>> ListAsync(Guid orgId, CancellationToken cancel) => peers.ListAsync(orgId, cancel);

    public Task<Peer?> FindAsync(Guid orgId, Guid id, CancellationToken cancel) => peers.FindAsync(orgId, id, cancel);

    /// <summary>Asks the other hub who it is and writes the agreement down; unconfirmed unless its public key was given with it.</summary>
    public async Task<PeerAnswer> CreateAsync(Guid orgId, PeerRequest wanted, CancellationToken cancel)
    {
        var (identity, fault) = await client.IdentifyAsync(wanted.Address, cancel);
        if (Refusal(identity, fault, wanted) is { } errors)
        {
            return new PeerAnswer.Invalid(errors);
        }

        var known = await peers.ListAsync(orgId, cancel);
        if (known.Count >= PeerStore.MaxPeers || known.Any(p => p.Hub == identity!.Hub))
        {
            return new PeerAnswer.Conflict(known.Count >= PeerStore.MaxPeers ? $"A hub has at most {PeerStore.MaxPeers} peers." : "This hub is a peer already.");
        }

        var (key, text) = await keys.IssueAsync(orgId, $"peer {wanted.Name}", [Scopes.Peer], [], cancel);
        var peer = Confirm(New(orgId, wanted, identity!, key.Id), wanted.PublicKey);
        if (!await peers.AddAsync(peer, cancel))
        {
            await keys.RevokeAsync(orgId, key.Id, cancel);
            return new PeerAnswer.Conflict("This hub is a peer already.");
        }

        return new PeerAnswer.Created(await WithSubscriptionAsync(peer, cancel), text);
    }

    /// <summary>Replaces an agreement; without a key the present one stays. A peer stays the hub it is, though its address may change.</summary>
    public async Task<PeerAnswer> ReplaceAsync(Guid orgId, Guid id, PeerRequest wanted, CancellationToken cancel)
    {
        if (await peers.FindAsync(orgId, id, cancel) is not { } peer)
        {
            return new PeerAnswer.Missing();
        }

        var (identity, fault) = await client.IdentifyAsync(wanted.Address, cancel);
        if (Refusal(identity, fault, wanted) is { } errors)
        {
            return new PeerAnswer.Invalid(errors);
        }

        if (identity!.Hub != peer.Hub)
        {
            return new PeerAnswer.Invalid([new("/url", "other", "Another hub answers there; it would be another peer.")]);
        }

        var offered = identity.PublicKey?.Text;
        var changed = peer with
        {
            Name = wanted.Name!.Trim(),
            Url = wanted.Address.AbsoluteUri.TrimEnd('/'),
            Feed = identity.Feed.AbsoluteUri.TrimEnd('/'),
            OfferedKey = offered == peer.PublicKey ? null : offered,
            Direction = wanted.Way,
            Gives = wanted.Gives,
            Accepts = wanted.Accepts,
            Credential = wanted.Key is null ? peer.Credential : secrets.Seal(wanted.Key),
        };
        return await WriteAsync(Confirm(changed, wanted.PublicKey), cancel);
    }

    /// <summary>Confirms the public key that the peer showed: a person has compared it.</summary>
    /// <param name="publicKey">Null for a peer that shows none.</param>
    public async Task<PeerAnswer> ConfirmAsync(Guid orgId, Guid id, string? publicKey, CancellationToken cancel)
    {
        if (await peers.FindAsync(orgId, id, cancel) is not { } peer)
        {
            return new PeerAnswer.Missing();
        }

        return publicKey == (peer.OfferedKey ?? peer.PublicKey)
            ? await WriteAsync(Pinned(peer), cancel)
            : new PeerAnswer.Invalid([new("/publicKey", "other", "This is not the key the peer shows.")]);
    }

    /// <summary>Stops the exchange where it stands, or goes on from there. An unconfirmed peer stays so.</summary>
    public async Task<PeerAnswer> PauseAsync(Guid orgId, Guid id, bool pause, CancellationToken cancel) =>
        await peers.FindAsync(orgId, id, cancel) switch
        {
            null => new PeerAnswer.Missing(),
            { State: PeerState.Unconfirmed } => new PeerAnswer.Conflict("The peer's public key is not confirmed yet."),
            var peer => await WriteAsync(peer with { State = pause ? PeerState.Paused : PeerState.Active }, cancel),
        };

    /// <summary>Ends an agreement: its key with us is revoked, its subscription is gone. What it gave stays in the log.</summary>
    public async Task<bool> DeleteAsync(Guid orgId, Guid id, CancellationToken cancel)
    {
        if (await peers.FindAsync(orgId, id, cancel) is not { } peer)
        {
            return false;
        }

        await keys.RevokeAsync(orgId, peer.KeyId, cancel);
        await subscriptions.EndAsync(peer, cancel);
        return await peers.DeleteAsync(orgId, id, cancel);
    }

    private List<InputError>? Refusal(PeerIdentity? identity, string? fault, PeerRequest wanted) =>
        identity is null ? [new("/url", "unreachable", $"No hub could be asked who it is. {fault}")]
        : identity.Hub == hub.Source ? [new("/url", "own", "This is the hub itself.")]
        : wanted.PublicKey is not null && wanted.PublicKey != identity.PublicKey?.Text ? [new("/publicKey", "other", "This is not the key the hub there shows.")]
        : null;

    private Peer New(Guid orgId, PeerRequest wanted, PeerIdentity identity, Guid keyId) => new()
    {
        OrgId = orgId,
        Id = Guid.CreateVersion7(clocks.Now),
        Name = wanted.Name!.Trim(),
        Url = wanted.Address.AbsoluteUri.TrimEnd('/'),
        Hub = identity.Hub,
        Feed = identity.Feed.AbsoluteUri.TrimEnd('/'),
        OfferedKey = identity.PublicKey?.Text,
        Direction = wanted.Way,
        Gives = wanted.Gives,
        Accepts = wanted.Accepts,
        Credential = wanted.Key is null ? null : secrets.Seal(wanted.Key),
        KeyId = keyId,
        State = PeerState.Unconfirmed,
        CreatedAt = clocks.Now,
        UpdatedAt = clocks.Now,
    };

    private static Peer Confirm(Peer peer, string? publicKey) => publicKey is not null && publicKey == peer.OfferedKey ? Pinned(peer) : peer;

    private static Peer Pinned(Peer peer) => peer with
    {
        PublicKey = peer.OfferedKey ?? peer.PublicKey,
        OfferedKey = null,
        State = peer.State == PeerState.Unconfirmed ? PeerState.Active : peer.State,
    };

    private async Task<PeerAnswer> WriteAsync(Peer peer, CancellationToken cancel)
    {
        var changed = peer with { UpdatedAt = clocks.Now };
        return await peers.UpdateAsync(changed, cancel)
            ? new PeerAnswer.Changed(await WithSubscriptionAsync(changed with { Version = changed.Version + 1 }, cancel))
            : new PeerAnswer.Conflict("Somebody else changed the peer meanwhile. Read it again.");
    }

    // The subscription follows the agreement; one written and not noted is found by its id, which is the peer's.
    private async Task<Peer> WithSubscriptionAsync(Peer peer, CancellationToken cancel)
    {
        var id = await subscriptions.FollowAsync(peer, cancel);
        if (id == peer.SubscriptionId)
        {
            return peer;
        }

        var noted = peer with { SubscriptionId = id };
        return await peers.UpdateAsync(noted, cancel) ? noted with { Version = noted.Version + 1 } : peer;
    }
}
