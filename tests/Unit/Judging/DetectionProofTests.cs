using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

/// <summary>
/// The shipped thresholds do what is promised of them, in the world the promises were made in: one failure class, 0.5 % of healthy
/// requests failing, calm gap 32 s, burst gap 5 s. Everything is seeded: a run always gives the same figures.
/// </summary>
public sealed class DetectionProofTests
{
    private const double HealthyShare = 0.005;
    private const int Runs = 4_000;
    private static readonly JudgingPolicy Policy = JudgingPolicy.Default;

    [Theory]
    [InlineData(0.2, 0, 239)]
    [InlineData(0.5, 0, 75)]
    [InlineData(1.0, 0, 26)]
    [InlineData(0.2, 30, 242)]
    [InlineData(0.5, 30, 85)]
    [InlineData(1.0, 30, 45)]
    public void A_change_is_found_as_fast_as_promised(double failing, double span, double promisedSeconds)
    {
        var seconds = MeanDelay(failing, span);

        Assert.InRange(seconds, 0.9 * promisedSeconds, 1.1 * promisedSeconds);
    }

    [Theory]
    [InlineData(1.0, 75, 26)]
    [InlineData(0.5, 405, 75)]
    [InlineData(0.2, 4635, 239)]
    public void Three_failures_in_a_row_every_thirty_seconds_is_beaten_by_the_stated_ratio(double failing, double theirSeconds, double ourSeconds)
    {
        Assert.Equal(theirSeconds, ConsecutiveRule.Delay(3, 30, failing), 0.5);
        Assert.InRange(theirSeconds / MeanDelay(failing, 0), 0.9 * theirSeconds / ourSeconds, 1.1 * theirSeconds / ourSeconds);
    }

    [Fact]
    public void The_evidence_span_costs_a_total_outage_twenty_seconds()
    {
        Assert.InRange(MeanDelay(1, Policy.EvidenceSpanSeconds) - MeanDelay(1, 0), 18, 22);
    }

    [Fact]
    public void Ten_second_blips_once_a_day_make_at_most_three_incidents_in_two_months()
    {
        var alarms = new SingleClassWorld(Policy, HealthyShare, Policy.EvidenceSpanSeconds).Healthy(20_000, new Random(2), 1, 10).Alarms;

        Assert.InRange(alarms * 30 / 20_000.0, 0.3, 1.5);
    }

    [Fact]
    public void Calm_costs_at_most_thirty_one_hundred_probes_a_day()
    {
        var probes = new SingleClassWorld(Policy, HealthyShare, 0).Healthy(5_000, new Random(4)).Probes;

        Assert.InRange(probes / 5_000.0, 2_700, 3_100);
    }

    [Fact]
    public void Folding_calm_successes_at_once_is_folding_them_one_by_one()
    {
        double[] ratios = [0.965, 0.884, 0.653, 0.05];
        double[] weights = [0.2, 0.25, 0.25, 0.3];
        var (single, atOnce) = (new DetectorState(4), new DetectorState(4));
        single.Fold([8, 24, 70, 190], weights, 32, 0);
        atOnce.Fold([8, 24, 70, 190], weights, 32, 0);

        double last = 0;
        for (var i = 0; i < 37; i++)
        {
            last = single.Fold(ratios, weights, 32, i).Total;
        }

        Assert.Equal(last, atOnce.FoldQuiet(ratios, weights, 32, 37), 1e-9);
    }

    private static double MeanDelay(double failing, double span)
    {
        var chance = new Random(3);
        var world = new SingleClassWorld(Policy, HealthyShare, span);
        return Enumerable.Range(0, Runs).Average(_ => world.Delay(failing, chance));
    }
}

/// <summary>Apart from the other proofs, so that the long ones run side by side.</summary>
public sealed class FalseAlarmProofTests
{
    [Theory]
    [InlineData(0, 960)]
    public void A_healthy_endpoint_is_falsely_accused_once_in_years(double span, double promisedDays) => FalseAlarms.AreAsRareAs(promisedDays, span);
}

public sealed class SpannedFalseAlarmProofTests
{
    [Theory]
    [InlineData(30, 1374)]
    public void With_the_evidence_span_false_accusations_are_rarer_still(double span, double promisedDays) => FalseAlarms.AreAsRareAs(promisedDays, span);
}

internal static class FalseAlarms
{
    private const double Days = 200_000;

    public static void AreAsRareAs(double promisedDays, double span)
    {
        var alarms = new SingleClassWorld(JudgingPolicy.Default, 0.005, span).Healthy(Days, new Random(1)).Alarms;

        Assert.InRange(Days / alarms, 0.9 * promisedDays, 1.1 * promisedDays);
        Assert.True(Days / alarms > JudgingPolicy.Default.AlarmSeconds / 86_400, "the guarantee itself is broken");
    }
}
