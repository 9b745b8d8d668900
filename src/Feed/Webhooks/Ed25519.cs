using System.Security.Cryptography;

namespace StatusHub.Feed.Webhooks;

/// <summary>
/// Ed25519 (RFC 8032, section 5.1), which .NET 10 does not offer by itself: bound to OpenSSL's libcrypto, on which .NET rests on Linux.
/// Where there is none, <see cref="IsSupported"/> is false and the rest is not to be called.
/// </summary>
public static class Ed25519
{
    public const int SeedBytes = 32;
    public const int PublicKeyBytes = 32;
    public const int SignatureBytes = 64;

    private const int Done = 1;

    /// <summary>Whether this machine has a libcrypto that knows the curve.</summary>
    public static bool IsSupported { get; } = Libcrypto.IsLoaded && TryPublicKeyOf(new byte[SeedBytes], new byte[PublicKeyBytes]);

    /// <param name="seed">The private key of RFC 8032: <see cref="SeedBytes"/> bytes.</param>
    /// <exception cref="CryptographicException">The library refused.</exception>
    public static byte[] PublicKeyOf(ReadOnlySpan<byte> seed)
    {
        var key = new byte[PublicKeyBytes];
        return TryPublicKeyOf(seed, key) ? key : throw Refused();
    }

    /// <summary>Signs a message; the same message and key always give the same signature.</summary>
    /// <exception cref="CryptographicException">The library refused.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        using var key = Libcrypto.NewPrivateKey(Libcrypto.Ed25519, 0, seed, (nuint)seed.Length);
        using var context = Libcrypto.NewContext();
        var signature = new byte[SignatureBytes];
        var length = (nuint)signature.Length;
        return !key.IsInvalid && !context.IsInvalid
            && Libcrypto.SignInit(context, 0, 0, 0, key) == Done
            && Libcrypto.Sign(context, signature, ref length, message, (nuint)message.Length) == Done
            && length == SignatureBytes
                ? signature
                : throw Refused();
    }

    /// <summary>False for a wrong signature, and for a key or signature of a wrong size. Public values: the time it takes tells nothing.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyBytes || signature.Length != SignatureBytes)
        {
            return false;
        }

        using var key = Libcrypto.NewPublicKey(Libcrypto.Ed25519, 0, publicKey, (nuint)publicKey.Length);
        using var context = Libcrypto.NewContext();
        var fits = !key.IsInvalid && !context.IsInvalid
            && Libcrypto.VerifyInit(context, 0, 0, 0, key) == Done
            && Libcrypto.Verify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == Done;
        Libcrypto.ClearErrors(); // a refusal would stay in the thread's queue, and the framework's TLS on this thread reads it as its own
        return fits;
    }

    private static bool TryPublicKeyOf(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        using var key = Libcrypto.NewPrivateKey(Libcrypto.Ed25519, 0, seed, (nuint)seed.Length);
        var length = (nuint)publicKey.Length;
        var has = !key.IsInvalid && Libcrypto.PublicKey(key, publicKey, ref length) == Done && length == PublicKeyBytes;
        Libcrypto.ClearErrors();
        return has;
    }

    private static CryptographicException Refused()
    {
        Libcrypto.ClearErrors();
        return new CryptographicException("OpenSSL refused an ed25519 operation.");
    }
}
