namespace StatusHub.Unit.Judging.Outside;

/// <summary>Twelve organisations, some of them lying: how often they cry wolf together, and how soon they find what is there. Seeded.</summary>
public sealed class FusionProofTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    public void Thirty_days_of_health_bring_no_false_alarm_with_up_to_two_liars(int liars, int atMost)
    {
        var (alarms, trust) = FusionFigures.Healthy(liars, days: 30, seed: 11 + liars);

        TestContext.Current.TestOutputHelper!.WriteLine($"{liars} liars: {alarms} alarms, trust {trust}");
        Assert.InRange(alarms, 0, atMost);
    }

    [Theory]
    [InlineData(1.0, 1.5)]
    [InlineData(0.20, 1.5)]
    [InlineData(0.10, 2.5)]
    [InlineData(0.05, 3)]
    public void Twelve_organisations_find_a_failing_share_within_minutes(double share, double meanAtMost)
    {
        var minutes = FusionFigures.MinutesToFind(share, liars: 0, runs: 30);

        TestContext.Current.TestOutputHelper!.WriteLine($"{share:P0}: {minutes:0.0} min");
        Assert.InRange(minutes, 1, meanAtMost);
    }

    [Fact]
    public void Liars_lose_most_of_their_weight_and_honest_organisations_keep_most_of_theirs()
    {
        var trust = FusionFigures.Healthy(liars: 2, days: 14, seed: 5).Trust;

        TestContext.Current.TestOutputHelper!.WriteLine($"{trust}");
        Assert.InRange(trust.Liars, 0, 0.5);
        Assert.InRange(trust.Honest, 0.85, 1);
    }

    [Fact]
    public void However_many_hide_an_outage_five_that_tell_the_truth_are_enough()
    {
        var policy = Domain.Judging.Outside.OutsidePolicy.Default;
        var voices = Enumerable.Range(0, 40).Select(i => new Domain.Judging.Outside.Voice(Domain.Judging.Outside.Reporter.Itself(new Guid(i, 0, 0, new byte[8])), i < 5 ? policy.MostNats : 0, i < 5 ? 1 : 0, default, null));

        Assert.True(Domain.Judging.Outside.Quorum.Of([.. voices], wasAlarm: false, policy).IsAlarm);
    }
}
