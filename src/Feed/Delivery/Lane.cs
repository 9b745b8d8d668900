using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

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
internal sealed class Lane(HeldSubscription held, SubscriptionDefinition definition, SignatureSecrets? secrets, string? authorization, EventReader reader)
{
    /// <summary>Wanted events a lane remembers; beyond that it reads the log again when it comes there.</summary>
    public const int MaxPending = 128;

    private volatile bool _isRetired;
    private EventReader _reader = reader;

    public Guid Id { get; } = held.Subscription.Id;

    public Guid OrgId { get; } = held.Subscription.OrgId;

    public long Fence { get; } = held.Fence;

    public int Version { get; } = held.Subscription.Version;

    public SubscriptionDefinition Definition { get; } = definition;

    /// <summary>Null when their key is lost.</summary>
    public SignatureSecrets? Secrets { get; } = secrets;

    public string? Authorization { get; } = authorization;

    public string Host { get; } = definition.Sink.Authority;

    public Allowance? Allowance { get; } = held.Subscription.AllowedRate is { } rate ? new Allowance(Math.Max(1, rate)) : null;

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

    public bool HasRoom => Pending.Count < Math.Max(MaxPending, Definition.MaxBatch);

    public void Retire() => _isRetired = true;

    /// <summary>Looks at the next event; those it wants wait.</summary>
    public void Look(LoggedEvent logged, DecodedEvents decoded)
    {
        if (Definition.Wants(logged.Event, Reader, () => decoded.Of(logged)))
        {
            Pending.Add(logged);
        }

        Scanned = logged.Position;
    }

    /// <summary>Forgets what the stand says is done with.</summary>
    public void DropDone() => Pending.RemoveAll(e => e.Position <= Stand.Position);
}
