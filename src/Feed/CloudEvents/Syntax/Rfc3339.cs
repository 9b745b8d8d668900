namespace StatusHub.Feed.CloudEvents.Syntax;

/// <summary>
/// <c>date-time</c> of RFC 3339, section 5.6, whole: lower-case <c>t</c> and <c>z</c>, any offset up to 23:59, second 60.
/// The framework's reader takes what this forbids (no offset, no seconds) and refuses what it allows.
/// </summary>
internal static class Rfc3339
{
    private const int SecondsEnd = 19;
    private const int MaxHour = 23;
    private const int MaxMinute = 59;
    private const int LeapSecond = 60;
    private const int TickDigits = 7;

    public static bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length <= SecondsEnd
            || !Number(text, 0, 4, 0, 9999, out var year) || text[4] != '-'
            || !Number(text, 5, 2, 1, 12, out var month) || text[7] != '-'
            || !Number(text, 8, 2, 1, DaysIn(year, month), out var day) || text[10] is not ('T' or 't')
            || !Number(text, 11, 2, 0, MaxHour, out var hour) || text[13] != ':'
            || !Number(text, 14, 2, 0, MaxMinute, out var minute) || text[16] != ':'
            || !Number(text, 17, 2, 0, LeapSecond, out var second)
            || !TryFraction(text[SecondsEnd..], out var fraction, out var rest)
            || !TryOffset(rest, out var offset))
        {
            return false;
        }

        var within = second == LeapSecond
            ? TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1)
            : TimeSpan.FromSeconds(second) + TimeSpan.FromTicks(fraction);
        instant = Clamped(year, month, day, new TimeSpan(hour, minute, 0) + within - offset);
        return true;
    }

    private static DateTimeOffset Clamped(int year, int month, int day, TimeSpan sinceMidnight)
    {
        // Year 0000 is allowed there and unknown here.
        if (year == 0)
        {
            return DateTimeOffset.MinValue;
        }

        var ticks = new DateOnly(year, month, day).DayNumber * TimeSpan.TicksPerDay + sinceMidnight.Ticks;
        return new DateTimeOffset(Math.Clamp(ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);
    }

    // Year 0000 is a leap year of the calendar RFC 3339 names; the framework's begins with 1.
    private static int DaysIn(int year, int month) => DateTime.DaysInMonth(year == 0 ? 4 : year, month);

    private static bool TryFraction(ReadOnlySpan<char> text, out long ticks, out ReadOnlySpan<char> rest)
    {
        ticks = 0;
        rest = text;
        if (!text.StartsWith('.'))
        {
            return true;
        }

        var digits = text[1..];
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        if (end <= 0)
        {
            return false;
        }

        for (var i = 0; i < TickDigits; i++)
        {
            ticks = (ticks * 10) + (i < end ? digits[i] - '0' : 0);
        }

        rest = digits[end..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !Number(text, 1, 2, 0, MaxHour, out var hours) || !Number(text, 4, 2, 0, MaxMinute, out var minutes))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Number(ReadOnlySpan<char> text, int at, int length, int least, int most, out int number)
    {
        number = 0;
        foreach (var digit in text.Slice(at, length))
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return number >= least && number <= most;
    }
}
