using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

/// <summary>
/// The world the published delays were measured in: one failure class, independent failures at a known rate, the shipped thresholds. Runs of
/// successes in calm are folded in closed form, so that half a million endpoint-days are quick.
/// </summary>
public sealed class SingleClassWorld(JudgingPolicy policy, double healthyShare, double spanSeconds)
{
    private readonly double[] success = [.. policy.FailingShares.Select(p => (1 - p) / (1 - healthyShare))];
    private readonly double[] failure = [.. policy.FailingShares.Select(p => p / healthyShare)];
    private readonly double[] weights = [.. policy.FailingShareWeights];

    /// <summary>One endpoint: its statistic, and the time of its last probe in seconds.</summary>
    private sealed class Run(SingleClassWorld world)
    {
        private readonly DetectorState detector = new(world.weights.Length);

        public double Now { get; set; }

        public double Total { get; private set; }

        public bool IsSuspicious { get; private set; }

        public double Gap => IsSuspicious ? world.Burst : world.Calm;

        public void Restart()
        {
            detector.Reset();
            (Total, IsSuspicious) = (0, false);
        }

        public void Quiet(long probes)
        {
            if (probes > 0)
            {
                Total = detector.FoldQuiet(world.success, world.weights, world.Calm, probes);
                Now += probes * world.Calm;
            }
        }

        /// <summary>Whether this probe raises the alarm.</summary>
        public bool Probe(bool failed)
        {
            var gap = Gap;
            Now += gap;
            var reading = detector.Fold(failed ? world.failure : world.success, world.weights, gap, Now);
            Total = reading.Total;
            IsSuspicious = Total >= world.Suspicion;
            return failed && Total >= world.Alarm && Now - reading.LeadingSince >= world.Span;
        }
    }

    private double Burst => policy.BurstGapSeconds;

    private double Calm => policy.CalmGapSeconds;

    private double Suspicion => policy.SuspicionSeconds;

    private double Alarm => policy.AlarmSeconds;

    private double Span => spanSeconds;

    /// <summary>False alarms in so many healthy days, with blips (90 % failing, exponential length) if asked for.</summary>
    public (long Alarms, long Probes) Healthy(double days, Random chance, double blipsPerDay = 0, double blipSeconds = 10)
    {
        var run = new Run(this);
        long alarms = 0, probes = 0;
        var end = days * 86_400;
        var blipStart = blipsPerDay > 0 ? Exponential(chance, 86_400 / blipsPerDay) : double.PositiveInfinity;
        var blipEnd = blipStart + Exponential(chance, blipSeconds);
        while (run.Now < end)
        {
            for (; run.Now > blipEnd; blipEnd = blipStart + Exponential(chance, blipSeconds))
            {
                blipStart = blipEnd + Exponential(chance, 86_400 / blipsPerDay);
            }

            if (!run.IsSuspicious)
            {
                var room = (long)Math.Max(0, Math.Floor((Math.Min(blipStart, end) - run.Now) / Calm));
                var quiet = Successes(chance, healthyShare);
                run.Quiet(Math.Min(room, quiet));
                probes += Math.Min(room, quiet);
                if (quiet < room)
                {
                    probes++;
                    alarms += Alarmed(run, run.Probe(true));
                    continue;
                }
            }

            var at = run.Now + run.Gap;
            var inBlip = at >= blipStart && at < blipEnd;
            probes++;
            alarms += Alarmed(run, run.Probe((inBlip && chance.NextDouble() < 0.9) || chance.NextDouble() < healthyShare));
        }

        return (alarms, probes);
    }

    /// <summary>Seconds from a change to this failure share, at a random moment of a healthy day, to the alarm.</summary>
    public double Delay(double failingShare, Random chance)
    {
        var run = new Run(this);
        var change = (2700 + chance.NextDouble()) * Calm;
        while (true)
        {
            if (run.IsSuspicious)
            {
                if (run.Now + run.Gap > change)
                {
                    break;
                }

                run.Probe(chance.NextDouble() < healthyShare);
                continue;
            }

            var room = (long)Math.Floor((change - run.Now) / Calm);
            var quiet = Successes(chance, healthyShare);
            run.Quiet(Math.Min(room, quiet));
            if (quiet >= room)
            {
                break;
            }

            run.Probe(true);
        }

        while (!run.Probe(chance.NextDouble() < failingShare))
        {
        }

        return run.Now - change;
    }

    private static int Alarmed(Run run, bool alarm)
    {
        if (alarm)
        {
            run.Restart();
        }

        return alarm ? 1 : 0;
    }

    /// <summary>Successes before the next failure.</summary>
    private static long Successes(Random chance, double failing) => (long)Math.Floor(Math.Log(1 - chance.NextDouble()) / Math.Log(1 - failing));

    private static double Exponential(Random chance, double mean) => -mean * Math.Log(1 - chance.NextDouble());
}
