using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Scenarios.Stories;

/// <summary>The 7 June day, whole: the provider's page stays green until 11:30 and is a clean sheet again at 23:24.</summary>
[Collection(nameof(OneAtATime))]
public sealed class OpusSharedRouterStory(OpusSharedRouterStory.Day day) : IClassFixture<OpusSharedRouterStory.Day>
{
    public sealed class Day() : PlayedStory("opus-shared-router", "2026-06-07T10:30:00Z", "2026-06-07T23:59:00Z")
    {
        public string HomeAtHalfPastTwelve { get; private set; } = "";

        public string OpusAtHalfPastTwelve { get; private set; } = "";

        protected override async Task PlayAsync(CancellationToken cancel)
        {
            await Story.PlayAsync(At("12:30"), cancel);
            HomeAtHalfPastTwelve = await App.PageAsync("/", cancel);
            OpusAtHalfPastTwelve = await App.PageAsync($"/models/{Opus}", cancel);
        }
    }

    private Incident Router => day.Incidents[0];

    [Fact]
    public void The_incident_opens_a_quarter_of_an_hour_before_the_official_page_and_is_dated_to_its_first_failure()
    {
        Assert.Equal(PlayedStory.Opus, Router.Models[0].Model.Value);
        Assert.InRange(Router.DetectedAt, day.At("11:00"), day.At("11:15"));
        Assert.InRange(Router.StartedAt, day.At("11:00"), day.At("11:03"));
    }

    [Fact]
    public void Sonnet_is_marked_on_its_own_evidence_within_ten_minutes()
    {
        var marked = day.First(PlayedStory.Sonnet, "11:40", v => v.Status.IsTrouble());

        Assert.InRange(marked.At, day.At("11:40"), day.At("11:50"));
        Assert.InRange(marked.Verdict.TroubleSince!.Value, day.At("11:39"), day.At("11:50"));
        Assert.All(day.Story.Of(PlayedStory.Sonnet).Where(s => s.At > day.At("10:32") && s.At < day.At("11:40")), s => Assert.False(s.Verdict.Status.IsTrouble()));
    }

    [Theory]
    [InlineData(PlayedStory.Opus)]
    [InlineData(PlayedStory.Sonnet)]
    public void Both_are_a_major_outage_within_five_minutes_of_a_quarter_past_twelve_and_stay_one(string model)
    {
        Assert.Equal(HealthState.MajorOutage, day.Verdict(model, "12:20").Status);
        Assert.DoesNotContain(day.Story.Of(model), s => s.At > day.At("12:20") && s.At < day.At("20:45") && s.Verdict.Status != HealthState.MajorOutage);
        Assert.Equal(FailureClass.ServerError, day.Verdict(model, "13:00").DominantFailure);
    }

    [Theory]
    [InlineData(PlayedStory.Haiku)]
    [InlineData(PlayedStory.Gpt)]
    [InlineData(PlayedStory.Mini)]
    [InlineData(PlayedStory.Mistral)]
    [InlineData(PlayedStory.Local)]
    public void Models_outside_the_router_stay_operational_throughout(string model) => day.WasAlwaysWell(model);

    [Fact]
    public void The_day_is_one_incident()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"{day.Story.Probes} probes\n{day.Told()}");

        Assert.Single(day.Incidents);
        Assert.Equal([PlayedStory.Opus, PlayedStory.Sonnet], Router.Models.Select(m => m.Model.Value));
    }
}
