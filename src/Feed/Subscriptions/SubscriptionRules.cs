using StatusHub.Domain.Deliveries;
using StatusHub.Feed.Subscriptions.Formats;

namespace StatusHub.Feed.Subscriptions;

/// <summary>How a subscription goes from state to state, as pure functions.</summary>
public static class SubscriptionRules
{
    /// <summary>Only receivers of CloudEvents can be asked: chat systems and receivers of Statuspage's bodies do not speak the handshake.</summary>
    public static bool AsksConsent(SubscriptionDefinition definition) => definition.Format == PayloadFormats.CloudEvents;

    /// <summary>Whether a change needs the receiver's word anew: it is another one, or it never gave it.</summary>
    public static bool NeedsConsent(Subscription present, SubscriptionDefinition next)
    {
        ArgumentNullException.ThrowIfNull(present);
        var before = SubscriptionDefinition.Read(present.Definition);
        return AsksConsent(next) && (present.ConsentToken is not null || before.Sink != next.Sink || !AsksConsent(before));
    }

    /// <summary>Waits for the receiver to consent by a token; one that its owner has stopped stays stopped meanwhile.</summary>
    /// <param name="token">SHA-256 of it.</param>
    public static Subscription Awaiting(Subscription s, byte[] token, DateTimeOffset until, DateTimeOffset now) => (s.State == SubscriptionState.Disabled
        ? s
        : InState(s, SubscriptionState.AwaitingConsent, "The receiver is being asked for its consent.", now)) with
    {
        ConsentToken = token,
        ConsentUntil = until,
        AllowedRate = null,
    };

    /// <summary>The receiver has consented.</summary>
    public static Subscription Consented(Subscription s, int? allowedRate, DateTimeOffset now) =>
        (s.State == SubscriptionState.AwaitingConsent ? InState(s, SubscriptionState.Active, because: null, now) : s) with
        {
            ConsentToken = null,
            ConsentUntil = null,
            AllowedRate = allowedRate,
        };

    public static Subscription InState(Subscription s, SubscriptionState state, string? because, DateTimeOffset now) => s with
    {
        State = state,
        StateBecause = because,
        StateAt = s.State == state ? s.StateAt : now,
        UpdatedAt = now,
    };

    /// <summary>A changed definition. Credentials do not follow to another sink.</summary>
    /// <param name="credential">Sealed; null for none.</param>
    public static Subscription Replaced(Subscription s, SubscriptionWish wish, byte[]? credential, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(s);
        ArgumentNullException.ThrowIfNull(wish);
        var (before, next) = (SubscriptionDefinition.Read(s.Definition), SubscriptionDefinition.Read(wish.Json));
        var revived = s.State == SubscriptionState.AwaitingConsent || (s.State == SubscriptionState.Ended && before.Sink != next.Sink)
            ? InState(s, SubscriptionState.Active, because: null, now)
            : s;
        return revived with
        {
            Definition = wish.Json,
            Credential = wish.IsCredentialGiven ? credential : before.Sink == next.Sink ? s.Credential : null,
            ConsentToken = null,
            ConsentUntil = null,
            AllowedRate = AsksConsent(next) ? s.AllowedRate : null,
            UpdatedAt = now,
        };
    }
}
