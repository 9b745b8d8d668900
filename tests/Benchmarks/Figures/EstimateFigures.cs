using StatusHub.Domain.Recovery;

namespace StatusHub.Benchmarks.Figures;

/// <summary>B: estimates of the remaining time on the shipped history, each incident from earlier ones alone.</summary>
internal static class EstimateFigures
{
    /// <summary>Cases from which a time elapsed is judged.</summary>
    private const int Enough = 30;

    public static IEnumerable<Figure> All()
    {
        var rows = RecoveryBacktest.Run(ShippedHistory.Incidents, RecoveryPolicy.Default);
        var (all, bins) = (rows[^1], rows.SkipLast(1).Where(r => r.Count >= Enough).ToList());
        yield return new("B", "50 % interval covers", "%", 0.502, 0.45, 0.55, all.Cover50);
        yield return new("B", "80 % interval covers", "%", 0.801, 0.77, 0.83, all.Cover80);
        foreach (var bin in bins)
        {
            yield return new("B", $"80 % interval covers, {bin.Elapsed.TotalMinutes:0} min elapsed ({bin.Count} cases)", "%", null, 0.70, 0.90, bin.Cover80);
        }

        yield return Figure.AtLeast("B", "pinball loss better than unconditional quantiles", "%", 0.057, 0.05, Better(all.Loss, all.BaselineLoss));
        foreach (var (hours, least, then) in new[] { (2, 0.10, 0.187), (4, 0.30, 0.350), (8, 0.45, 0.523) })
        {
            var bin = bins.First(r => r.Elapsed == TimeSpan.FromHours(hours));
            yield return Figure.AtLeast("B", $"the same after {hours} h", "%", then, least, Better(bin.Loss, bin.BaselineLoss));
        }

        yield return Figure.AtLeast("B", "pinball loss better than quantiles minus elapsed", "%", 0.364, 0.35, Better(all.Loss, all.NaiveLoss));
    }

    private static double Better(double loss, double than) => 1 - (loss / than);
}
