using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace StatusHub.Feed.Webhooks;

/// <summary>
/// A symmetric signing secret of Standard Webhooks 1.0.0: 24 to 64 bytes, written <c>whsec_</c> and padded base64. Its text form never
/// shows the key, so that it cannot slip into a log; <see cref="Reveal"/> does.
/// </summary>
public sealed class WebhookSecret
{
    public const string Prefix = "whsec_";
    public const int MinBytes = 24;
    public const int MaxBytes = 64;

    private const int GeneratedBytes = 32;

    private readonly byte[] _key;

    // To be used again: setting the key up costs about as much as a delivery's hash. Freed with the secret.
    private IncrementalHash? _keyed;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>A new secret of 32 bytes from the system's cryptographic source.</summary>
    public static WebhookSecret Generate() => new(RandomNumberGenerator.GetBytes(GeneratedBytes));

    /// <summary>Reads the written form. False for another prefix, base64 that is not exact (unpadded, spaces) and keys of a wrong size.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var written = text.AsSpan(Prefix.Length);
        Span<byte> key = stackalloc byte[MaxBytes];
        if (!Convert.TryFromBase64Chars(written, key, out var count) || count < MinBytes)
        {
            return false;
        }

        key = key[..count];
        if (!written.SequenceEqual(Convert.ToBase64String(key)))
        {
            return false; // the decoder skips white space and stray last bits; two texts of one key would be two secrets to people
        }

        secret = new WebhookSecret(key.ToArray());
        return true;
    }

    /// <summary>HMAC-SHA256 of the two pieces one after the other. May be called from several threads at once.</summary>
    /// <param name="mac">32 bytes.</param>
    internal void Mac(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> mac)
    {
        var keyed = Interlocked.Exchange(ref _keyed, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        keyed.AppendData(first);
        keyed.AppendData(second);
        keyed.GetHashAndReset(mac);
        Interlocked.Exchange(ref _keyed, keyed)?.Dispose();
    }

    /// <summary>The written form, to be shown once, to its owner.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(_key);

    public override string ToString() => Prefix + "***";
}
