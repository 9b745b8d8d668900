using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>Whom a request goes to, and how it shows whose it is.</summary>
/// <param name="Authorization">The subscriber's credential, as it stands in <c>Authorization</c>; null for none.</param>
public sealed record Addressee(SubscriptionDefinition Definition, SignatureSecrets Secrets, string? Authorization);
