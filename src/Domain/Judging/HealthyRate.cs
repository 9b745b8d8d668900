namespace StatusHub.Domain.Judging;

/// <summary>
/// The share of a model's healthy requests that fail (p0), learned from calm probes and used as an upper bound: a p0 below the truth breaks the
/// false-alarm guarantee (half of it: an alarm every three days), one above costs 3 to 35 % of delay.
/// </summary>
public sealed class HealthyRate
{
    private double probes;
    private double failures;

    /// <summary>Prior of the rate: Beta(0.5, 150).</summary>
    private const double PriorFailures = 0.5;
    private const double PriorProbes = 150;

    /// <summary>Standard normal quantile of 95 %.</summary>
    private const double Z95 = 1.645;

    public HealthyRate Copy() => new() { probes = probes, failures = failures };

    public void Learn(bool failed, JudgingPolicy policy)
    {
        var keep = 1 - (1 / policy.HealthyRateMemory);
        probes = (probes * keep) + 1;
        failures = (failures * keep) + (failed ? 1 : 0);
    }

    /// <summary>Upper 95 % credible bound, 0 to 1, within the policy's floor and cap; its default until enough probes have told.</summary>
    public double UpperBound(JudgingPolicy policy) =>
        probes < policy.HealthyRateNeedsProbes
            ? policy.DefaultHealthyFailureShare
            : Math.Clamp(Quantile95(), policy.LeastHealthyFailureShare, policy.MostHealthyFailureShare);

    /// <summary>Of Beta(a, b) with small a/b: as Gamma(a) / (b + (a − 1)/2), its quantile by Wilson and Hilferty (1931).</summary>
    private double Quantile95()
    {
        var a = PriorFailures + failures;
        var b = PriorProbes + probes - failures;
        var root = 1 - (1 / (9 * a)) + (Z95 / (3 * Math.Sqrt(a)));
        return a * root * root * root / (b + ((a - 1) / 2));
    }

    internal void Write(BinaryWriter to)
    {
        to.Write(probes);
        to.Write(failures);
    }

    internal static HealthyRate Read(BinaryReader from) => new() { probes = from.ReadDouble(), failures = from.ReadDouble() };
}
