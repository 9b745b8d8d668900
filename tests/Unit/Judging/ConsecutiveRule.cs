namespace StatusHub.Unit.Judging;

/// <summary>The rule everybody else uses: an alarm after k failures in a row at a fixed gap. Exact, by its Markov chain.</summary>
public static class ConsecutiveRule
{
    /// <summary>Mean seconds from a change at a random moment to the alarm.</summary>
    public static double Delay(int k, double gap, double failingShare) => gap * (Probes(k, failingShare) - 0.5);

    /// <summary>Mean days between false alarms.</summary>
    public static double FalseAlarmDays(int k, double gap, double healthyShare) => Probes(k, healthyShare) * gap / 86_400;

    private static double Probes(int k, double p) => p >= 1 ? k : (1 - Math.Pow(p, k)) / (Math.Pow(p, k) * (1 - p));
}
