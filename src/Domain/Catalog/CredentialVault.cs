using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace StatusHub.Domain.Catalog;

/// <summary>Keeps endpoint credentials encrypted at rest. What goes in comes out only to the probe that sends it.</summary>
public sealed class CredentialVault(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("StatusHub.EndpointCredential.v1");

    public byte[] Seal(string credential) => _protector.Protect(System.Text.Encoding.UTF8.GetBytes(credential));

    /// <summary>The credential in clear; null when there is none or its key is lost, which its owner sees as an account fault.</summary>
    public string? Open(byte[]? sealedCredential)
    {
        if (sealedCredential is null)
        {
            return null;
        }

        try
        {
            return System.Text.Encoding.UTF8.GetString(_protector.Unprotect(sealedCredential));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
