using StatusHub.Domain.Sharing;

namespace StatusHub.Domain.Peering;

/// <summary>What becomes of an event that meets an agreement between hubs. Only <see cref="Pass"/> goes through.</summary>
public enum PeerVerdict
{
    Pass,

    /// <summary>It has been at the hub it would go to.</summary>
    Loop,

    /// <summary>It has come through as many hubs as it may, or its path cannot be read.</summary>
    TooFar,

    /// <summary>The agreement leaves out its type or its model.</summary>
    NotAgreed,

    /// <summary>Its mark is stricter than the agreement lets pass.</summary>
    TooPrivate,
}

/// <summary>The rules between hubs, as pure functions.</summary>
public static class PeerRules
{
    /// <summary>
    /// Whether an event may go to a peer. Marks go down one step a hub and paths grow by us; id, source, time and data stay as they are.
    /// </summary>
    /// <param name="own">Our short id.</param>
    /// <param name="theirs">The short id of the peer.</param>
    public static PeerVerdict Give(string source, string type, string? subject, SharingMark mark, HubPath path, PeerTerms gives, string own, string theirs) =>
        HubPath.IdOf(source) == theirs || path.Holds(theirs) || path.Holds(own) ? PeerVerdict.Loop
        : path.Hops >= HubPath.MaxHops ? PeerVerdict.TooFar
        : !gives.Names(type, subject) ? PeerVerdict.NotAgreed
        : mark > gives.MaxMark || SharingRules.OneHopOn(mark) is null ? PeerVerdict.TooPrivate
        : PeerVerdict.Pass;

    /// <summary>Whether an event that a peer gave is taken. Its mark is already the one it has here.</summary>
    /// <param name="ownSource">The <c>source</c> of our own events: what we said does not come back as news.</param>
    public static PeerVerdict Take(string source, string type, string? subject, SharingMark mark, HubPath path, PeerTerms accepts, string ownSource) =>
        source == ownSource || path.Holds(HubPath.IdOf(ownSource)) ? PeerVerdict.Loop
        : path.Hops > HubPath.MaxHops ? PeerVerdict.TooFar
        : !accepts.Names(type, subject) ? PeerVerdict.NotAgreed
        : mark > accepts.MaxMark ? PeerVerdict.TooPrivate
        : PeerVerdict.Pass;
}
