using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Scenarios.Stories;

/// <summary>The 7 June day, whole: the provider's page stays green until 11:30 and is a clean sheet again at 23:24.</summary>
[Collection(nameof(LongOnesInTurn))]
public sealed class OpusSharedRouterStory(OpusSharedRouterStory.Day day) : IClassFixture<OpusSharedRouterStory.Day>
{
    public sealed class Day() : PlayedStory("opus-shared-router", "2026-06-07T10:30:00Z", "2026-06-07T23:59:00Z")
    {
        protected override Task PlayAsync(CancellationToken cancel) =>
            LookAsync(Opus, cancel, "10:50", "11:30", "12:30", "20:00", "21:30", "23:46", "23:58");
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
    public void Before_it_the_advice_is_to_stay() => Assert.Equal(("stay", null), day.Glance(PlayedStory.Opus, "10:50").Advised);

    [Theory]
    [InlineData("11:30")]
    [InlineData("12:30")]
    [InlineData("20:00")]
    public void The_advice_is_a_model_of_another_house_though_the_plan_names_sonnet_first(string clock)
    {
        var glance = day.Glance(PlayedStory.Opus, clock);

        Assert.Equal(("switch", PlayedStory.Gpt), glance.Advised);
        Assert.Equal($"instead of {PlayedStory.Opus}", (string)glance.Advice["plan"]!);
        Assert.Contains($"{PlayedStory.Gpt} works and shares nothing known with it", glance.Reason, StringComparison.Ordinal);
        Assert.False((bool)glance.Of(PlayedStory.Sonnet)["usable"]!);
        Assert.Contains("anthropic-router", (string)glance.Of(PlayedStory.Sonnet)["reason"]!, StringComparison.Ordinal);
        Assert.InRange((double)glance.Of(PlayedStory.Gpt)["pUpGivenPrimaryDown"]!, 0.9, 1);
    }

    [Fact]
    public void While_sonnet_still_answers_the_advice_says_that_it_is_avoided_and_names_the_router() =>
        Assert.Contains($"Avoided, although they answer: {PlayedStory.Sonnet} (in anthropic-router", day.Glance(PlayedStory.Opus, "11:30").Reason, StringComparison.Ordinal);

    [Fact]
    public void Once_it_is_over_the_primary_gets_its_requests_back_and_nothing_is_said_of_an_end() =>
        Assert.Equal((("stay", (string?)null), ((DateTimeOffset, DateTimeOffset)?)null), (day.Glance(PlayedStory.Opus, "23:58").Advised, day.Glance(PlayedStory.Opus, "23:58").Expected));

    [Fact]
    public void The_expected_end_is_an_interval_and_is_revised_as_the_day_goes_on()
    {
        var (early, noon, late) = (day.Glance(PlayedStory.Opus, "11:30"), day.Glance(PlayedStory.Opus, "12:30"), day.Glance(PlayedStory.Opus, "20:00"));

        foreach (var (glance, clock) in new[] { (early, "11:30"), (noon, "12:30"), (late, "20:00") })
        {
            Assert.True(glance.Expected!.Value.P50 > day.At(clock).AddMinutes(-10) && glance.Expected.Value.P80 > glance.Expected.Value.P50, $"{clock}: {glance.Expected}");
            Assert.Contains("even chance", glance.Page, StringComparison.Ordinal);
            Assert.Contains("4 in 5 by", glance.Page, StringComparison.Ordinal);
        }

        Assert.True(noon.Expected!.Value.P50 > early.Expected!.Value.P50 && late.Expected!.Value.P50 > noon.Expected.Value.P50);
        Assert.InRange(late.Incident!["eta"]!["revisions"]!.AsArray().Count, 5, 40);
    }

    [Fact]
    public void Machines_are_told_the_expected_end_with_the_state()
    {
        var told = day.States.Where(s => s.Model == PlayedStory.Opus && s.Status is "partial_outage" or "major_outage" && s.At < day.At("13:00")).ToList();

        Assert.NotEmpty(told);
        Assert.All(told, s => Assert.True(s.Expected is { } end && end.P50 > s.At && end.P80 > end.P50, s.ToString()));
        Assert.All(day.States.Where(s => s.Status == "operational"), s => Assert.Null(s.Expected));
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
        var glance = day.Glance(PlayedStory.Opus, "12:30");
        foreach (var said in (string[])["Claude Opus 4.8", "Claude Sonnet 4.6", "fail most requests", "11:00", "Claude Haiku 4.5"])
        {
            Assert.Contains(said, glance.Home, StringComparison.Ordinal);
        }

        Assert.Contains("Major outage", glance.Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("All models work", glance.Home, StringComparison.OrdinalIgnoreCase);
    }
}
