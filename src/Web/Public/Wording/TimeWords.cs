namespace StatusHub.Web.Public.Wording;

/// <summary>Times, spans, shares and milliseconds as a reader would say them; always UTC, since the page is rendered once for everybody.</summary>
public static class TimeWords
{
    private const char NoBreak = '\u00A0';

    /// <summary>RFC 3339 in UTC, whole seconds: the value of a <c>datetime</c> attribute.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    /// <summary><c>11:02 UTC</c> today, <c>6 June, 11:02 UTC</c> this year, else with the year.</summary>
    public static string Absolute(DateTimeOffset at, DateTimeOffset now)
    {
        var (utc, today) = (at.UtcDateTime, now.UtcDateTime);
        var format = utc.Date == today.Date ? "HH:mm 'UTC'" : utc.Year == today.Year ? "d MMMM, HH:mm 'UTC'" : "d MMMM yyyy, HH:mm 'UTC'";
        return utc.ToString(format);
    }

    /// <summary><c>7 June 2026, 11:02:30 UTC</c>.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'");

    /// <summary>Two units at most, rounded down: <c>45 s</c>, <c>12 min</c>, <c>4 h 12 min</c>, <c>3 days 4 h</c>. Negative spans read as 0 s.</summary>
    public static string Span(TimeSpan span)
    {
        if (span < TimeSpan.FromMinutes(1))
        {
            return $"{Math.Max(0, (int)span.TotalSeconds)}{NoBreak}s";
        }

        if (span < TimeSpan.FromHours(1))
        {
            return $"{(int)span.TotalMinutes}{NoBreak}min";
        }

        if (span < TimeSpan.FromDays(1))
        {
            return $"{(int)span.TotalHours}{NoBreak}h{Rest(span.Minutes, "min")}";
        }

        var days = (int)span.TotalDays;
        return $"{days}{NoBreak}day{(days == 1 ? "" : "s")}{Rest(span.Hours, "h")}";
    }

    private static string Rest(int count, string unit) => count == 0 ? "" : $" {count}{NoBreak}{unit}";

    /// <summary>A share of 0 to 1 in per cent, rounded down to hundredths so that only a flawless one reads <c>100 %</c>.</summary>
    public static string Uptime(double? share) =>
        share is not { } s ? "not measured" : s >= 1 ? $"100{NoBreak}%" : $"{Math.Floor(s * 10_000) / 100:0.00}{NoBreak}%";

    /// <summary>A share of 0 to 1 in whole per cent; a small one reads <c>under 1 %</c>, never zero.</summary>
    public static string Share(double share) => share switch
    {
        <= 0 => $"0{NoBreak}%",
        < 0.01 => $"under 1{NoBreak}%",
        > 0.99 and < 1 => $"over 99{NoBreak}%",
        _ => $"{Math.Round(share * 100):0}{NoBreak}%",
    };

    public static string Milliseconds(double ms) =>
        ms < 1000 ? $"{Math.Round(ms):0}{NoBreak}ms" : $"{ms / 1000:0.0}{NoBreak}s";

    /// <summary><c>7 June</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM");
}
