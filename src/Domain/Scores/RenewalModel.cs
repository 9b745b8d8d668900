namespace StatusHub.Domain.Scores;

/// <summary>What is known of a model's past for its future.</summary>
/// <param name="Weeks">Observed time, in weeks; may be a fraction.</param>
/// <param name="BadMinutes">Of each incident: its length times the share failing above the usual.</param>
/// <param name="UsualFailures">Failed base-grid probes outside incidents.</param>
/// <param name="UsualProbes">Base-grid probes outside incidents.</param>
public sealed record ReliabilityHistory(double Weeks, IReadOnlyList<double> BadMinutes, double UsualFailures, double UsualProbes);

/// <summary>What may be expected. Shares of requests that succeed, 0 to 1.</summary>
/// <param name="Underlying">80 % interval of the long-run reliability.</param>
/// <param name="NextWeek">80 % interval of what next week will measure.</param>
/// <param name="NextWeekMedian">As likely better as worse.</param>
/// <param name="BelowNinetyNine">Probability that next week is below 99 %.</param>
public sealed record ReliabilityForecast(ShareInterval Underlying, ShareInterval NextWeek, double NextWeekMedian, double BelowNinetyNine);

/// <summary>Numbers of the renewal model: priors that hold before a model has a history.</summary>
public sealed record RenewalPolicy
{
    public static readonly RenewalPolicy Default = new();

    /// <summary>Incidents a week: gamma of this shape and rate (weeks).</summary>
    public (double Shape, double Weeks) Rate { get; init; } = (2, 1.33);

    /// <summary>Logarithm of an incident's bad minutes: normal with a normal-inverse-gamma prior (mean, weight, shape, scale).</summary>
    public (double Mean, double Weight, double Shape, double Scale) LogMinutes { get; init; } = (2.6, 8, 6, 14.5);

    /// <summary>Least and most bad minutes one incident counts for.</summary>
    public (double Least, double Most) Minutes { get; init; } = (0.3, 1_440);

    public int Draws { get; init; } = 2_000;
}

/// <summary>
/// Reliability as a renewal process. Probes inside one outage are one event, so an interval from probe counts holds the underlying value in 6 % of cases
/// where it promises 80: incidents are counted, and their lengths.
/// </summary>
public static class RenewalModel
{
    private const double WeekMinutes = 10_080;

    /// <param name="chance">Seeded by whoever publishes the forecast, so that others can repeat it.</param>
    public static ReliabilityForecast Forecast(ReliabilityHistory history, Random chance, RenewalPolicy policy) =>
        Summary(Draw(history, chance, policy));

    /// <summary>Draws of the long-run share that fails and of next week's, each sorted.</summary>
    internal static (double[] Underlying, double[] NextWeek) Draw(ReliabilityHistory history, Random chance, RenewalPolicy policy)
    {
        var posterior = Posterior.Of(history, policy);
        var (underlying, next) = (new double[policy.Draws], new double[policy.Draws]);
        for (var i = 0; i < policy.Draws; i++)
        {
            var rate = Draws.Gamma(policy.Rate.Shape + history.BadMinutes.Count, chance) / (policy.Rate.Weeks + history.Weeks);
            var variance = posterior.Scale / Draws.Gamma(posterior.Shape, chance);
            var mean = posterior.Mean + (Math.Sqrt(variance / posterior.Weight) * Draws.Normal(chance));
            var usual = Draws.Gamma(history.UsualFailures + 0.5, chance) / Math.Max(1, history.UsualProbes);
            underlying[i] = usual + (rate * MeanMinutes(mean, variance, policy.Minutes.Most) / WeekMinutes);
            next[i] = usual + (Week(rate, mean, Math.Sqrt(variance), policy.Minutes.Most, chance) / WeekMinutes);
        }

        Array.Sort(underlying);
        Array.Sort(next);
        return (underlying, next);
    }

    internal static ReliabilityForecast Summary((double[] Underlying, double[] NextWeek) draws) => new(
        Interval(draws.Underlying), Interval(draws.NextWeek), Good(At(draws.NextWeek, .5)), draws.NextWeek.Count(bad => bad > .01) / (double)draws.NextWeek.Length);

    private static double Week(double rate, double mean, double deviation, double most, Random chance)
    {
        var bad = 0.0;
        for (var n = Draws.Poisson(rate, chance); n > 0; n--)
        {
            bad += Math.Min(most, Math.Exp(mean + (deviation * Draws.Normal(chance))));
        }

        return bad;
    }

    /// <summary>Mean of a lognormal that is cut off at <paramref name="most"/>.</summary>
    private static double MeanMinutes(double mean, double variance, double most)
    {
        var deviation = Math.Sqrt(variance);
        var z = (Math.Log(most) - mean) / deviation;
        return (Math.Exp(mean + (variance / 2)) * Recovery.Normal.Above(deviation - z)) + (most * Recovery.Normal.Above(z));
    }

    private static ShareInterval Interval(double[] bad) => new(Good(At(bad, .9)), Good(At(bad, .1)));

    private static double Good(double bad) => Math.Clamp(1 - bad, 0, 1);

    private static double At(double[] sorted, double chance)
    {
        var at = (sorted.Length - 1) * chance;
        var below = (int)at;
        return sorted[below] + ((at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }

    private sealed record Posterior(double Mean, double Weight, double Shape, double Scale)
    {
        public static Posterior Of(ReliabilityHistory history, RenewalPolicy policy)
        {
            var (mean, weight, shape, scale) = policy.LogMinutes;
            var logs = history.BadMinutes.Select(m => Math.Log(Math.Clamp(m, policy.Minutes.Least, policy.Minutes.Most))).ToList();
            var own = logs.Count > 0 ? logs.Average() : 0;
            var spread = logs.Sum(l => (l - own) * (l - own));
            var together = weight + logs.Count;
            return new(
                ((weight * mean) + (logs.Count * own)) / together, together, shape + (logs.Count / 2.0),
                scale + (spread / 2) + (weight * logs.Count * (own - mean) * (own - mean) / (2 * together)));
        }
    }
}
