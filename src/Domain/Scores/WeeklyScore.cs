using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace StatusHub.Domain.Scores;

/// <summary>What the score is made of, 0 to 100 each; the first three multiply to it. Null where there was nothing to measure it on.</summary>
/// <param name="Availability">Probes that brought a whole answer.</param>
/// <param name="Latency">Right answers that came in time.</param>
/// <param name="Correctness">Whole answers that were right.</param>
/// <param name="Communication">Time of outages in which the provider had said so in public. Shown beside the score, never mixed into it.</param>
/// <param name="UpdatesKept">Promised updates that came in time: of a provider, null when it promised none. Beside the score as well.</param>
/// <param name="MedianLeadSeconds">Of the outages the provider told of: how long after we were sure half of them were told. Seconds, negative when it came first.</param>
public sealed record ScoreParts(
    double? Availability, double? Latency, double? Correctness, double? Communication, double? UpdatesKept = null, double? MedianLeadSeconds = null);

/// <summary>What next weeks should bring, in points.</summary>
/// <param name="Underlying">80 % interval of the long-run value.</param>
/// <param name="NextWeek">80 % interval of what next week will measure.</param>
/// <param name="BelowNinetyNine">Probability that next week is below 99.</param>
public sealed record ScoreForecast(PointInterval Underlying, PointInterval NextWeek, double NextWeekMedian, double BelowNinetyNine);

/// <summary>Both ends between 0 and 100.</summary>
public sealed record PointInterval(double Low, double High);

/// <summary>One subject's score of one week, in points of 100, made of its raw figures alone.</summary>
/// <param name="Score">Null below the coverage that is asked for.</param>
/// <param name="Interval">95 % interval of the measured value (Wilson on base-grid counts).</param>
/// <param name="Bounds">The score if all unknown time had been bad, and if it had been good. Null when nothing was watched.</param>
/// <param name="WithMaintenance">The score with announced maintenance counted as any other time; null when there was none.</param>
public sealed record WeeklyScore(
    double? Score, PointInterval? Interval, PointInterval? Bounds, double? WithMaintenance, double Coverage, ScoreParts Parts, ScoreForecast? Forecast)
{
    /// <summary>Sorted draws of what next week may measure, to compare two subjects by; never published.</summary>
    internal double[] NextWeeks { get; init; } = [];

    public bool Equals(WeeklyScore? other) =>
        other is not null && (Score, Interval, Bounds, WithMaintenance, Coverage, Parts, Forecast) ==
        (other.Score, other.Interval, other.Bounds, other.WithMaintenance, other.Coverage, other.Parts, other.Forecast);

    public override int GetHashCode() => HashCode.Combine(Score, Interval, Bounds, WithMaintenance, Coverage, Parts, Forecast);

    public static WeeklyScore Of(ScoreFacts facts, IsoWeek week, ScorePolicy policy)
    {
        var coverage = facts.WatchedSeconds > 0 ? ScoreTally.Round(facts.MeasuredSeconds / facts.WatchedSeconds) : 0;
        var unknown = Math.Max(0, facts.WatchedSeconds - facts.MeasuredSeconds);
        var bounds = facts.WatchedSeconds <= 0 ? null : new PointInterval(
            Points(facts.GoodSeconds, facts.WatchedSeconds)!.Value, Points(facts.GoodSeconds + unknown, facts.WatchedSeconds)!.Value);
        var parts = new ScoreParts(
            Points(facts.AnsweredSeconds, facts.MeasuredSeconds), Points(facts.GoodSeconds, facts.RightSeconds),
            Points(facts.RightSeconds, facts.AnsweredSeconds), Points(facts.ToldSeconds, facts.TroubleSeconds),
            Points(facts.KeptUpdates, facts.PromisedUpdates), Median(facts.LeadSeconds));
        if (coverage < policy.LeastCoverage || facts.Probes == 0)
        {
            return new(null, null, bounds, null, coverage, parts, null);
        }

        var share = facts.GoodSeconds / facts.MeasuredSeconds;
        var interval = Proportion.Wilson(share * facts.Probes, facts.Probes);
        var draws = RenewalModel.Draw(facts.History, ChanceOf(week, facts.Subject), policy.Renewal);
        return new(
            Points(facts.GoodSeconds, facts.MeasuredSeconds), Of(interval), bounds, WithMaintenanceOf(facts), coverage, parts, Of(RenewalModel.Summary(draws)))
        {
            NextWeeks = draws.NextWeek,
        };
    }

    /// <summary>Chance seeded by week and subject, so that anyone draws the same numbers.</summary>
    private static Random ChanceOf(IsoWeek week, string subject) =>
        new(BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{week} {subject}"))));

    private static double? WithMaintenanceOf(ScoreFacts facts) =>
        facts.MaintenanceSeconds <= 0 ? null : Points(facts.GoodSeconds + facts.MaintenanceGoodSeconds, facts.MeasuredSeconds + facts.MaintenanceMeasuredSeconds);

    private static ScoreForecast Of(ReliabilityForecast forecast) => new(
        Of(forecast.Underlying), Of(forecast.NextWeek), ScoreTally.Round(100 * forecast.NextWeekMedian), ScoreTally.Round(forecast.BelowNinetyNine));

    private static PointInterval Of(ShareInterval shares) => new(ScoreTally.Round(100 * shares.Low), ScoreTally.Round(100 * shares.High));

    private static double? Median(IReadOnlyList<double> sorted) =>
        sorted.Count == 0 ? null : ScoreTally.Round((sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2);

    private static double? Points(double part, double whole) => whole > 0 ? ScoreTally.Round(100 * Math.Min(1, part / whole)) : null;
}
