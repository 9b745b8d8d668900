using StatusHub.Domain.Time;
using StatusHub.Feed.Peering;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>The one place where deliveries are signed: with what the subscriber holds, with the hub's own key pair, or with both.</summary>
public sealed class DeliverySigning(HubKeys keys, Clocks clocks)
{
    /// <summary>The three headers of one attempt made now.</summary>
    /// <remarks>The timestamp is real time, since receivers compare it with their own; a replaced secret runs out in hub time, as it was promised.</remarks>
    public SignatureHeaders Sign(SubscriptionDefinition definition, SignatureSecrets secrets, string id, ReadOnlySpan<byte> body)
    {
        var byKey = definition.Peer is not null || definition.Signatures.Contains(SubscriptionDefinition.ByPublicKey) ? keys.Signing : [];
        // Where this machine has no ed25519 a delivery is better signed by the secret than not at all.
        var bySecret = definition.Signatures.Contains(SubscriptionDefinition.BySecret) || byKey.Count == 0 ? secrets.At(clocks.Now) : [];
        return Signature.Sign(id, clocks.Real.GetUtcNow(), body, bySecret, byKey);
    }
}
