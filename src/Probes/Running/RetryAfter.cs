using System.Globalization;
using System.Net.Http.Headers;

namespace StatusHub.Probes.Running;

/// <summary>Reads how long a server asks to be left alone (RFC 9110 10.2.3), and the millisecond form some gateways add.</summary>
internal static class RetryAfter
{
    /// <summary>Longer wishes are taken for mistakes and cut to this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (First(headers, "retry-after-ms") is { } ms && Number(ms) is { } milliseconds)
        {
            return Bounded(milliseconds / 1000);
        }

        if (First(headers, "retry-after") is not { } text)
        {
            return null;
        }

        if (Number(text) is { } seconds)
        {
            return Bounded(seconds);
        }

        // A date is the server's own; its Date header, where present, takes the difference of clocks out.
        return DateTimeOffset.TryParseExact(text.Trim(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Bounded((date - (headers.Date ?? now)).TotalSeconds)
            : null;
    }

    public static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count > 0 ? values.First() : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
}
