using System.Globalization;
using StatusHub.Domain.Scores;

namespace StatusHub.Web.Public.Wording;

/// <summary>Scores as a reader would say them.</summary>
public static class ScoreWords
{
    private const char NoBreak = '\u00A0';

    /// <summary>Points that are no change to speak of.</summary>
    private const double Unchanged = 0.005;

    /// <summary>Two decimals, rounded down so that only a flawless one reads 100.</summary>
    public static string Points(double? points) => points switch
    {
        null => "–",
        >= 100 => "100",
        { } p => (Math.Floor(p * 100) / 100).ToString("0.00", CultureInfo.InvariantCulture),
    };

    /// <summary><c>94.20 to 94.83</c>.</summary>
    public static string Interval(PointInterval interval) => $"{Points(interval.Low)}{NoBreak}to{NoBreak}{Points(interval.High)}";

    /// <summary><c>down 5.31</c>, <c>up 0.20</c>, <c>unchanged</c>, <c>new</c>.</summary>
    public static string Change(double? now, double? before) => (now, before) switch
    {
        (null, _) => "–",
        (_, null) => "new",
        ({ } n, { } b) when Math.Abs(n - b) < Unchanged => "unchanged",
        ({ } n, { } b) => $"{(n > b ? "up" : "down")}{NoBreak}{Math.Abs(n - b).ToString("0.00", CultureInfo.InvariantCulture)}",
    };

    /// <summary><c>1 to 7 June 2026</c>.</summary>
    public static string Days(IsoWeek week)
    {
        var (first, last) = (week.StartsAt.UtcDateTime, week.EndsAt.UtcDateTime.AddDays(-1));
        return first.Month == last.Month ? $"{first.Day} to {last:d MMMM yyyy}"
            : first.Year == last.Year ? $"{first:d MMMM} to {last:d MMMM yyyy}"
            : $"{first:d MMMM yyyy} to {last:d MMMM yyyy}";
    }

    /// <summary><c>Wednesday 27 May</c>, by UTC as the weeks are.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("dddd d MMMM", CultureInfo.InvariantCulture);

    /// <summary>What a week's line is worth saying at the top.</summary>
    public static string Summary(PublishedWeek week, PublishedWeek? before)
    {
        var scored = week.Models.Where(m => m.Score.Score is not null).ToList();
        if (scored.Count == 0)
        {
            return "Too little was measured for a score.";
        }

        var worst = scored.MinBy(m => m.Score.Score)!;
        var fallen = scored.Where(m => Fall(m, before) > Unchanged).OrderByDescending(m => Fall(m, before)).FirstOrDefault();
        var counted = scored.Count == 1 ? "One model was scored." : $"{scored.Count} models were scored.";
        return fallen is not null
            ? $"{counted} {fallen.Name} fell furthest, by {Fall(fallen, before).ToString("0.00", CultureInfo.InvariantCulture)} points to {Points(fallen.Score.Score)}."
            : $"{counted} The lowest is {worst.Name} with {Points(worst.Score.Score)}.";
    }

    /// <summary>Points of the week that an incident cost.</summary>
    public static double Cost(ScoreFacts facts, IncidentCost incident) =>
        facts.MeasuredSeconds <= 0 ? 0 : 100 * incident.BadMinutes * 60 * facts.Models / facts.MeasuredSeconds;

    /// <summary><c>2 of 3 outages</c>, <c>no outage</c>.</summary>
    public static string ToldOf(ScoreFacts facts) => facts.Outages switch
    {
        0 => "no outage",
        1 => $"{facts.LeadSeconds.Count} of 1 outage",
        _ => $"{facts.LeadSeconds.Count} of {facts.Outages} outages",
    };

    /// <summary><c>12 min after us or sooner</c>, <c>3 min before us or sooner</c>; a dash when nothing was told.</summary>
    public static string Lead(double? seconds) => seconds is not { } lead ? "–"
        : $"{TimeWords.Span(TimeSpan.FromSeconds(Math.Abs(lead)))} {(lead < 0 ? "before" : "after")} us or sooner";

    /// <summary><c>1 of 2 kept</c>, <c>none promised</c>.</summary>
    public static string Kept(ScoreFacts facts) => facts.PromisedUpdates == 0 ? "none promised" : $"{facts.KeptUpdates} of {facts.PromisedUpdates} kept";

    private static double Fall(PublishedScore row, PublishedWeek? before) =>
        (before?.Find(row.Facts.Subject)?.Score.Score ?? row.Score.Score!.Value) - row.Score.Score!.Value;
}
