using System.ComponentModel.DataAnnotations;

namespace StatusHub.Feed.Delivery;

/// <summary>Limits and times of the engine that delivers. All times are real, but for what receivers are promised.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Seconds a node's lease lasts: a killed node's subscriptions are delivered to by another that soon.</summary>
    [Range(1, 300)]
    public double LeaseSeconds { get; set; } = 15;

    /// <summary>Milliseconds between two renewals of the lease.</summary>
    [Range(50, 60_000)]
    public int RenewMilliseconds { get; set; } = 4_000;

    /// <summary>Milliseconds between two looks for subscriptions that are new, changed or given to another node.</summary>
    [Range(50, 60_000)]
    public int LookMilliseconds { get; set; } = 1_000;

    /// <summary>Subscriptions a node takes over at one look.</summary>
    [Range(1, 100_000)]
    public int ClaimAtOnce { get; set; } = 5_000;

    /// <summary>Subscriptions a node holds at most.</summary>
    [Range(1, 1_000_000)]
    public int MaxHeld { get; set; } = 50_000;

    /// <summary>Attempts the node may have under way, slow ones included.</summary>
    [Range(1, 100_000)]
    public int MaxInFlight { get; set; } = 2_048;

    /// <summary>Attempts at receivers that are quick and well. One that turns out slow gives its place up while it still runs.</summary>
    [Range(1, 100_000)]
    public int QuickPlaces { get; set; } = 256;

    /// <summary>Attempts at receivers known to be slow or failing, at a time.</summary>
    [Range(1, 100_000)]
    public int SlowPlaces { get; set; } = 128;

    /// <summary>Attempts for one organisation at a time.</summary>
    [Range(1, 100_000)]
    public int PlacesPerOrganisation { get; set; } = 64;

    /// <summary>Milliseconds after which an attempt is slow.</summary>
    [Range(10, 60_000)]
    public int SlowMilliseconds { get; set; } = 1_000;

    /// <summary>Most deliveries covered by one preparation: what a crash repeats at most.</summary>
    [Range(1, 256)]
    public int MaxRun { get; set; } = 64;

    /// <summary>Milliseconds after which a run is recorded where it stands, and a subscription with more to send lets others go first.</summary>
    [Range(10, 60_000)]
    public int TurnMilliseconds { get; set; } = 1_000;

    /// <summary>Seconds between two writings of how far subscriptions that wanted nothing have come.</summary>
    [Range(1, 3_600)]
    public int FlushSeconds { get; set; } = 60;

    /// <summary>Seconds a stopping node waits for attempts under way; more than an exchange may take.</summary>
    [Range(0, 300)]
    public int DrainSeconds { get; set; } = 17;

    /// <summary>Milliseconds before a database that is away is tried again.</summary>
    [Range(50, 60_000)]
    public int RetryMilliseconds { get; set; } = 500;

    /// <summary>Seconds a process has lived before it tries what its forerunners may have ended of.</summary>
    [Range(0, 3_600)]
    public double SettledSeconds { get; set; } = 30;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    internal TimeSpan Slow => TimeSpan.FromMilliseconds(SlowMilliseconds);

    internal TimeSpan Turn => TimeSpan.FromMilliseconds(TurnMilliseconds);
}
