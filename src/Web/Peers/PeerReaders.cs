using StatusHub.Domain.Events;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
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
internal sealed class PeerReaders(ApiKeys keys, PeerReception reception, Readers readers, PeerFormat format)
{
    private const string Bearer = "Bearer ";

    /// <summary>The peer that asks, or why it gets nothing; neither for everybody else.</summary>
    public async Task<(PeerReader? Peer, Answer? Refusal)> OfAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return (null, null);
        }

        var holder = context.Holder()
            ?? (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? await keys.FindAsync(header[Bearer.Length..].Trim(), cancel) : null);
        if (holder is null)
        {
            // Who believes to read with a key is not to be shown less without a word.
            return (null, Problem.Answer(ProblemKind.Unauthorized, "The key is unknown or revoked."));
        }

        return await reception.PeerOfAsync(holder, cancel) is not { } peer ? (null, null)
            : peer.State != PeerState.Active ? (null, PeerReception.Inactive(peer))
            : (new PeerReader(peer, await readers.OfAsync(peer.OrgId, cancel), format), null);
    }
}
