using StatusHub.Domain.Judging;
using StatusHub.Unit.Judging;

namespace StatusHub.Benchmarks.Figures;

/// <summary>A1 and A2: how soon our own probes find a change, how seldom they cry wolf, and how near the best possible that is.</summary>
internal static class ProbeFigures
{
    private const double HealthyShare = 0.005, Day = 86_400;
    private const double HealthyDays = 500_000, GridDays = 300_000, BlipDays = 60_000, CostDays = 5_000;
    private const int Runs = 20_000;

    /// <summary>Seconds between probes where the plan is fixed, and what the optimum may be missed by.</summary>
    private const double GridSeconds = 30, NearOptimum = 1.15;

    private static readonly JudgingPolicy Policy = JudgingPolicy.Default;

    public static IEnumerable<Figure> All() => [.. Delays(), .. Cost(), .. NearTheOptimum(), .. Published()];

    private static IEnumerable<Figure> Delays()
    {
        foreach (var (share, mean, p95, meanThen, p95Then) in new (double, double, double, double, double)[]
        {
            (1.0, 30, 45, 26, 40), (0.8, 42, 85, 38, 79), (0.5, 80, 180, 75, 170), (0.2, 4.2 * 60, 9.5 * 60, 239, 550), (0.1, 600, 23 * 60, 588, 1349),
        })
        {
            var seconds = Seconds(share, 0, Policy);
            yield return Figure.AtMost("A1", $"delay at {share:P0} failing, mean", "s", meanThen, mean, seconds.Average());
            yield return Figure.AtMost("A1", $"delay at {share:P0} failing, p95", "s", p95Then, p95, P95(seconds));
        }
    }

    private static IEnumerable<Figure> Cost()
    {
        var alarms = new SingleClassWorld(Policy, HealthyShare, 0).Healthy(HealthyDays, new Random(1)).Alarms;
        yield return Figure.AtLeast("A1", "mean time between false alarms of an endpoint", "d", 960, 365, HealthyDays / alarms);
        yield return Figure.AtMost("A1", "probes a day in calm", "", 3022, 3100, new SingleClassWorld(Policy, HealthyShare, 0).Healthy(CostDays, new Random(4)).Probes / CostDays);
    }

    /// <summary>The same detector on a fixed grid, against the least delay possible there at the false-alarm rate it really has.</summary>
    private static IEnumerable<Figure> NearTheOptimum()
    {
        var grid = Policy with { CalmGapSeconds = GridSeconds, BurstGapSeconds = GridSeconds, AlarmSeconds = 30 * Day };
        var alarms = new SingleClassWorld(grid, HealthyShare, 0).Healthy(GridDays, new Random(5)).Alarms;
        var probesBetween = GridDays * Day / GridSeconds / alarms;
        foreach (var (share, then) in new[] { (0.2, 1.035), (0.5, 1.126) })
        {
            var ours = (Seconds(share, 0, grid).Average() / GridSeconds) + 0.5;
            yield return Figure.AtMost("A1", $"times the exact optimum of a fixed 30 s grid, {share:P0} failing", "x", then, NearOptimum, ours / ExactOptimum.Probes(HealthyShare, share, probesBetween));
        }
    }

    private static IEnumerable<Figure> Published()
    {
        var span = Policy.EvidenceSpanSeconds;
        var total = Seconds(1, span, Policy);
        yield return Figure.AtMost("A2", "published at 100 % failing, mean", "s", 45, 46, total.Average());
        yield return Figure.AtMost("A2", "published at 100 % failing, p95", "s", 60, 61, P95(total));
        yield return Figure.AtMost("A2", "blips of 10 s, 1 a day: false incidents in 30 d", "", 1.31, 1.5, new SingleClassWorld(Policy, HealthyShare, span).Healthy(BlipDays, new Random(2), 1, 10).Alarms * 30 / BlipDays);
    }

    private static double[] Seconds(double share, double span, JudgingPolicy policy)
    {
        var (chance, world) = (new Random(3), new SingleClassWorld(policy, HealthyShare, span));
        return [.. Enumerable.Range(0, Runs).Select(_ => world.Delay(share, chance)).Order()];
    }

    private static double P95(double[] ordered) => ordered[(int)(0.95 * ordered.Length)];
}
