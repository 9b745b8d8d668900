namespace StatusHub.Unit.Judging;

/// <summary>
/// The least delay any rule can have on a fixed grid of probes, when the failing share after the change is known: CUSUM (Moustakides 1986) with a
/// threshold drawn so that the mean time between false alarms is met exactly. Computed from its Markov chain, not simulated.
/// </summary>
public static class ExactOptimum
{
    /// <summary>Lattice steps to one success: the rounding of a failure's weight is then below a hundredth of a success.</summary>
    private const int Fineness = 8;

    /// <param name="falseAlarmProbes">Mean probes between false alarms.</param>
    /// <returns>Mean probes from the change to the alarm, from the worst start.</returns>
    public static double Probes(double healthyShare, double failingShare, double falseAlarmProbes)
    {
        var up = Math.Log(failingShare / healthyShare);
        var down = Math.Log((1 - healthyShare) / (1 - failingShare));
        var rise = (int)Math.Round(up / down * Fineness);
        double Mean(double share, int threshold) => MeanToAlarm(share, rise, threshold);
        int below = 1, above = 1;
        while (Mean(healthyShare, above) < falseAlarmProbes)
        {
            (below, above) = (above, above * 2);
        }

        while (above - below > 1)
        {
            var middle = (below + above) / 2;
            (below, above) = Mean(healthyShare, middle) < falseAlarmProbes ? (middle, above) : (below, middle);
        }

        var (least, most) = (Mean(healthyShare, below), Mean(healthyShare, above));
        var share = (falseAlarmProbes - least) / (most - least);
        return ((1 - share) * Mean(failingShare, below)) + (share * Mean(failingShare, above));
    }

    /// <summary>Mean probes from zero to the threshold, all in lattice steps: a linear system, one row a state.</summary>
    private static double MeanToAlarm(double failing, int rise, int threshold)
    {
        var rows = new double[threshold][];
        for (var s = 0; s < threshold; s++)
        {
            var row = rows[s] = new double[threshold + 1];
            row[s] += 1;
            row[Math.Max(0, s - Fineness)] -= 1 - failing;
            row[threshold] = 1;
            if (s + rise < threshold)
            {
                row[s + rise] -= failing;
            }
        }

        // From the top down, so that what is left in the end is the mean from zero.
        for (var pivot = threshold - 1; pivot > 0; pivot--)
        {
            for (var s = 0; s < pivot; s++)
            {
                var factor = rows[s][pivot] / rows[pivot][pivot];
                for (var column = 0; factor != 0 && column <= threshold; column++)
                {
                    rows[s][column] -= factor * rows[pivot][column];
                }
            }
        }

        return rows[0][threshold] / rows[0][0];
    }
}
