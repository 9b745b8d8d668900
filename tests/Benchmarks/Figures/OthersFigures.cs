using StatusHub.Unit.Judging.Outside;

namespace StatusHub.Benchmarks.Figures;

/// <summary>A4: what twelve organisations find, and what liars among them achieve.</summary>
internal static class OthersFigures
{
    private const int Days = 30, Worlds = 4, Runs = 60, ManySignals = 10_000;

    public static IEnumerable<Figure> All() => [.. Liars(), .. Delays(), .. Signals()];

    private static IEnumerable<Figure> Liars()
    {
        foreach (var (liars, most, then) in new[] { (0, 0, 0), (1, 0, 0), (2, 0.5, 0.23) })
        {
            var alarms = Enumerable.Range(1, Worlds).Average(seed => FusionFigures.Healthy(liars, Days, (100 * liars) + seed).Alarms);
            yield return Figure.AtMost("A4", $"twelve organisations and {liars} {(liars == 1 ? "liar" : "liars")}: false incidents in 30 d", "", then, most, alarms);
        }
    }

    private static IEnumerable<Figure> Delays()
    {
        foreach (var (share, liars, most, then) in new (double, int, double, double)[] { (1.0, 0, 1.0, 1.0), (0.2, 0, 1.0, 1.0), (0.1, 0, 1.5, 1.3), (0.05, 0, 3, 2.6), (0.05, 1, 3, 2.6) })
        {
            yield return Figure.AtMost("A4", $"{share:P0} failing found{(liars > 0 ? ", one liar among them" : "")}, mean", "min", then, most, FusionFigures.MinutesToFind(share, liars, Runs));
        }
    }

    private static IEnumerable<Figure> Signals()
    {
        var (one, many) = (FusionFigures.Suspected(1, 1), FusionFigures.Suspected(1, ManySignals));
        yield return Figure.AtMost("A4", "one liar: 10,000 signals beyond what one of its signals weighs", "nats", 0, 0, many.Sum - one.Sum);
        yield return Figure.AtMost("A4", "one liar with 10,000 signals: probes quickened or alarm raised", "", 0, 0, (many.LookCloser ? 1 : 0) + (many.IsAlarm ? 1 : 0));
        yield return Figure.AtLeast("A4", "three good ones: suspicion raised at their first word", "", 1, 1, FusionFigures.Suspected(3, 1).LookCloser ? 1 : 0);
    }
}
