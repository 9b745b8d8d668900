using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Subscriptions;

/// <summary>Keeps the signing secrets and credentials of subscriptions encrypted at rest.</summary>
public sealed class SealedSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("StatusHub.SubscriptionSecrets.v1");
    private readonly IDataProtector _credentials = protection.CreateProtector("StatusHub.SinkCredential.v1");

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

    /// <summary>Seals what goes into <c>Authorization</c>.</summary>
    public byte[] Seal(string authorization) => _credentials.Protect(Encoding.UTF8.GetBytes(authorization));

    /// <summary>What goes into <c>Authorization</c>; null when there is nothing, or its key is lost, which its owner mends by giving it again.</summary>
    public string? OpenCredential(byte[]? kept)
    {
        if (kept is null)
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(_credentials.Unprotect(kept));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record Kept(string Secret, DateTimeOffset? ValidUntil);
}
