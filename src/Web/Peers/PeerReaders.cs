using StatusHub.Domain.Events;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.Peering;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Web.Access;
using StatusHub.Web.Api;

namespace StatusHub.Web.Peers;

/// <summary>A peer that pulls with its key: it gets what the operator may read and what was agreed, written as it goes to another hub.</summary>
internal sealed record PeerReader(Peer Peer, EventReader Reader, PeerFormat Format)
{
    public ReadOnlyMemory<byte> Page(IEnumerable<LoggedEvent> events) => Format.Page(new PeerOffer(Peer.ShortId, Peer.Gives), events);
}

/// <summary>Tells peers from other readers of <c>GET /feed/events</c>.</summary>
internal sealed class PeerReaders(PeerReception reception, Readers readers, PeerFormat format)
{
    /// <summary>The peer that asks, or why it gets nothing; neither for everybody else.</summary>
    public async Task<(PeerReader? Peer, Answer? Refusal)> OfAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        if (context.Holder() is not { } holder)
        {
            return (null, null);
        }

        if (await reception.PeerOfAsync(holder, cancel) is { } peer)
        {
            return peer.State != PeerState.Active
                ? (null, PeerReception.Inactive(peer))
                : (new PeerReader(peer, await readers.OfAsync(peer.OrgId, cancel), format), null);
        }

        // Without an agreement the scope alone reads nothing: a peer gets what was agreed, not what an organisation may read.
        return holder.Scopes.Contains(Scopes.Read) || holder.Scopes.Contains(Scopes.Subscribe)
            ? (null, null)
            : (null, Problem.Answer(ProblemKind.Forbidden, "The key belongs to no agreement with a peer."));
    }
}
