using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

/// <summary>The severity filter ends troubles as promised; figures of the four-hour outage, in seconds and in false ends per outage.</summary>
public sealed class RecoveryProofTests
{
    private static readonly JudgingPolicy Policy = JudgingPolicy.Default;

    [Theory]
    [InlineData(1.0, 191, 0.01)]
    [InlineData(0.8, 201, 0.01)]
    [InlineData(0.5, 235, 0.01)]
    [InlineData(0.2, 461, 0.05)]
    [InlineData(0.1, 801, 0.27)]
    public void The_end_is_declared_in_time_and_seldom_falsely(double share, double promisedSeconds, double mostFalse)
    {
        var result = RecoveryWorld.Resolved(share, 600, 1, Policy);

        Assert.InRange(result.Seconds, 0.85 * promisedSeconds, 1.15 * promisedSeconds);
        Assert.InRange(result.False, 0, mostFalse);
    }

    [Theory]
    [InlineData(1.0, 31, 0.01)]
    [InlineData(0.5, 133, 0.16)]
    [InlineData(0.2, 271, 0.75)]
    public void Recovery_is_seen_within_minutes(double share, double promisedSeconds, double mostFalse)
    {
        var result = RecoveryWorld.Recovering(share, 600, 1, Policy);

        Assert.InRange(result.Seconds, 0.85 * promisedSeconds, 1.15 * promisedSeconds);
        Assert.InRange(result.False, 0, mostFalse);
    }

    [Theory]
    [InlineData(30, HealthState.Operational, HealthState.MajorOutage, "thirty failures in a row are a major outage")]
    [InlineData(0, HealthState.MajorOutage, HealthState.DegradedPerformance, "without a failure nothing worse than degraded is shown")]
    public void A_state_is_shown_when_it_or_worse_is_likely(int failures, HealthState shown, HealthState expected, string why)
    {
        var filter = HealthFilter.InTrouble(Policy);
        for (var i = 0; i < 30; i++)
        {
            filter.Fold(i < failures, 10, 0.005, Policy);
        }

        Assert.True(expected == filter.Severity(shown, Policy), why);
    }

    [Fact]
    public void Between_the_two_thresholds_the_shown_state_stays()
    {
        var filter = HealthFilter.InTrouble(Policy); // two of five levels are major: its probability is 0.4, partial or worse 0.8
        filter.Fold(failed: true, 10, 0.005, Policy); // now about 0.73

        Assert.Equal(HealthState.PartialOutage, filter.Severity(HealthState.DegradedPerformance, Policy));
        Assert.Equal(HealthState.MajorOutage, filter.Severity(HealthState.MajorOutage, Policy));
    }
}
