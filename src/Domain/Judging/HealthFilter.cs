namespace StatusHub.Domain.Judging;

/// <summary>
/// How bad it is, and whether it is over: a hidden-Markov filter over "healthy" and the policy's severity levels. Between
/// observations a trouble may start, end or change severity at the policy's mean times; each observation then weighs the states.
/// </summary>
public sealed class HealthFilter
{
    private readonly double[] probabilities;

    /// <summary>Prior of a model nobody has measured yet.</summary>
    private const double HealthyAtFirst = 0.9;

    private HealthFilter(double[] probabilities) => this.probabilities = probabilities;

    public static HealthFilter Unmeasured(JudgingPolicy policy) => Spread(policy, HealthyAtFirst);

    /// <summary>A filter that has just been told of a trouble of unknown severity.</summary>
    public static HealthFilter InTrouble(JudgingPolicy policy) => Spread(policy, 0.001);

    /// <summary>State probabilities: healthy first, then the severity levels.</summary>
    public ReadOnlySpan<double> Probabilities => probabilities;

    public double Healthy => probabilities[0];

    public HealthFilter Copy() => new([.. probabilities]);

    /// <summary>Folds one observation in, in place.</summary>
    /// <param name="gap">Seconds since the last one.</param>
    /// <param name="healthyFailureShare">Share of healthy requests that fail.</param>
    public void Fold(bool failed, double gap, double healthyFailureShare, JudgingPolicy policy)
    {
        var levels = policy.SeverityLevels;
        var starts = Within(gap, policy.IncidenceSeconds);
        var ends = Within(gap, policy.RecoverySeconds);
        var changes = Within(gap, policy.SeverityChangeSeconds);
        var healthy = probabilities[0];
        var bad = 1 - healthy;

        probabilities[0] = ((healthy * (1 - starts)) + (bad * ends)) * (failed ? healthyFailureShare : 1 - healthyFailureShare);
        var sum = probabilities[0];
        var arriving = ((bad * (1 - ends) * changes) + (healthy * starts)) / levels.Length;
        for (var k = 0; k < levels.Length; k++)
        {
            var moved = (probabilities[k + 1] * (1 - ends) * (1 - changes)) + arriving;
            probabilities[k + 1] = moved * (failed ? levels[k] : 1 - levels[k]);
            sum += probabilities[k + 1];
        }

        for (var k = 0; k < probabilities.Length; k++)
        {
            probabilities[k] /= sum;
        }
    }

    /// <summary>Expected share of requests failing, 0 to 1.</summary>
    public double FailureShare(double healthyFailureShare, JudgingPolicy policy)
    {
        var share = probabilities[0] * healthyFailureShare;
        for (var k = 0; k < policy.SeverityLevels.Length; k++)
        {
            share += probabilities[k + 1] * policy.SeverityLevels[k];
        }

        return share;
    }

    /// <summary>
    /// The failing share with four chances in five: from the 10 % to the 90 % quantile, each state standing for the shares nearest to its own.
    /// </summary>
    public (double Low, double High) ShareWithin(JudgingPolicy policy)
    {
        double below = 0, low = 0, high = 1;
        for (var k = 0; k < probabilities.Length; k++)
        {
            var upTo = below + probabilities[k];
            if (below <= Tail && upTo > Tail)
            {
                low = k == 0 ? 0 : Between(k - 1, policy);
            }

            if (below < 1 - Tail && upTo >= 1 - Tail)
            {
                high = k == probabilities.Length - 1 ? 1 : Between(k, policy);
            }

            below = upTo;
        }

        return (low, high);
    }

    private const double Tail = 0.1;

    /// <summary>Halfway from a state's share to the next worse one's.</summary>
    private static double Between(int state, JudgingPolicy policy) =>
        ((state == 0 ? 0 : policy.SeverityLevels[state - 1]) + policy.SeverityLevels[state]) / 2;

    /// <summary>Probability that requests fail at this share or more.</summary>
    public double AtLeast(double share, JudgingPolicy policy)
    {
        double sum = 0;
        for (var k = 0; k < policy.SeverityLevels.Length; k++)
        {
            sum += policy.SeverityLevels[k] >= share ? probabilities[k + 1] : 0;
        }

        return sum;
    }

    /// <summary>Probability of the state or a worse one.</summary>
    public double AtLeast(HealthState state, JudgingPolicy policy) => state switch
    {
        HealthState.MajorOutage => AtLeast(policy.MajorFrom, policy),
        HealthState.PartialOutage => AtLeast(policy.PartialFrom, policy),
        HealthState.DegradedPerformance => 1 - Healthy,
        _ => Healthy,
    };

    /// <summary>The state to show in a trouble, given the one shown: worse ones are entered late and left late.</summary>
    public HealthState Severity(HealthState shown, JudgingPolicy policy)
    {
        foreach (var state in new[] { HealthState.MajorOutage, HealthState.PartialOutage })
        {
            if (AtLeast(state, policy) >= (shown >= state ? policy.LeaveBelow : policy.ShowAt))
            {
                return state;
            }
        }

        return HealthState.DegradedPerformance;
    }

    internal void Write(BinaryWriter to)
    {
        to.Write((byte)probabilities.Length);
        Numbers.Write(to, probabilities);
    }

    internal static HealthFilter Read(BinaryReader from)
    {
        var numbers = new double[from.ReadByte()];
        Numbers.Read(from, numbers);
        return new(numbers);
    }

    private static HealthFilter Spread(JudgingPolicy policy, double healthy)
    {
        var numbers = new double[policy.SeverityLevels.Length + 1];
        Array.Fill(numbers, (1 - healthy) / policy.SeverityLevels.Length);
        numbers[0] = healthy;
        return new(numbers);
    }

    /// <summary>Probability that something with this mean waiting time happens within the gap.</summary>
    private static double Within(double gap, double meanSeconds) => 1 - Math.Exp(-gap / meanSeconds);
}
