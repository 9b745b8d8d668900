using System.ComponentModel.DataAnnotations;

namespace StatusHub.Feed.Subscriptions;

/// <summary>What organisations may subscribe to, and how their receivers are asked (section <c>Subscriptions</c>).</summary>
public sealed class SubscriptionOptions
{
    /// <summary>Subscriptions one organisation may have.</summary>
    [Range(1, 1_000_000)]
    public int MaxPerOrganisation { get; set; } = 10_000;

    /// <summary>How many of them may wait for a receiver's consent: each is a call to somebody who has not agreed to any.</summary>
    [Range(1, 10_000)]
    public int MaxAwaitingConsent { get; set; } = 50;

    /// <summary>Deliveries a minute the hub asks a receiver to allow.</summary>
    [Range(1, 1_000_000)]
    public int RequestedRate { get; set; } = 600;

    /// <summary>Days of hub time within which a receiver may consent after it was asked.</summary>
    [Range(1, 90)]
    public int ConsentDays { get; set; } = 7;

    /// <summary>Log positions a review of filters may look through to find events that may be read.</summary>
    [Range(1_000, 1_000_000)]
    public int MaxReviewScan { get; set; } = 20_000;
}
