using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Scenarios.Stories;

/// <summary>From 14:00 Opus answers half of everybody 529, and Mistral answers us 429.</summary>
[Collection(nameof(OneAtATime))]
public sealed class OverloadStory(OverloadStory.Rush rush) : IClassFixture<OverloadStory.Rush>
{
    public sealed class Rush() : PlayedStory("overload", "2026-04-14T13:30:00Z", "2026-04-14T15:59:00Z")
    {
        protected override Task PlayAsync(CancellationToken cancel) => LookAsync(Opus, cancel, "14:10", "15:20");
    }

    [Fact]
    public void Overload_for_everybody_is_a_partial_outage_within_five_minutes()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(rush.Told());

        var partial = rush.First(PlayedStory.Opus, "14:00", v => v.Status >= HealthState.PartialOutage);
        Assert.InRange(partial.At, rush.At("14:00"), rush.At("14:05"));
        Assert.Equal(FailureClass.Overloaded, partial.Verdict.DominantFailure);
        Assert.Contains(Assert.Single(rush.Incidents).Updates, u => u.Body.Contains("overloaded", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("14:10")]
    [InlineData("15:20")]
    public void The_advice_avoids_what_shares_the_overloaded_router_and_says_so(string clock)
    {
        var glance = rush.Glance(PlayedStory.Opus, clock);

        Assert.Equal(("switch", PlayedStory.Gpt), glance.Advised);
        Assert.Contains($"Avoided, although they answer: {PlayedStory.Sonnet} (in anthropic-router", glance.Reason, StringComparison.Ordinal);
        Assert.Contains("overloaded", glance.Page, StringComparison.Ordinal);
        Assert.True(glance.Expected is { } end && end.P80 > end.P50);
    }

    [Fact]
    public void It_is_over_within_half_an_hour_of_the_end() =>
        Assert.InRange(Assert.Single(rush.Incidents).ResolvedAt!.Value, rush.At("15:30"), rush.At("15:59"));

    [Fact]
    public void A_limit_on_our_own_key_changes_nothing_in_public() => rush.WasAlwaysWell(PlayedStory.Mistral);

    [Fact]
    public async Task The_rate_is_lowered_and_the_owner_sees_why()
    {
        var cancel = TestContext.Current.CancellationToken;
        var calm = await rush.Archive.ProbesAsync(PlayedStory.Mistral, rush.At("13:40"), rush.At("14:00"), cancel);
        var limited = await rush.Archive.ProbesAsync(PlayedStory.Mistral, rush.At("14:30"), rush.At("15:30"), cancel);

        // A third of the calm rate, over three times as long: which probes are refused is chance, and those that are not quicken the rate for a while.
        Assert.InRange(limited.Count, 3, calm.Count);
        var refused = (await rush.Archive.ProbesAsync(PlayedStory.Mistral, rush.At("14:00"), rush.At("14:50"), cancel)).First(o => o.Failure == FailureClass.RateLimited);
        Assert.Equal(TimeSpan.FromSeconds(20), refused.RetryAfter);
        Assert.NotEmpty(refused.Detail!);
    }
}
