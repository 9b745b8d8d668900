using StatusHub.Domain.Recovery;

namespace StatusHub.Unit.Recovery;

/// <summary>How good the estimates are on the shipped history, each incident estimated from earlier ones alone.</summary>
public sealed class RecoveryProofTests
{
    private const int EnoughToJudge = 30;

    private static IReadOnlyList<RecoveryAccuracy> Rows => RecoveryBacktest.Shipped;

    private static RecoveryAccuracy All => Rows[^1];

    [Fact]
    public void Four_in_five_end_within_the_eighty_percent_interval() => Assert.InRange(All.Cover80, .77, .83);

    [Fact]
    public void And_no_fewer_than_seven_in_ten_at_any_time_elapsed() =>
        Assert.All(Rows.Where(r => r.Count >= EnoughToJudge), row => Assert.True(row.Cover80 >= .70, $"{row}"));

    [Fact]
    public void It_is_a_twentieth_better_than_not_looking_at_the_clock() => Assert.True(All.Loss <= .95 * All.BaselineLoss, $"{All}");

    [Fact]
    public void And_a_third_better_after_four_hours() =>
        Assert.All(Rows.Where(r => r.Elapsed >= TimeSpan.FromHours(4)), row => Assert.True(row.Loss <= .70 * row.BaselineLoss, $"{row}"));

    /// <summary>The check can fail: a model that believes in its prior alone, and a wrong one, covers too little.</summary>
    [Fact]
    public void A_wrong_prior_is_seen()
    {
        var wrong = RecoveryPolicy.Default with { PriorWeight = 1e6, Investigating = (2.5, 0.7), Identified = (2.5, 0.7) };
        Assert.True(RecoveryBacktest.Run(ShippedHistory.Incidents, wrong)[^1].Cover80 < .70);
    }
}
