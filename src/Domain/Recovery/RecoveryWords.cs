using System.Globalization;

namespace StatusHub.Domain.Recovery;

/// <summary>An estimate for people: never one time, always how sure.</summary>
public static class RecoveryWords
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>"probably within 40 minutes; likely before 13:10 UTC", dated when that is another day.</summary>
    public static string Of(RecoveryEstimate estimate, DateTimeOffset now)
    {
        var likely = RoundUp((now + estimate.P80).ToUniversalTime());
        var day = likely.Date == now.UtcDateTime.Date ? "" : likely.ToString("d MMMM ", English);
        var usual = estimate.IsLongerThanUsual ? "longer than nine in ten already; " : "";
        return $"{usual}probably within {Length(estimate.P50)}; likely before {day}{likely.ToString("HH:mm", English)} UTC";
    }

    /// <summary>"5 minutes", "40 minutes", "2 hours", "3 days": as coarse as such a number deserves.</summary>
    public static string Length(TimeSpan time) => time.TotalMinutes switch
    {
        <= 7.5 => "5 minutes",
        < 57.5 => $"{Step(time.TotalMinutes, 5)} minutes",
        < 90 => "an hour",
        < 36 * 60 => $"{Math.Round(time.TotalHours).ToString(English)} hours",
        _ => $"{Math.Round(time.TotalDays).ToString(English)} days",
    };

    private static string Step(double value, double step) => (Math.Round(value / step) * step).ToString(English);

    // Five minutes up: a promise to the minute would be a false one.
    private static DateTimeOffset RoundUp(DateTimeOffset at)
    {
        var step = TimeSpan.FromMinutes(5).Ticks;
        return new DateTimeOffset((at.Ticks + step - 1) / step * step, TimeSpan.Zero);
    }
}
