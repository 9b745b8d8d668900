using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StatusHub.Feed.Webhooks;

/// <summary>The three headers of a signed delivery.</summary>
public sealed record SignatureHeaders(string Id, string Timestamp, string Signature)
{
    public const string IdName = "webhook-id";
    public const string TimestampName = "webhook-timestamp";
    public const string SignatureName = "webhook-signature";
}

/// <summary>What a check of a signature found. Only <see cref="Valid"/> is good.</summary>
public enum SignatureVerdict
{
    NoMatch,
    Valid,
    MissingHeader,
    MalformedId,
    MalformedTimestamp,
    MalformedSignature,
    TooOld,
    TooNew,
}

/// <summary>
/// Signatures of Standard Webhooks 1.0.0, version <c>v1</c>: base64 of HMAC-SHA256 over the bytes <c>{id}.{timestamp}.{body}</c>.
/// Version <c>v1a</c> is the base64 of an ed25519 signature over the same bytes; one delivery may bear entries of both. Entries of other
/// versions are skipped.
/// </summary>
public static class Signature
{
    public const int MaxIdLength = 256;

    /// <summary>Characters of a signature header that are looked at: some eighty entries, far beyond any rotation.</summary>
    public const int MaxSignatureLength = 4096;

    /// <summary>How far sender's and receiver's clocks may differ, both ways, inclusive. The value of the reference libraries.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Version = "v1,";
    private const string KeyVersion = "v1a,";

    /// <summary>Digits of a timestamp that are read: seconds until the year 30,000 and beyond, and no overflow.</summary>
    private const int MaxTimestampDigits = 12;

    /// <summary>Of id and timestamp, each with its dot; a date's own seconds have no more digits than are read.</summary>
    private const int MaxPrefixBytes = MaxIdLength + MaxTimestampDigits + 2;

    /// <summary>Signs one attempt with every secret given, so that a receiver holding any of them can check it.</summary>
    /// <param name="id">Visible ASCII without a dot; the same for every attempt at one event.</param>
    /// <param name="attemptedAt">The instant of this attempt, not of the event.</param>
    /// <param name="body">Exactly the bytes that are sent. Should be UTF-8: some receivers' libraries check it as text.</param>
    /// <exception cref="ArgumentException">The id is not one that can be signed, or there is no secret.</exception>
    public static SignatureHeaders Sign(string id, DateTimeOffset attemptedAt, ReadOnlySpan<byte> body, IReadOnlyList<WebhookSecret> secrets) =>
        Sign(id, attemptedAt, body, secrets, []);

    /// <summary>As above, and with every key pair given: first the entries of the secrets, then those of the keys.</summary>
    /// <param name="keys">May be all there is to sign with.</param>
    /// <exception cref="ArgumentException">The id is not one that can be signed, or there is neither secret nor key.</exception>
    public static SignatureHeaders Sign(
        string id, DateTimeOffset attemptedAt, ReadOnlySpan<byte> body, IReadOnlyList<WebhookSecret> secrets, IReadOnlyList<WebhookKeyPair> keys)
    {
        if (!IsId(id) || secrets.Count + keys.Count == 0)
        {
            throw new ArgumentException("A delivery is signed with an id without dots and at least one secret or key.", nameof(id));
        }

        var timestamp = attemptedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var entries = new string[secrets.Count + keys.Count];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < secrets.Count; i++)
        {
            Mac(secrets[i], id, timestamp, body, mac);
            entries[i] = Version + Convert.ToBase64String(mac);
        }

        for (var i = 0; i < keys.Count; i++)
        {
            entries[secrets.Count + i] = KeyVersion + Convert.ToBase64String(Ed25519.Sign(keys[i].Seed, Signed(id, timestamp, body)));
        }

        return new SignatureHeaders(id, timestamp, string.Join(' ', entries));
    }

    /// <summary>
    /// Checks a delivery: valid when any entry fits any secret. Does not remember ids: whoever must not act twice within
    /// <see cref="Tolerance"/> keeps them.
    /// </summary>
    /// <param name="timestamp">Unix seconds, digits only: reference libraries also take <c>123abc</c>, which is not a time.</param>
    /// <param name="body">The bytes as received, before any decoding.</param>
    public static SignatureVerdict Verify(
        string? id,
        string? timestamp,
        string? signature,
        ReadOnlySpan<byte> body,
        IReadOnlyList<WebhookSecret> secrets,
        DateTimeOffset now) => Verify(id, timestamp, signature, body, secrets, [], now);

    /// <summary>As above: valid when any entry fits any secret or any public key.</summary>
    /// <param name="keys">Need <see cref="Ed25519.IsSupported"/>; without it none fits.</param>
    public static SignatureVerdict Verify(
        string? id,
        string? timestamp,
        string? signature,
        ReadOnlySpan<byte> body,
        IReadOnlyList<WebhookSecret> secrets,
        IReadOnlyList<WebhookPublicKey> keys,
        DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signature))
        {
            return SignatureVerdict.MissingHeader;
        }

        if (!IsId(id))
        {
            return SignatureVerdict.MalformedId;
        }

        if (timestamp.Length > MaxTimestampDigits || !timestamp.All(char.IsAsciiDigit))
        {
            return SignatureVerdict.MalformedTimestamp;
        }

        if (signature.Length > MaxSignatureLength)
        {
            return SignatureVerdict.MalformedSignature;
        }

        var fits = Fits(id, timestamp, signature, body, secrets) || FitsKey(id, timestamp, signature, body, keys);
        var age = now.ToUnixTimeSeconds() - long.Parse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture);
        return age > Tolerance.TotalSeconds ? SignatureVerdict.TooOld
            : age < -Tolerance.TotalSeconds ? SignatureVerdict.TooNew
            : fits ? SignatureVerdict.Valid
            : SignatureVerdict.NoMatch;
    }

    private static bool Fits(string id, string timestamp, string signature, ReadOnlySpan<byte> body, IReadOnlyList<WebhookSecret> secrets)
    {
        var given = Given(signature, Version).ConvertAll(Encoding.UTF8.GetBytes);
        var fits = false;
        Span<byte> computed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var secret in secrets)
        {
            Mac(secret, id, timestamp, body, computed);
            var expected = Encoding.ASCII.GetBytes(Convert.ToBase64String(computed));
            foreach (var mac in given)
            {
                // Compared as text, so only the one exact spelling counts; in a time that says nothing of where they differ.
                fits |= CryptographicOperations.FixedTimeEquals(mac, expected);
            }
        }

        return fits;
    }

    private static bool FitsKey(string id, string timestamp, string signature, ReadOnlySpan<byte> body, IReadOnlyList<WebhookPublicKey> keys)
    {
        if (keys.Count == 0 || !Ed25519.IsSupported)
        {
            return false;
        }

        var signed = Signed(id, timestamp, body);
        Span<byte> bytes = stackalloc byte[Ed25519.SignatureBytes];
        foreach (var entry in Given(signature, KeyVersion))
        {
            foreach (var key in keys)
            {
                if (ExactBase64.TryRead(entry, bytes) && Ed25519.Verify(key.Bytes, signed, bytes))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The base64 of the entries of one version; entries of others, and what is no entry at all, are skipped.</summary>
    private static List<string> Given(string signature, string version)
    {
        var given = new List<string>();
        foreach (var entry in signature.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.StartsWith(version, StringComparison.Ordinal))
            {
                given.Add(entry[version.Length..].TrimEnd(',')); // header lines of one name may arrive joined by ", "
            }
        }

        return given;
    }

    private static byte[] Signed(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        Span<byte> prefix = stackalloc byte[MaxPrefixBytes];
        return [.. prefix[..Prefix(id, timestamp, prefix)], .. body];
    }

    private static void Mac(WebhookSecret secret, string id, string timestamp, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        Span<byte> prefix = stackalloc byte[MaxPrefixBytes];
        secret.Mac(prefix[..Prefix(id, timestamp, prefix)], body, mac);
    }

    private static int Prefix(string id, string timestamp, Span<byte> bytes)
    {
        var end = Encoding.ASCII.GetBytes(id, bytes);
        bytes[end++] = (byte)'.';
        end += Encoding.ASCII.GetBytes(timestamp, bytes[end..]);
        bytes[end++] = (byte)'.';
        return end;
    }

    /// <summary>A dot would let one message be read as another: <c>a.1</c> + <c>2.x</c> as <c>a</c> + <c>1.2.x</c>.</summary>
    private static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdLength && id.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && !id.Contains('.');
}
