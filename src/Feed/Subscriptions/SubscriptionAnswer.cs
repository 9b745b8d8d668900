using StatusHub.Domain.Deliveries;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Subscriptions;

/// <summary>What an owner wants a subscription to be, checked and in its canonical form.</summary>
/// <param name="Json">As it is stored; <see cref="SubscriptionDefinition.Read"/> reads it.</param>
/// <param name="IsCredentialGiven">False leaves the present one, as long as the sink stays.</param>
/// <param name="Authorization">What the receiver wants to see in <c>Authorization</c>; null for nothing.</param>
/// <param name="StartAfter">Log position to start behind; null for the newest.</param>
public sealed record SubscriptionWish(string Json, bool IsCredentialGiven, string? Authorization, long? StartAfter);

/// <summary>What came of a wish: one of the records below.</summary>
public abstract record SubscriptionAnswer
{
    private SubscriptionAnswer()
    {
    }

    /// <param name="Secret">A new signing secret, to be shown this once; null when there is none.</param>
    public sealed record Done(Subscription Subscription, WebhookSecret? Secret = null) : SubscriptionAnswer;

    public sealed record NoSuch : SubscriptionAnswer;

    /// <summary>Others kept changing it at the same time.</summary>
    public sealed record Busy : SubscriptionAnswer;

    /// <summary>The organisation has as many as it may have, or as many that wait for a consent.</summary>
    public sealed record Full : SubscriptionAnswer;

    /// <summary>As many replaced secrets as may be are still valid.</summary>
    public sealed record TooManySecrets : SubscriptionAnswer;

    /// <summary>The log does not go that far.</summary>
    public sealed record BeyondTheEnd : SubscriptionAnswer;
}
