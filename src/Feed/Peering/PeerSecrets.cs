using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace StatusHub.Feed.Peering;

/// <summary>Keeps the hub's private key, and the keys that peers gave us, encrypted at rest.</summary>
public sealed class PeerSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("StatusHub.PeerSecrets.v1");

    public byte[] Seal(string secret) => _protector.Protect(Encoding.UTF8.GetBytes(secret));

    /// <summary>The secret in clear; null when there is none or its key is lost.</summary>
    public string? Open(byte[]? kept)
    {
        try
        {
            return kept is null ? null : Encoding.UTF8.GetString(_protector.Unprotect(kept));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
