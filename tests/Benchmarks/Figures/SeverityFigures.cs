using StatusHub.Domain.Judging;
using StatusHub.Unit.Judging;

namespace StatusHub.Benchmarks.Figures;

/// <summary>A3: how soon the severity filter sees that it gets better and that it is over, and how seldom it is fooled in a four-hour outage.</summary>
internal static class SeverityFigures
{
    private const int Runs = 5_000, Seeds = 5;
    private static readonly JudgingPolicy Policy = JudgingPolicy.Default;

    public static IEnumerable<Figure> All() => [.. Recovering(), .. Resolved(), .. Flapping()];

    private static IEnumerable<Figure> Recovering()
    {
        foreach (var (share, most, then) in new (double, double, double)[] { (1.0, 35, 31), (0.5, 140, 133) })
        {
            yield return Figure.AtMost("A3", $"recovering seen after {share:P0} failing, mean", "s", then, most, RecoveryWorld.Recovering(share, Runs, 1, Policy).Seconds);

            // What people see waits a little longer on purpose: three lucky requests are no recovery.
            var patience = Policy.RecoveringAfterSeconds;
            yield return Figure.AtMost("A3", $"the same as it is shown, {patience:0} s of patience more", "s", null, most + patience, RecoveryWorld.Recovering(share, Runs, 1, Policy, patience).Seconds);
        }
    }

    private static IEnumerable<Figure> Resolved()
    {
        foreach (var (share, seconds, falsely, secondsThen, falselyThen) in new (double, double, double, double, double)[]
        {
            (1.0, 200, 0.05, 191, 0), (0.5, double.PositiveInfinity, 0.05, 235, 0), (0.2, 8 * 60, 0.05, 461, 0.03), (0.1, double.PositiveInfinity, 0.25, 801, 0.24),
        })
        {
            var result = RecoveryWorld.Resolved(share, Runs, 1, Policy);
            if (double.IsFinite(seconds))
            {
                yield return Figure.AtMost("A3", $"end declared after {share:P0} failing, mean", "s", secondsThen, seconds, result.Seconds);
            }

            yield return Figure.AtMost("A3", $"false ends in 4 h of {share:P0} failing", "", falselyThen, falsely, result.False);
        }
    }

    private static IEnumerable<Figure> Flapping()
    {
        var incidents = Enumerable.Range(1, Seeds).Average(seed => IncidentReplay.Of("flapping", seed).Incidents.Count);
        yield return new("A3", "incidents of a service that flaps ten times", "", 1, 1, 1, incidents);
    }
}
