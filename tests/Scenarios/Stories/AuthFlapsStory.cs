using StatusHub.Domain.Judging;

namespace StatusHub.Scenarios.Stories;

/// <summary>From 09:00 to 10:40 one provider answers valid keys 401 a fifth of the time.</summary>
[Collection(nameof(OneAtATime))]
public sealed class AuthFlapsStory(AuthFlapsStory.Refusals refusals) : IClassFixture<AuthFlapsStory.Refusals>
{
    public sealed class Refusals() : PlayedStory("auth-flaps", "2025-12-09T08:35:00Z", "2025-12-09T11:10:00Z")
    {
        protected override Task PlayAsync(CancellationToken cancel) => LookAsync(Gpt, cancel, "09:30");
    }

    [Theory]
    [InlineData(PlayedStory.Gpt)]
    [InlineData(PlayedStory.Mini)]
    public void Refusals_of_keys_that_work_in_between_are_the_providers_fault_within_a_quarter_of_an_hour(string model)
    {
        var first = refusals.First(model, "09:00", v => v.Status.IsTrouble());

        Assert.InRange(first.At, refusals.At("09:00"), refusals.At("09:15"));
        Assert.Equal(TroubleKind.Access, first.Verdict.Kind);
    }

    [Fact]
    public void The_incidents_say_that_valid_keys_are_refused_and_know_of_each_other()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(refusals.Told());

        Assert.InRange(refusals.Incidents.Count, 1, 2);
        Assert.All(refusals.Incidents, i => Assert.Contains("valid keys", i.Updates[0].Body, StringComparison.Ordinal));
        Assert.True(refusals.Incidents.Count == 1 || refusals.Incidents[0].Linked.Contains(refusals.Incidents[1].Id));
    }

    [Fact]
    public void The_advice_leaves_the_house_whose_keys_are_refused_and_says_why()
    {
        var glance = refusals.Glance(PlayedStory.Gpt, "09:30");

        Assert.Equal(("switch", PlayedStory.Opus), glance.Advised);
        Assert.False((bool)glance.Of(PlayedStory.Mini)["usable"]!);
        Assert.Contains("provider:openai", (string)glance.Of(PlayedStory.Mini)["reason"]!, StringComparison.Ordinal);
        Assert.Equal("access", (string)glance.Incident!["kind"]!);
        Assert.True(glance.Expected is { } end && end.P80 > end.P50 && end.P50 > refusals.At("09:20"));
    }

    [Fact]
    public void Each_is_over_within_half_an_hour_of_the_end() =>
        Assert.All(refusals.Incidents, i => Assert.InRange(i.ResolvedAt!.Value, refusals.At("10:40"), refusals.At("11:10")));

    [Fact]
    public void A_sister_behind_the_same_key_check_is_not_offered_as_a_way_out() =>
        Assert.DoesNotContain(refusals.Incidents.SelectMany(i => i.Updates), u => u.Body.Contains("GPT-5.2 mini and", StringComparison.Ordinal));

    [Fact]
    public async Task No_endpoint_is_paused_for_good()
    {
        var cancel = TestContext.Current.CancellationToken;

        Assert.All(await refusals.App.EndpointsAsync(cancel), e => Assert.Null(e.PausedBecause));
        foreach (var model in (string[])[PlayedStory.Gpt, PlayedStory.Mini])
        {
            Assert.NotEmpty(await refusals.Archive.ProbesAsync(model, refusals.At("10:50"), refusals.At("10:55"), cancel));
        }
    }

    [Theory]
    [InlineData(PlayedStory.Opus)]
    [InlineData(PlayedStory.Mistral)]
    [InlineData(PlayedStory.Local)]
    public void Other_providers_stay_green(string model) => refusals.WasAlwaysWell(model);
}
