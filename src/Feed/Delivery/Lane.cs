using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.Subscriptions;

namespace StatusHub.Feed.Delivery;

internal enum LaneState
{
    /// <summary>Nothing to send, as far as was looked.</summary>
    Idle,

    /// <summary>In line for a place.</summary>
    Ready,

    /// <summary>A time has to come first.</summary>
    Waiting,

    /// <summary>Its run has it; nobody else touches it.</summary>
    Running,
}

/// <summary>
/// A held subscription on its way through the log, under one fencing number. It belongs to the engine's loop, and while it runs to its run.
/// </summary>
internal sealed class Lane(HeldSubscription held, Addressee to, EventReader reader, Allowance? allowance)
{
    /// <summary>Wanted events a lane remembers; beyond that it reads the log again when it comes there.</summary>
    public const int MaxPending = 128;

    private volatile bool _isRetired;
    private EventReader _reader = reader;

    public Guid Id { get; } = held.Subscription.Id;

    public Guid OrgId { get; } = held.Subscription.OrgId;

    public long Fence { get; } = held.Fence;

    public int Version { get; } = held.Subscription.Version;

    public Addressee To { get; } = to;

    public SubscriptionDefinition Definition => To.Definition;

    public string Host { get; } = to.Definition.Sink.Authority;

    /// <summary>What its receiver allows; null for any number. It outlives the lane.</summary>
    public Allowance? Allowance { get; } = allowance;

    public EventReader Reader
    {
        get => Volatile.Read(ref _reader);
        set => Volatile.Write(ref _reader, value);
    }

    public DeliveryStand Stand { get; set; } = held.Stand;

    /// <summary>The stand as the table has it.</summary>
    public DeliveryStand Written { get; set; } = held.Stand;

    /// <summary>Wanted events not done with, in log order, all within <see cref="Scanned"/>.</summary>
    public List<LoggedEvent> Pending { get; } = [];

    /// <summary>How far the log was looked through for it.</summary>
    public long Scanned { get; private set; } = held.Stand.Position;

    /// <summary>Deliveries the next preparation covers.</summary>
    public int Window { get; set; } = 1;

    public TimeSpan LastTook { get; set; }

    public LaneState State { get; set; }

    /// <summary>Real timestamp at which the attempt under way began; 0 when none is.</summary>
    public long AttemptBegan;

    /// <summary>Whether its place is one of the slow ones.</summary>
    public bool HasSlowPlace { get; set; }

    /// <summary>Somebody else's by now, or to be read again: it sends nothing more.</summary>
    public bool IsRetired => _isRetired;

    /// <summary>A look found it changed or given away: what there is of it now is looked for at once.</summary>
    public bool IsDropped { get; set; }

    /// <summary>
    /// Whether what was begun before can be cut the same way again: the log was looked through to where it ended. Whoever held it then may
    /// have known more of the log than this node does.
    /// </summary>
    public bool IsWhole => Stand.Through is not { } through || Scanned >= through || !HasRoom;

    public bool HasWork => Pending.Count > 0 && IsWhole;

    public bool HasRoom => Pending.Count < Math.Max(MaxPending, Definition.MaxBatch);

    public void Retire() => _isRetired = true;

    /// <summary>Looks at the next event; those it wants wait.</summary>
    public void Look(LoggedEvent logged, DecodedEvents decoded)
    {
        if (Wants(logged, decoded))
        {
            Pending.Add(logged);
        }

        Scanned = logged.Position;
    }

    /// <summary>The log holds nothing more up to there.</summary>
    public void SkipTo(long position) => Scanned = Math.Max(Scanned, position);

    private bool Wants(LoggedEvent logged, DecodedEvents decoded)
    {
        try
        {
            return Definition.Wants(logged.Event, Reader, () => decoded.Of(logged));
        }
        catch (InvalidOperationException)
        {
            return false; // what cannot be read back matches nothing, and must not keep the others from their events
        }
    }

    /// <summary>Forgets what the stand says is done with.</summary>
    public void DropDone() => Pending.RemoveAll(e => e.Position <= Stand.Position);
}
