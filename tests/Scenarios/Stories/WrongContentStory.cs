using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Scenarios.Stories;

/// <summary>Answers come fast and wrong: 0.8 % of them until noon, about one in six after it.</summary>
[Collection(nameof(OneAtATime))]
public sealed class WrongContentStory(WrongContentStory.Corruption corruption) : IClassFixture<WrongContentStory.Corruption>
{
    public sealed class Corruption() : PlayedStory("wrong-content", "2025-08-25T11:15:00Z", "2025-08-25T16:30:00Z")
    {
        protected override Task PlayAsync(CancellationToken cancel) => LookAsync(Sonnet, cancel, "12:50");
    }

    [Fact]
    public void Wrong_answers_are_a_quality_incident_within_three_quarters_of_an_hour()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(corruption.Told());

        var first = corruption.First(PlayedStory.Sonnet, "12:00", v => v.Status.IsTrouble());
        Assert.InRange(first.At, corruption.At("12:00"), corruption.At("12:45"));
        var incident = Assert.Single(corruption.Incidents);
        Assert.Equal(TroubleKind.Quality, incident.Kind);
        Assert.Contains("wrong", incident.Title, StringComparison.Ordinal);
        Assert.Equal(FailureClass.WrongContent, first.Verdict.DominantFailure);
    }

    [Fact]
    public void The_page_says_wrong_and_the_advice_is_a_model_that_answers_right()
    {
        var glance = corruption.Glance(PlayedStory.Sonnet, "12:50");

        Assert.Contains("wrong content", glance.Page, StringComparison.Ordinal);
        Assert.Equal(("switch", PlayedStory.Gpt), glance.Advised);
        Assert.Equal("quality", (string)glance.Api["kind"]!);
        Assert.True(glance.Expected is { } end && end.P80 > end.P50);
    }

    [Fact]
    public void It_is_over_within_half_an_hour_of_the_end() =>
        Assert.InRange(Assert.Single(corruption.Incidents).ResolvedAt!.Value, corruption.At("16:00"), corruption.At("16:30"));

    [Fact]
    public void What_is_below_notice_is_not_claimed() =>
        Assert.All(corruption.Story.Of(PlayedStory.Sonnet).Where(s => s.At > corruption.At("11:17") && s.At < corruption.At("12:00")), s => Assert.False(s.Verdict.Status.IsTrouble(), s.ToString()));

    [Fact]
    public void Models_that_answer_right_stay_green() => corruption.WasAlwaysWell(PlayedStory.Haiku);
}
