namespace StatusHub.Domain.Deliveries;

/// <summary>Where the delivery of one subscription stands: all that outlives the process that delivers.</summary>
/// <param name="Position">Log position up to which everything is done with: delivered, not wanted, or put aside.</param>
public sealed record DeliveryStand(long Position)
{
    /// <summary>Attempts at what comes next, counted before each is sent.</summary>
    public int Attempt { get; init; }

    /// <summary>The last attempts that were begun and of which nothing was ever recorded: their process ended, or lost its lease.</summary>
    public int Unrecorded { get; init; }

    /// <summary>
    /// Last log position of what was begun and is not done with. What is sent again ends there, so that a batch sent again holds
    /// the same events; null when nothing is under way.
    /// </summary>
    public long? Through { get; init; }

    /// <summary>Not before this instant, in hub time; null for at once.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>When the first failure since the last success was recorded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public int Failures { get; init; }

    /// <summary>Whether its owner was told that it fails and will be stopped.</summary>
    public bool Warned { get; init; }
}

/// <summary>A subscription this node delivers to, as the table has it now.</summary>
/// <param name="Fence">Goes up with every change of hands, and with every change of where it stands that did not come from its holder.</param>
public sealed record Holding(Guid SubscriptionId, long Fence, int Version);

/// <summary>A held subscription, read whole.</summary>
public sealed record HeldSubscription(Subscription Subscription, long Fence, DeliveryStand Stand);

/// <summary>A subscription for which the log waited long enough.</summary>
/// <param name="From">Log position up to which it had come.</param>
/// <param name="To">Log position behind which it goes on.</param>
public sealed record PassedOver(Guid OrgId, Guid SubscriptionId, long From, long To);

/// <summary>How many nodes deliver and how much there is to share.</summary>
public sealed record DeliveryShare(int Nodes, int Subscriptions);
