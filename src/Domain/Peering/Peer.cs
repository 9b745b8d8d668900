using StatusHub.Domain.Sharing;

namespace StatusHub.Domain.Peering;

/// <summary>Which way this hub moves events by itself. A peer that pulls from us or pushes to us does so with a key of ours, whatever stands here.</summary>
[Flags]
public enum PeerDirection : short
{
    Pull = 1,
    Push = 2,
    Both = Pull | Push,
}

/// <summary>Values are stored: append, never renumber.</summary>
public enum PeerState : short
{
    /// <summary>Its public key has not been confirmed by a person; nothing is exchanged.</summary>
    Unconfirmed = 0,
    Active = 1,
    Paused = 2,
}

/// <summary>What may pass one way between two hubs.</summary>
/// <param name="Types">Event types; empty for all.</param>
/// <param name="Models">Model ids, or providers' alone (<c>anthropic</c>); empty for all. Events about no model pass.</param>
/// <param name="MaxMark">The strictest mark that may pass.</param>
public sealed record PeerTerms(IReadOnlyList<string> Types, IReadOnlyList<string> Models, SharingMark MaxMark)
{
    /// <summary>Most types, or models, one side of an agreement may name.</summary>
    public const int MaxNames = 100;

    public static readonly PeerTerms Public = new([], [], SharingMark.Clear);

    public bool Names(string type, string? subject) =>
        (Types.Count == 0 || Types.Contains(type))
        && (Models.Count == 0 || subject is null || Models.Any(m => subject == m || subject.StartsWith(m + "/", StringComparison.Ordinal)));
}

/// <summary>Another hub, and what was agreed with it. Belongs to the operator's organisation.</summary>
public sealed record Peer
{
    public const int MaxNameLength = 100;

    public required Guid OrgId { get; init; }

    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Its address as the operator gave it, without a trailing slash.</summary>
    public required string Url { get; init; }

    /// <summary>The <c>source</c> of its own events: who it is, whatever its address.</summary>
    public required string Hub { get; init; }

    /// <summary>Address of its feed, as it says itself; <c>/events</c> stands below.</summary>
    public required string Feed { get; init; }

    /// <summary>Its confirmed public key (<c>whpk_…</c>); null for a hub that signs nothing, or one not confirmed.</summary>
    public string? PublicKey { get; init; }

    /// <summary>The key it shows and nobody has confirmed yet; null when there is none.</summary>
    public string? OfferedKey { get; init; }

    public required PeerDirection Direction { get; init; }

    public required PeerTerms Gives { get; init; }

    public required PeerTerms Accepts { get; init; }

    /// <summary>Its key for us, sealed; null until its operator has given us one.</summary>
    public byte[]? Credential { get; init; }

    /// <summary>Id of our API key that it calls us with.</summary>
    public required Guid KeyId { get; init; }

    /// <summary>The subscription by which events are pushed to it; null when none are.</summary>
    public Guid? SubscriptionId { get; init; }

    public required PeerState State { get; init; }

    /// <summary>Goes up with every change, so that a loop that works with it begins anew.</summary>
    public int Version { get; init; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Short id in <see cref="HubPath"/>.</summary>
    public string ShortId => HubPath.IdOf(Hub);

    public bool IsPulled => State == PeerState.Active && Direction.HasFlag(PeerDirection.Pull) && Credential is not null;

    public bool IsPushed => State == PeerState.Active && Direction.HasFlag(PeerDirection.Push) && Credential is not null;
}

/// <summary>Where the exchange with a peer stands.</summary>
/// <param name="Cursor">The peer's own cursor, opaque; null for the beginning of what it still has.</param>
/// <param name="SeenAt">When it last answered or sent anything, hub time.</param>
/// <param name="Skew">Its clock minus ours; null before anything was heard.</param>
/// <param name="Lag">How old the newest event taken was; zero when there was nothing left to take.</param>
/// <param name="Taken">Events stored.</param>
/// <param name="Known">Events that stood in the log already.</param>
/// <param name="Dropped">Events not taken: what came back to us, and what the agreement leaves out.</param>
/// <param name="DroppedBecause">Reason of the last one dropped.</param>
/// <param name="Failures">Failed tries since the last good one.</param>
/// <param name="Fault">What went wrong last, for people; null when all is well.</param>
public sealed record PeerStand(
    string? Cursor,
    DateTimeOffset? SeenAt,
    TimeSpan? Skew,
    TimeSpan? Lag,
    long Taken,
    long Known,
    long Dropped,
    string? DroppedBecause,
    int Failures,
    string? Fault)
{
    public static readonly PeerStand New = new(null, null, null, null, 0, 0, 0, null, 0, null);
}
