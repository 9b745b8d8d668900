using System.Text;
using StatusHub.Domain.Judging;
using StatusHub.Web.Public.Wording;

namespace StatusHub.Web.Public.Drawing;

/// <summary>
/// The days of a model as bars: one unit grid of <see cref="Step"/> per day, runs of like days drawn as one dashed stroke, a day with
/// trouble as a bar as high as the share of the day it cost. Twenty models of ninety days stay a few kilobytes.
/// </summary>
/// <param name="Fine">Runs of days without trouble; to be stroked with the dashes of the stylesheet.</param>
/// <param name="Unmeasured">Runs of days nobody measured though the model was watched.</param>
/// <param name="Before">Runs of days before the model was watched: a mark at the foot, not a bar.</param>
/// <param name="Spared">What remained of the days with trouble; filled.</param>
/// <param name="Summary">The same for people who do not see it.</param>
public sealed record UptimeDrawing(string Fine, string Unmeasured, string Before, string Spared, IReadOnlyList<TroubledDay> Troubled, int Width, string Summary)
{
    public const int Step = 4;
    public const int Bar = 3;
    public const int Height = 32;

    /// <summary>So that two bad minutes are seen at all.</summary>
    private const double LeastShare = 0.28;

    private const int DaysInSummary = 5;

    public static UptimeDrawing Of(ModelView model)
    {
        var days = model.Days;
        var troubled = new List<TroubledDay>();
        var spared = new StringBuilder();
        for (var i = 0; i < days.Count; i++)
        {
            if (days[i].Worst is HealthState.Operational or HealthState.Unknown)
            {
                continue;
            }

            var height = (int)Math.Round(Height * Math.Clamp(days[i].Lost ?? 0, LeastShare, 1));
            troubled.Add(new(days[i], $"M{i * Step} {Height}v-{height}h{Bar}v{height}z"));
            if (Height - height - 1 is > 0 and var left)
            {
                spared.Append($"M{i * Step} 0h{Bar}v{left}h-{Bar}z");
            }
        }

        var first = DateOnly.FromDateTime(model.CreatedAt.UtcDateTime);
        return new(
            Runs(days, d => d.Worst == HealthState.Operational, Height / 2),
            Runs(days, d => d.Worst == HealthState.Unknown && d.Day >= first, Height / 2),
            Runs(days, d => d.Worst == HealthState.Unknown && d.Day < first, Height - 1),
            spared.ToString(),
            troubled,
            Math.Max(Bar, (days.Count * Step) - 1),
            Summarise(model, troubled));
    }

    private static string Runs(IReadOnlyList<DayView> days, Func<DayView, bool> alike, int y)
    {
        var path = new StringBuilder();
        for (var i = 0; i < days.Count; i++)
        {
            var start = i;
            while (i < days.Count && alike(days[i]))
            {
                i++;
            }

            if (i > start)
            {
                path.Append($"M{start * Step} {y}h{((i - start) * Step) - 1}");
            }
        }

        return path.ToString();
    }

    private static string Summarise(ModelView model, List<TroubledDay> troubled)
    {
        var text = new StringBuilder($"{model.Days.Count} days: {TimeWords.Uptime(model.Uptime.Quarter)}");
        text.Append(model.Uptime.Quarter is null ? ". " : " up. ");
        if (troubled.Count > 0)
        {
            var latest = troubled.AsEnumerable().Reverse().Take(DaysInSummary).Select(d => d.Text);
            text.Append($"Trouble on {troubled.Count} day{(troubled.Count == 1 ? "" : "s")}: {string.Join("; ", latest)}");
            text.Append(troubled.Count > DaysInSummary ? $"; and {troubled.Count - DaysInSummary} more. " : ". ");
        }

        var unmeasured = model.Days.Count(d => d.Worst == HealthState.Unknown);
        return (unmeasured > 0 ? text.Append($"{unmeasured} not measured.") : text).ToString().TrimEnd();
    }
}

/// <summary>One day that was not as it should be.</summary>
/// <param name="Path">Its bar.</param>
public sealed record TroubledDay(DayView Day, string Path)
{
    /// <summary><c>7 June, major outage, 8 h 30 min</c>.</summary>
    public string Text => $"{TimeWords.Day(Day.Day)}, {StateWords.Word(Day.Worst).ToLowerInvariant()}, {TimeWords.Span(TimeSpan.FromSeconds(Seconds))}";

    private double Seconds => Day.Worst switch
    {
        HealthState.MajorOutage => Day.Major,
        HealthState.PartialOutage => Day.Partial,
        HealthState.DegradedPerformance => Day.Degraded,
        _ => Day.Maintenance,
    };
}
