using System.Globalization;
using System.Text;
using StatusHub.Domain.Scores;

namespace StatusHub.Web.Public.Drawing;

/// <summary>Scores on one scale for all lines of a page, from a round number below the worst of them to 100, so that lengths can be compared.</summary>
/// <param name="From">The scale's left (or lower) end, in points.</param>
public sealed record ScoreDrawing(double From)
{
    public const int Width = 160;
    public const int Height = 24;

    private const double LeastWidth = 1.5;

    private static readonly double[] Ends = [99.9, 99.5, 99, 98, 95, 90, 80, 50, 0];

    /// <param name="values">Whatever is to be drawn, in points.</param>
    public static ScoreDrawing For(IEnumerable<double> values)
    {
        var least = values.DefaultIfEmpty(Ends[0]).Min();
        return new(Ends.First(e => e <= least));
    }

    /// <summary>An interval as a bar.</summary>
    public string Bar(PointInterval interval, int y, int height)
    {
        var (left, right) = (Along(interval.Low), Along(interval.High));
        var width = Math.Max(LeastWidth, right - left);
        return $"M{Number(Math.Min(left, Width - width))} {y}h{Number(width)}v{height}h-{Number(width)}z";
    }

    /// <summary>A value as a stroke across.</summary>
    public string Mark(double value) => $"M{Number(Along(value))} 2v{Height - 4}";

    /// <summary>Weeks as a line, the last at the right end; weeks without a score leave a gap, one between two gaps is a dot.</summary>
    public string Line(IReadOnlyList<double?> weeks)
    {
        var path = new StringBuilder();
        var step = weeks.Count > 1 ? (double)(Width - 4) / (weeks.Count - 1) : 0;
        for (var i = 0; i < weeks.Count; i++)
        {
            if (weeks[i] is { } value)
            {
                var follows = i > 0 && weeks[i - 1] is not null;
                path.Append(CultureInfo.InvariantCulture, $"{(follows ? 'L' : 'M')}{Number(weeks.Count > 1 ? 2 + (i * step) : Width - 2)} {Number(Up(value))}");
                path.Append(follows || (i + 1 < weeks.Count && weeks[i + 1] is not null) ? "" : "h.01");
            }
        }

        return path.ToString();
    }

    private double Along(double value) => Width * Math.Clamp((value - From) / (100 - From), 0, 1);

    private double Up(double value) => 3 + ((Height - 6) * (1 - Math.Clamp((value - From) / (100 - From), 0, 1)));

    private static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);
}
