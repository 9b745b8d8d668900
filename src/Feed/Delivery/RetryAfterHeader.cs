using System.Net.Http.Headers;

namespace StatusHub.Feed.Delivery;

/// <summary>Reads <c>Retry-After</c> (RFC 9110, 10.2.3): whole seconds or a date.</summary>
public static class RetryAfterHeader
{
    /// <param name="value">The header's value; null where there was none.</param>
    /// <param name="now">The instant to count a date from, on the clock that the receiver's dates are on: the real one.</param>
    /// <returns>How long to wait, zero for a date that has passed; null for no header and for what is none.</returns>
    public static TimeSpan? Read(string? value, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(value, out var parsed))
        {
            return null;
        }

        return parsed.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - now).Ticks)) : parsed.Delta;
    }
}
