using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Subscriptions;

/// <summary>Keeps the signing secrets and credentials of subscriptions encrypted at rest.</summary>
public sealed class SealedSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("StatusHub.SubscriptionSecrets.v1");

    public byte[] Seal(SignatureSecrets secrets) => _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(
        secrets.Newest.Select(s => new Kept(s.Secret.Reveal(), s.ValidUntil))));

    /// <summary>The secrets in clear; null when their key is lost, which its owner mends by rotating.</summary>
    public SignatureSecrets? Open(byte[] kept)
    {
        try
        {
            var read = JsonSerializer.Deserialize<List<Kept>>(_protector.Unprotect(kept))!;
            return new SignatureSecrets([.. read.Select(k => new DatedSecret(
                WebhookSecret.TryParse(k.Secret, out var secret) ? secret : throw new CryptographicException("A kept secret is none."), k.ValidUntil))]);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record Kept(string Secret, DateTimeOffset? ValidUntil);
}
