using StatusHub.Domain.Judging;

namespace StatusHub.Scenarios.Stories;

/// <summary>Three minutes down, five up, ten times.</summary>
[Collection(nameof(OneAtATime))]
public sealed class FlappingStory(FlappingStory.Flaps flaps) : IClassFixture<FlappingStory.Flaps>
{
    public sealed class Flaps() : PlayedStory("flapping", "2026-02-20T09:45:00Z", "2026-02-20T12:00:00Z")
    {
        protected override Task PlayAsync(CancellationToken cancel) => LookAsync(Gpt, cancel, "10:02", "10:06", "10:10", "10:30", "11:58");
    }

    [Fact]
    public void Ten_flaps_are_one_incident_resolved_once_after_the_last()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(flaps.Told());

        var incident = Assert.Single(flaps.Incidents);
        Assert.Equal(PlayedStory.Gpt, Assert.Single(incident.Models).Model.Value);
        Assert.InRange(incident.StartedAt, flaps.At("10:00"), flaps.At("10:01"));
        Assert.InRange(incident.ResolvedAt!.Value, flaps.At("11:15"), flaps.At("12:00"));
        Assert.Single(flaps.Notices, n => n.Phase == "resolved");
    }

    [Fact]
    public void Subscribers_hear_of_it_at_most_twice_before_the_end()
    {
        var told = flaps.Notices.Where(n => n.Notify).ToList();

        Assert.InRange(told.Count(n => n.Phase != "resolved"), 1, 2);
        Assert.Equal("resolved", told[^1].Phase);
    }

    [Fact]
    public void A_gateway_that_follows_the_advice_does_not_flap_with_it()
    {
        var down = flaps.Glance(PlayedStory.Gpt, "10:02").Advised;

        Assert.Equal(("switch", PlayedStory.Opus), down);
        foreach (var clock in (string[])["10:06", "10:10", "10:30"])
        {
            var glance = flaps.Glance(PlayedStory.Gpt, clock);
            Assert.True(glance.Advised == down && (double)glance.Advice["primaryShare"]! < 1, $"{clock}: {glance.Advice}");
        }

        Assert.Equal(("stay", null), flaps.Glance(PlayedStory.Gpt, "11:58").Advised);
    }

    [Fact]
    public void Its_sister_at_the_same_provider_is_left_alone() => flaps.WasAlwaysWell(PlayedStory.Mini);

    [Fact]
    public void It_is_green_again_in_the_end() => Assert.Equal(HealthState.Operational, flaps.Story.Now(PlayedStory.Gpt).Status);
}
