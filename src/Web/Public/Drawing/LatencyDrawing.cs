using System.Text;

namespace StatusHub.Web.Public.Drawing;

/// <summary>
/// The time to first token over 24 hours as two lines and the band between them, on a grid of <see cref="Width"/> by <see cref="Height"/>;
/// a step without a probe leaves a gap, a step with failures a mark at the foot.
/// </summary>
/// <param name="Ticks">Milliseconds at the horizontal lines, top first, equally spaced down to zero.</param>
public sealed record LatencyDrawing(string Median, string High, string Band, string Failures, IReadOnlyList<double> Ticks)
{
    public const int Width = 960;
    public const int Height = 200;
    public const int Hours = 24;

    private const int Steps = 4;
    private static readonly TimeSpan Span = TimeSpan.FromHours(Hours);

    /// <summary>Longer than this between two points is a gap, in minutes: one missing step of fifteen.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(25);

    /// <returns>Null when fewer than two points lie in the window: nothing to draw a line from.</returns>
    public static LatencyDrawing? Of(IReadOnlyList<LatencyPoint> points, DateTimeOffset end)
    {
        var start = end - Span;
        var seen = points.Where(p => p.At >= start && p.At <= end).ToList();
        var measured = seen.Where(p => p.Failures < p.Attempts).ToList();
        if (measured.Count < 2)
        {
            return null;
        }

        var top = Nice(measured.Max(p => p.P95));
        int X(LatencyPoint p) => (int)Math.Round((p.At - start) / Span * Width);
        int Y(double ms) => (int)Math.Round(Height - (Math.Min(ms, top) / top * Height));
        var (median, high, band) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        foreach (var run in Runs(measured))
        {
            median.Append(Line(run.Select(p => (X(p), Y(p.P50)))));
            high.Append(Line(run.Select(p => (X(p), Y(p.P95)))));
            band.Append(Line(run.Select(p => (X(p), Y(p.P95))).Concat(run.AsEnumerable().Reverse().Select(p => (X(p), Y(p.P50)))))).Append('z');
        }

        var failures = string.Concat(seen.Where(p => p.Failures > 0).Select(p => $"M{X(p)} {Height}v-{Mark(p)}"));
        return new(median.ToString(), high.ToString(), band.ToString(), failures, [.. Enumerable.Range(0, Steps + 1).Select(i => top * (Steps - i) / Steps)]);
    }

    private static int Mark(LatencyPoint p) => 4 + (int)Math.Round(16.0 * p.Failures / Math.Max(1, p.Attempts));

    private static IEnumerable<List<LatencyPoint>> Runs(List<LatencyPoint> points)
    {
        var run = new List<LatencyPoint>();
        foreach (var point in points)
        {
            if (run.Count > 0 && point.At - run[^1].At > Gap)
            {
                yield return run;
                run = [];
            }

            run.Add(point);
        }

        yield return run;
    }

    private static string Line(IEnumerable<(int X, int Y)> points) =>
        "M" + string.Join('L', points.Select(p => $"{p.X} {p.Y}"));

    /// <summary>The next 1, 2, 4 or 8 times a power of ten: quarters of it are round numbers too.</summary>
    private static double Nice(double ms)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, ms))));
        return new[] { 1, 2, 4, 8, 10 }.Select(f => f * power).First(t => t >= Math.Max(1, ms));
    }
}
