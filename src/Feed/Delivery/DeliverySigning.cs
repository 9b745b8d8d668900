using StatusHub.Feed.Peering;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>The one place where deliveries are signed.</summary>
public sealed class DeliverySigning(HubKeys keys)
{
    /// <summary>What an event's deliveries to one subscription are known by, every attempt the same.</summary>
    /// <param name="position">Of the last event in it.</param>
    public static string IdOf(Guid subscriptionId, long position) => $"{subscriptionId:N}_{position}";

    /// <param name="secrets">At least one of them valid at <paramref name="at"/>.</param>
    /// <param name="at">The instant of this attempt.</param>
    public SignatureHeaders Sign(
        Guid subscriptionId, SubscriptionDefinition definition, SignatureSecrets secrets, string id, DateTimeOffset at, ReadOnlySpan<byte> body) =>
        Signature.Sign(id, at, body, secrets.At(at), definition.Peer is null ? [] : keys.Signing); // a hub checks by our public key
}
