using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;

namespace StatusHub.Scenarios.Stories;

/// <summary>For twelve minutes from 03:00 nothing is reached: that is our uplink, and nobody's outage.</summary>
[Collection(nameof(OneAtATime))]
public sealed class OurNetworkStory(OurNetworkStory.Night night) : IClassFixture<OurNetworkStory.Night>
{
    public sealed class Night() : PlayedStory("our-network", "2026-05-11T02:40:00Z", "2026-05-11T03:30:00Z")
    {
        protected override Task PlayAsync(CancellationToken cancel) => LookAsync(Opus, cancel, "03:05");
    }

    [Fact]
    public void No_provider_gets_an_incident()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(night.Told());

        Assert.Empty(night.Incidents);
    }

    [Fact]
    public void Every_model_is_unknown_with_the_reason_and_none_is_green()
    {
        Assert.All(PlayedStory.All, model => Assert.All(
            night.Story.Of(model).Where(s => s.At > night.At("03:02") && s.At < night.At("03:12")).Append(new(night.At("03:05"), night.Verdict(model, "03:05"))),
            s => Assert.True(s.Verdict.Status == HealthState.Unknown && s.Verdict.UnknownBecause!.Contains("our own network", StringComparison.Ordinal), $"{model} {s}")));
    }

    [Fact]
    public void The_page_says_whose_network_it_is() => Assert.Contains("our own network is unreachable", night.Glance(PlayedStory.Opus, "03:05").Home, StringComparison.Ordinal);

    [Fact]
    public void Nobody_is_sent_elsewhere_for_our_own_blindness()
    {
        var glance = night.Glance(PlayedStory.Opus, "03:05");

        Assert.Equal(("stay", null), glance.Advised);
        Assert.Contains("Nothing certain is known", glance.Reason, StringComparison.Ordinal);
        Assert.Null(glance.Expected);
        Assert.All(night.States, s => Assert.Null(s.Expected));
    }

    [Fact]
    public async Task Recovery_leaves_no_trouble_in_the_record_that_scores_are_made_of()
    {
        Assert.All(PlayedStory.All, model => Assert.Equal(HealthState.Operational, night.Verdict(model, "03:15").Status));
        var spans = await night.App.Services.GetRequiredService<VerdictStore>().SpansAsync(null, night.At("02:00"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(spans, s => s.Status.IsTrouble());
    }
}
