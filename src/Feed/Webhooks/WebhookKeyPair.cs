using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace StatusHub.Feed.Webhooks;

/// <summary>
/// An ed25519 key pair of Standard Webhooks 1.0.0: <c>whsk_</c> and the padded base64 of seed and public half, 64 bytes. Its text form
/// never shows the private half; <see cref="Reveal"/> does. Only where <see cref="Ed25519.IsSupported"/>.
/// </summary>
public sealed class WebhookKeyPair
{
    public const string Prefix = "whsk_";

    private readonly byte[] _seed;

    private WebhookKeyPair(byte[] seed, byte[] publicHalf) => (_seed, Public) = (seed, WebhookPublicKey.Of(publicHalf));

    public WebhookPublicKey Public { get; }

    internal ReadOnlySpan<byte> Seed => _seed;

    /// <summary>A new pair from the system's cryptographic source.</summary>
    /// <exception cref="PlatformNotSupportedException">This machine has no ed25519.</exception>
    public static WebhookKeyPair Generate()
    {
        if (!Ed25519.IsSupported)
        {
            throw new PlatformNotSupportedException("Signatures v1a need OpenSSL's libcrypto.");
        }

        var seed = RandomNumberGenerator.GetBytes(Ed25519.SeedBytes);
        return new WebhookKeyPair(seed, Ed25519.PublicKeyOf(seed));
    }

    /// <summary>Reads the written form. False for anything not exact, for halves that do not belong together, and where ed25519 is not supported.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookKeyPair? pair)
    {
        pair = null;
        Span<byte> bytes = stackalloc byte[Ed25519.SeedBytes + Ed25519.PublicKeyBytes];
        if (!Ed25519.IsSupported || !ExactBase64.TryRead(text, Prefix, bytes))
        {
            return false;
        }

        var publicHalf = Ed25519.PublicKeyOf(bytes[..Ed25519.SeedBytes]);
        pair = bytes[Ed25519.SeedBytes..].SequenceEqual(publicHalf) ? new WebhookKeyPair(bytes[..Ed25519.SeedBytes].ToArray(), publicHalf) : null;
        return pair is not null;
    }

    /// <summary>The written form, private half and all.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String([.. _seed, .. Public.Bytes]);

    public override string ToString() => Prefix + "***";
}

/// <summary>The public half: <c>whpk_</c> and the padded base64 of 32 bytes. No secret, so its text form is the whole of it.</summary>
public sealed record WebhookPublicKey
{
    public const string Prefix = "whpk_";

    private readonly byte[] _bytes;

    private WebhookPublicKey(byte[] bytes) => (_bytes, Text) = (bytes, Prefix + Convert.ToBase64String(bytes));

    public string Text { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads the written form. Says nothing of whether the bytes are a point of the curve: with one that is not, nothing verifies.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookPublicKey? key)
    {
        Span<byte> bytes = stackalloc byte[Ed25519.PublicKeyBytes];
        key = ExactBase64.TryRead(text, Prefix, bytes) ? new WebhookPublicKey(bytes.ToArray()) : null;
        return key is not null;
    }

    public bool Equals(WebhookPublicKey? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    internal static WebhookPublicKey Of(byte[] bytes) => new(bytes);
}

/// <summary>Base64 with one spelling a value: padded, no white space, no stray last bits.</summary>
internal static class ExactBase64
{
    /// <summary>Whether a text is the prefix and the base64 of exactly as many bytes as there is room for.</summary>
    public static bool TryRead([NotNullWhen(true)] string? text, string prefix, Span<byte> bytes) =>
        text is not null
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && TryRead(text.AsSpan(prefix.Length), bytes);

    public static bool TryRead(ReadOnlySpan<char> written, Span<byte> bytes) =>
        Convert.TryFromBase64Chars(written, bytes, out var count) && count == bytes.Length && written.SequenceEqual(Convert.ToBase64String(bytes));
}
