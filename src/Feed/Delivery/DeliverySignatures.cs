using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Time;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>Signs the deliveries of a subscription with what its owner holds.</summary>
public sealed class DeliverySignatures(SealedSecrets sealedSecrets, Clocks clocks)
{
    /// <summary>The three headers for one attempt; null when the secret cannot be read any more.</summary>
    /// <remarks>The timestamp is real time, since receivers compare it with their own; a replaced secret runs out in hub time, as it was promised.</remarks>
    public SignatureHeaders? Of(Subscription subscription, string id, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return sealedSecrets.Open(subscription.Secrets) is { } secrets
            ? Signature.Sign(id, clocks.Real.GetUtcNow(), body.Span, secrets.At(clocks.Now))
            : null;
    }
}
