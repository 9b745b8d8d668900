using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace StatusHub.Feed.Webhooks.Consent;

/// <summary>What a receiver said to being asked.</summary>
/// <param name="AllowedRate">Deliveries a minute; null for any number. Only where consent was given.</param>
/// <param name="Because">Why there is no consent; null when there is.</param>
public sealed record ConsentAnswer(int? AllowedRate, string? Because)
{
    public bool IsGiven => Because is null;
}

/// <summary>The rules of the handshake: HTTP 1.1 Web Hooks for Event Delivery 1.0.2 (CloudEvents), section 4. The status of an answer means nothing.</summary>
public static class ConsentRules
{
    public const string CallbackName = "WebHook-Request-Callback";
    public const string RateName = "WebHook-Request-Rate";
    public const string AllowedOriginName = "WebHook-Allowed-Origin";
    public const string AllowedRateName = "WebHook-Allowed-Rate";

    private const int TokenBytes = 32;
    private const string Anything = "*";

    /// <summary>A token nobody can guess, for the address by which a receiver may consent later.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>What of a token is kept.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static bool IsToken(string? text) => text is { Length: 2 * TokenBytes } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Both the origin and a rate must be allowed; the origin is a DNS name, so its case means nothing.</summary>
    /// <param name="origin">The name we asked with.</param>
    public static ConsentAnswer Read(HttpResponseHeaders headers, string origin)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var allowed = One(headers, AllowedOriginName);
        return allowed is null ? No($"The receiver's answer to OPTIONS has no {AllowedOriginName}.")
            : allowed != Anything && !allowed.Equals(origin, StringComparison.OrdinalIgnoreCase) ? No($"The receiver allows another {AllowedOriginName} than {origin}.")
            : One(headers, AllowedRateName) is not { } rate ? No($"The receiver's answer to OPTIONS has no {AllowedRateName}.")
            : !TryReadRate(rate, out var perMinute) ? No($"The receiver's {AllowedRateName} is neither * nor a whole number above 0.")
            : new ConsentAnswer(perMinute, null);
    }

    /// <param name="perMinute">Null for any number.</param>
    public static bool TryReadRate(string text, out int? perMinute)
    {
        perMinute = null;
        if (text == Anything)
        {
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return false;
        }

        perMinute = (int)Math.Min(number, int.MaxValue);
        return true;
    }

    // Given twice, a header says two things, and so nothing.
    private static string? One(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && values.ToList() is [var only] ? only.Trim() : null;

    private static ConsentAnswer No(string because) => new(null, because);
}
