namespace StatusHub.Domain.Deliveries;

/// <summary>Whether a subscription is delivered to. Values are stored: append, never renumber.</summary>
public enum SubscriptionState : short
{
    /// <summary>The receiver has not yet said that it wants deliveries.</summary>
    AwaitingConsent = 0,
    Active = 1,

    /// <summary>Stopped where it stands: by its owner, or after days of nothing but failure.</summary>
    Disabled = 2,

    /// <summary>The receiver is gone for good (410).</summary>
    Ended = 3,
}

/// <summary>Who is to be told what, and where: one subscription of an organisation.</summary>
public sealed record Subscription
{
    /// <summary><c>config.format</c> of those the hub makes for its peers.</summary>
    public const string PeerFormat = "peer";

    public required Guid OrgId { get; init; }

    public required Guid Id { get; init; }

    /// <summary>The object of the CloudEvents Subscriptions API as it was accepted, JSON, without secrets.</summary>
    public required string Definition { get; init; }

    /// <summary>Goes up with every change, so that those who deliver know to read it again.</summary>
    public int Version { get; init; } = 1;

    public required SubscriptionState State { get; init; }

    /// <summary>Why it is in this state, for its owner; null when nothing needs saying.</summary>
    public string? StateBecause { get; init; }

    public required DateTimeOffset StateAt { get; init; }

    /// <summary>Signing secrets, sealed.</summary>
    public required byte[] Secrets { get; init; }

    /// <summary>What the receiver wants to see in Authorization, sealed; null for nothing.</summary>
    public byte[]? Credential { get; init; }

    /// <summary>SHA-256 of the token in the callback address by which a receiver may consent later.</summary>
    public byte[]? ConsentToken { get; init; }

    /// <summary>When a consent not given by then no longer counts.</summary>
    public DateTimeOffset? ConsentUntil { get; init; }

    /// <summary>Deliveries a minute the receiver allows; null for any number.</summary>
    public int? AllowedRate { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
