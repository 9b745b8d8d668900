using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

/// <summary>Four hours of constant failure, then health, probed every ten seconds: how often the filter is fooled, and how soon it sees the end.</summary>
public static class RecoveryWorld
{
    private const double Gap = 10, Outage = 4 * 3600, HealthyShare = 0.005;

    /// <param name="False">False ends during the outage, on average.</param>
    /// <param name="Seconds">Mean seconds from the true end to the declared one.</param>
    public sealed record Result(double False, double Seconds);

    /// <summary>The end is P(healthy) reaching the policy's; again in trouble below 0.2.</summary>
    public static Result Resolved(double share, int runs, int seed, JudgingPolicy policy) =>
        Play(share, runs, seed, policy, f => f.Healthy >= policy.OverAt, f => f.Healthy < 0.2);

    /// <summary>The end is "recovering": few enough failures expected.</summary>
    /// <param name="patience">Seconds they must have been few.</param>
    public static Result Recovering(double share, int runs, int seed, JudgingPolicy policy, double patience = 0) => Play(
        share, runs, seed, policy,
        f => f.FailureShare(HealthyShare, policy) < policy.RecoveringBelow,
        f => f.FailureShare(HealthyShare, policy) > policy.FailingAgainAbove,
        patience);

    private static Result Play(
        double share, int runs, int seed, JudgingPolicy policy, Func<HealthFilter, bool> ends, Func<HealthFilter, bool> returns, double patience = 0)
    {
        var chance = new Random(seed);
        double falseEnds = 0, seconds = 0;
        var counted = 0;
        for (var run = 0; run < runs; run++)
        {
            var filter = HealthFilter.InTrouble(policy);
            var isOpen = true;
            var low = 0.0;
            bool IsOver()
            {
                low = ends(filter) ? low + Gap : 0;
                return low > patience;
            }

            for (double t = 0; t < Outage; t += Gap)
            {
                filter.Fold(chance.NextDouble() < share, Gap, HealthyShare, policy);
                var isOver = IsOver();
                falseEnds += isOpen && isOver ? 1 : 0;
                isOpen = isOpen ? !isOver : returns(filter);
            }

            if (!isOpen)
            {
                continue;
            }

            var waited = 0.0;
            do
            {
                waited += Gap;
                filter.Fold(chance.NextDouble() < HealthyShare, Gap, HealthyShare, policy);
            }
            while (!IsOver());
            seconds += waited;
            counted++;
        }

        return new(falseEnds / runs, seconds / Math.Max(1, counted));
    }
}
