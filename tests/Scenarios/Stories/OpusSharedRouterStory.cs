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

    [Fact]
    public void Sonnet_joins_as_a_neighbour_and_its_own_outage_is_told_though_opus_was_out_already()
    {
        Assert.Contains(Router.Updates, u => u.Body.Contains("Claude Sonnet 4.6", StringComparison.Ordinal) && u.Body.Contains("shares infrastructure with Claude Opus 4.8", StringComparison.Ordinal));
        Assert.Contains(Router.Updates, u => u.At >= day.At("12:15") && u.At <= day.At("12:25") && u.Body.Contains("It got worse: Claude Sonnet 4.6", StringComparison.Ordinal));
    }

    [Fact]
    public void What_can_be_used_meanwhile_is_never_behind_the_failed_router()
    {
        var advising = Router.Updates.Where(u => u.Body.Contains("can be used meanwhile", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(advising);
        Assert.All(advising, u =>
        {
            var advice = u.Body[..u.Body.IndexOf("normally and can be used meanwhile", StringComparison.Ordinal)].Split(". ")[^1];
            Assert.DoesNotContain("Sonnet", advice, StringComparison.Ordinal);
            Assert.DoesNotContain("Opus", advice, StringComparison.Ordinal);
            Assert.Contains("GPT-5.2", advice, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void It_is_monitored_after_the_rollback_and_resolved_when_the_last_failures_are_gone()
    {
        Assert.InRange(Router.MonitoringAt!.Value, day.At("20:45"), day.At("23:59"));
        Assert.InRange(Router.ResolvedAt!.Value, day.At("23:24"), day.At("23:59"));
        Assert.Equal("Claude Opus 4.8 and Claude Sonnet 4.6 failed most requests", Router.Title);
    }

    [Fact]
    public void Subscribers_get_a_handful_of_messages_for_the_whole_day() => Assert.InRange(day.Notices.Count(n => n.Notify), 4, 12);

    [Fact]
    public void The_public_page_says_at_half_past_twelve_what_fails_since_when_and_what_works()
    {
        foreach (var said in (string[])["Claude Opus 4.8", "Claude Sonnet 4.6", "fail most requests", "11:00", "Claude Haiku 4.5"])
        {
            Assert.Contains(said, day.HomeAtHalfPastTwelve, StringComparison.Ordinal);
        }

        Assert.Contains("Major outage", day.OpusAtHalfPastTwelve, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("All models work", day.HomeAtHalfPastTwelve, StringComparison.OrdinalIgnoreCase);
    }
}
