using System.Globalization;
using StatusHub.Domain.Deliveries;

namespace StatusHub.Web.Api;

/// <summary>A place in a list of attempts, newest first: an instant to the tick and, within it, a log position.</summary>
internal readonly record struct AttemptCursor(DateTimeOffset At, long Position)
{
    public static readonly AttemptCursor Newest = new(DateTimeOffset.MaxValue, long.MaxValue);

    /// <summary>Behind an attempt; a test, which stands in no log, counts as position 0.</summary>
    public static AttemptCursor Of(AttemptLine attempt) => new(attempt.At, attempt.Position ?? 0);

    /// <summary>Reads <c>ticks-position</c>; of ticks alone everything before the instant.</summary>
    public static bool TryParse(string text, out AttemptCursor cursor)
    {
        var (ticks, position) = text.Split('-') is [var first, var second] ? (first, second) : (text, "0");
        cursor = Newest;
        if (!TryRead(ticks, out var at) || at > DateTimeOffset.MaxValue.UtcTicks || !TryRead(position, out var within))
        {
            return false;
        }

        cursor = new AttemptCursor(new DateTimeOffset(at, TimeSpan.Zero), within);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}-{Position}");

    private static bool TryRead(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
