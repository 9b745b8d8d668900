using StatusHub.Domain.Judging;

namespace StatusHub.Scenarios.Stories;

/// <summary>Nothing fails: Mistral takes three times as long from 13:00 to 14:00, six times from 14:00 to 15:30.</summary>
[Collection(nameof(OneAtATime))]
public sealed class BrownOutStory(BrownOutStory.Afternoon afternoon) : IClassFixture<BrownOutStory.Afternoon>
{
    public sealed class Afternoon() : PlayedStory("brown-out", "2026-03-02T12:30:00Z", "2026-03-02T15:50:00Z")
    {
        protected override Task PlayAsync(CancellationToken cancel) => LookAsync(Mistral, cancel, "13:30", "15:00");
    }

    [Fact]
    public void Slowness_is_degraded_performance_within_ten_minutes()
    {
        var first = afternoon.First(PlayedStory.Mistral, "13:00", v => v.Status.IsTrouble());

        Assert.InRange(first.At, afternoon.At("13:00"), afternoon.At("13:10"));
        Assert.Equal((HealthState.DegradedPerformance, TroubleKind.Latency), (first.Verdict.Status, first.Verdict.Kind));
    }

    [Fact]
    public void It_is_never_called_an_outage() =>
        Assert.DoesNotContain(afternoon.Story.Of(PlayedStory.Mistral), s => s.Verdict.Status > HealthState.DegradedPerformance);

    [Fact]
    public void The_words_say_how_slow_against_its_usual()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(afternoon.Told());

        var incident = Assert.Single(afternoon.Incidents);
        Assert.Matches(@"is \d\.\dx slower than usual", incident.Updates[0].Body);
        Assert.DoesNotContain(incident.Updates, u => u.Body.Contains("fail", StringComparison.Ordinal));
        Assert.InRange(afternoon.Verdict(PlayedStory.Mistral, "13:50").SlowFactor, 2, 4.5);
        Assert.InRange(afternoon.Verdict(PlayedStory.Mistral, "15:00").SlowFactor, 4, 9);
    }

    [Theory]
    [InlineData("13:30")]
    [InlineData("15:00")]
    public void Page_and_api_call_it_slow_and_the_advice_is_to_stay_because_it_answers(string clock)
    {
        var glance = afternoon.Glance(PlayedStory.Mistral, clock);

        Assert.Matches(@"is slow: the first words take \d\.\d times as long as usual", glance.Page);
        Assert.Equal(("degraded_performance", "latency"), ((string)glance.Api["status"]!, (string)glance.Api["kind"]!));
        Assert.Equal(("stay", null), glance.Advised);
        Assert.Contains("slow but answers", glance.Reason, StringComparison.Ordinal);
        Assert.NotNull(glance.Expected);
    }

    [Fact]
    public void It_is_green_within_a_quarter_of_an_hour_of_the_end()
    {
        var well = afternoon.First(PlayedStory.Mistral, "15:30", v => v.Status == HealthState.Operational);

        Assert.InRange(well.At, afternoon.At("15:30"), afternoon.At("15:45"));
        Assert.Equal(HealthState.Operational, afternoon.Story.Now(PlayedStory.Mistral).Status);
    }

    [Fact]
    public void A_model_as_fast_as_ever_is_left_alone() => afternoon.WasAlwaysWell(PlayedStory.Haiku);
}
