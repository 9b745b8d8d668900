namespace StatusHub.Domain.Recovery;

/// <summary>How good estimates made after a given time were.</summary>
/// <param name="Count">Incidents that lasted so long.</param>
/// <param name="Cover50">Share of them that ended between the 25 % and the 75 % quantile.</param>
/// <param name="Cover80">The same between 10 % and 90 %.</param>
/// <param name="MedianAbsoluteError">Of the median estimate, minutes.</param>
/// <param name="Loss">Mean pinball loss over the quantiles 5 to 95 %, on ln(1 + minutes).</param>
/// <param name="BaselineLoss">The same loss of quantiles that take no notice of the time elapsed.</param>
/// <param name="NaiveLoss">And of those that merely subtract it.</param>
public sealed record RecoveryAccuracy(
    TimeSpan Elapsed, int Count, double Cover50, double Cover80, double MedianAbsoluteError, double Loss, double BaselineLoss, double NaiveLoss);

/// <summary>
/// Rolling origin: each incident is estimated with only those that had ended before it began, after 0 minutes to 8 hours. Nothing is
/// tuned on what it is tested with.
/// </summary>
public static class RecoveryBacktest
{
    /// <summary>Ended incidents needed before the first estimate is judged.</summary>
    public const int WarmUp = 50;

    /// <summary>Minutes after the start at which each incident is estimated.</summary>
    public static readonly IReadOnlyList<double> Moments = [0, 5, 15, 30, 60, 120, 240, 480];

    private static readonly Lazy<IReadOnlyList<RecoveryAccuracy>> OfShipped = new(() => Run(ShippedHistory.Incidents, RecoveryPolicy.Default));

    /// <summary>On the shipped history with the rules in force; worked out once, which takes a moment.</summary>
    public static IReadOnlyList<RecoveryAccuracy> Shipped => OfShipped.Value;

    private static readonly double[] Chances = [.05, .10, .25, .50, .75, .90, .95];

    /// <summary>One row a moment, and the last over all of them (its <see cref="RecoveryAccuracy.Elapsed"/> is negative).</summary>
    public static IReadOnlyList<RecoveryAccuracy> Run(IReadOnlyList<PastIncident> incidents, RecoveryPolicy policy)
    {
        var scored = Moments.ToDictionary(m => m, _ => new List<Scored>());
        foreach (var incident in incidents.Where(i => !i.Open))
        {
            var before = incidents.Where(i => !i.Open && i.KnownAt <= incident.StartedAt).ToList();
            if (before.Count < WarmUp)
            {
                continue;
            }

            var model = new RecoveryModel(before, policy);
            var baseline = Quantiles([.. before.Select(i => i.ToFix).Order()]);
            foreach (var moment in Moments.TakeWhile(m => m < incident.ToFix))
            {
                scored[moment].Add(Score(model, baseline, incident, moment, policy));
            }
        }

        return
        [
            .. Moments.Where(m => scored[m].Count > 0).Select(m => Sum(TimeSpan.FromMinutes(m), scored[m])),
            Sum(TimeSpan.FromMinutes(-1), [.. scored.Values.SelectMany(s => s)]),
        ];
    }

    private static Scored Score(RecoveryModel model, double[] baseline, PastIncident incident, double moment, RecoveryPolicy policy)
    {
        var identified = incident.ToIdentified <= moment ? incident.StartedAt.AddMinutes(incident.ToIdentified.Value) : (DateTimeOffset?)null;
        var question = new OpenIncident(incident.Provider, incident.Impact, incident.StartedAt, identified);
        var estimate = model.Remaining(question, incident.StartedAt.AddMinutes(moment), Chances);
        var actual = Math.Min(incident.ToFix - moment, policy.Longest.TotalMinutes);
        return new(
            estimate[2] <= actual && actual <= estimate[4], estimate[1] <= actual && actual <= estimate[5], Math.Abs(actual - estimate[3]),
            Pinball(actual, estimate), Pinball(actual, baseline), Pinball(actual, [.. baseline.Select(q => q - moment)]));
    }

    private static RecoveryAccuracy Sum(TimeSpan elapsed, IReadOnlyList<Scored> scored) => new(
        elapsed, scored.Count, scored.Average(s => s.In50 ? 1.0 : 0), scored.Average(s => s.In80 ? 1.0 : 0),
        scored.Select(s => s.Error).Order().ElementAt(scored.Count / 2), scored.Average(s => s.Loss), scored.Average(s => s.Baseline),
        scored.Average(s => s.Naive));

    private static double[] Quantiles(double[] sorted) => [.. Chances.Select(chance =>
    {
        var at = (sorted.Length - 1) * chance;
        var below = (int)at;
        return sorted[below] + ((at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    })];

    private static double Pinball(double actual, double[] quantiles) => Chances.Select((chance, i) =>
    {
        var over = Math.Log(1 + actual) - Math.Log(1 + Math.Max(0, quantiles[i]));
        return over >= 0 ? chance * over : (chance - 1) * over;
    }).Average();

    private readonly record struct Scored(bool In50, bool In80, double Error, double Loss, double Baseline, double Naive);
}
