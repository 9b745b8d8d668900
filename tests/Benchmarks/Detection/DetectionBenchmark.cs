using StatusHub.Domain.Judging;
using StatusHub.Unit.Judging;

namespace StatusHub.Benchmarks.Detection;

/// <summary>Prints what the shipped thresholds do, next to what everybody else's rule does: delays, false alarms, blips, recovery, scenarios.</summary>
internal static class DetectionBenchmark
{
    private const double HealthyShare = 0.005, HealthyDays = 500_000, BlipDays = 60_000;
    private const int Runs = 20_000, RecoveryRuns = 5_000, Seeds = 20, CalmSeeds = 4, CalmDays = 30;
    private static readonly double[] Shares = [0.05, 0.1, 0.2, 0.5, 0.8, 1.0];

    public static void Run()
    {
        Console.WriteLine("Seconds from the change to the alarm, mean (p95); one failure class, 0.5 % of healthy requests failing\n");
        Console.WriteLine("| rule | days between false alarms | probes/day | blips of 10 s, 1/day: false incidents/30 d | 5 % | 10 % | 20 % | 50 % | 80 % | 100 % |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        Ours(0);
        Ours(JudgingPolicy.Default.EvidenceSpanSeconds);
        Console.WriteLine($"| 3 in a row, every 30 s | {ConsecutiveRule.FalseAlarmDays(3, 30, HealthyShare):0} | 2880 | - | {Cells(p => $"{ConsecutiveRule.Delay(3, 30, p):0}")} |");
        Recovery();
        Calm();
        Scenarios();
    }

    private static void Ours(double span)
    {
        var world = new SingleClassWorld(JudgingPolicy.Default, HealthyShare, span);
        var healthy = world.Healthy(HealthyDays, new Random(1));
        var blips = world.Healthy(BlipDays, new Random(2), 1, 10).Alarms * 30 / BlipDays;
        Console.WriteLine($"| ours, evidence span {span:0} s | {HealthyDays / healthy.Alarms:0} | {healthy.Probes / HealthyDays:0} | {blips:0.00} | {Cells(p => Delay(world, p))} |");
    }

    private static string Delay(SingleClassWorld world, double share)
    {
        var chance = new Random(3);
        var seconds = Enumerable.Range(0, Runs).Select(_ => world.Delay(share, chance)).Order().ToArray();
        return $"{seconds.Average():0} ({seconds[(int)(0.95 * Runs)]:0})";
    }

    private static void Recovery()
    {
        Console.WriteLine("\nFour hours of failure, then health, a probe every 10 s: false ends per outage / mean seconds to the declared end\n");
        Console.WriteLine("| rule | 10 % | 20 % | 50 % | 80 % | 100 % |\n|---|---|---|---|---|---|");
        foreach (var (name, rule) in new (string, Func<double, RecoveryWorld.Result>)[]
        {
            ("over", p => RecoveryWorld.Resolved(p, RecoveryRuns, 1, JudgingPolicy.Default)),
            ("recovering", p => RecoveryWorld.Recovering(p, RecoveryRuns, 1, JudgingPolicy.Default)),
        })
        {
            Console.WriteLine($"| {name} | {string.Join(" | ", new[] { 0.1, 0.2, 0.5, 0.8, 1.0 }.Select(rule).Select(r => $"{r.False:0.00} / {r.Seconds:0}"))} |");
        }
    }

    /// <summary>The whole judge on healthy, noisy models with a daily rhythm, from a cold start.</summary>
    private static void Calm()
    {
        long alarms = 0, probes = 0;
        double days = 0;
        for (var seed = 1; seed <= CalmSeeds; seed++)
        {
            var troubled = new HashSet<(string, DateTimeOffset?)>();
            var world = ScenarioWorld.Calm(TimeSpan.FromDays(CalmDays), seed);
            var play = Replay.Of(world, (model, verdict, now) =>
            {
                if (verdict.Status.IsTrouble())
                {
                    troubled.Add((model.Value, verdict.TroubleSince));
                }
            });
            alarms += troubled.Count;
            probes += play.Probes;
            days += play.Models.Count() * (world.EndsAt - world.StartsAt).TotalDays;
        }

        Console.WriteLine($"\nThe whole judge on healthy models, every class and latency: {alarms} false alarms in {days:0} model-days, {probes / days:0} probes a day");
    }

    private static void Scenarios()
    {
        Console.WriteLine($"\nScenarios through the whole judge and the incident rules, {Seeds} seeds each\n");
        Console.WriteLine("| scenario | incidents, mean | messages, mean | first opened (median) | last resolved (median) |\n|---|---|---|---|---|");
        foreach (var name in new[] { "opus-shared-router", "flapping", "brown-out", "auth-flaps", "overload", "stream-stall", "wrong-content", "our-network" })
        {
            var days = Enumerable.Range(1, Seeds).Select(seed => IncidentReplay.Of(name, seed)).ToList();
            var opened = days.Where(d => d.Incidents.Count > 0).Select(d => d.Incidents.Min(i => i.Actions[0].At)).Order().ToList();
            var resolved = days.SelectMany(d => d.Incidents.Where(i => !i.Incident.IsOpen).Select(i => i.Incident.ResolvedAt!.Value).OrderDescending().Take(1)).Order().ToList();
            Console.WriteLine($"| {name} | {days.Average(d => d.Incidents.Count):0.00} | {days.Average(d => d.Incidents.Sum(i => i.Actions.Count(a => a.Action.Notify))):0.0} | {Middle(opened)} | {Middle(resolved)} |");
        }
    }

    private static string Middle(List<DateTimeOffset> times) => times.Count == 0 ? "-" : $"{times[times.Count / 2]:HH:mm:ss}";

    private static string Cells(Func<double, string> cell) => string.Join(" | ", Shares.Select(cell));
}
