using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

/// <summary>Each scenario's expectations of the judge, replayed without a wire, for several seeds.</summary>
public sealed class ScenarioTests
{
    private const string Opus = "anthropic/claude-opus-4-8", Sonnet = "anthropic/claude-sonnet-4-6", Haiku = "anthropic/claude-haiku-4-5";
    private const string Gpt = "openai/gpt-5-2", Mini = "openai/gpt-5-2-mini", Mistral = "mistral/mistral-large-3", Local = "local/qwen3-8b";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_shared_router_day_is_told_as_it_was(int seed)
    {
        var day = IncidentReplay.Of("opus-shared-router", seed);

        var first = Trouble(day.Replay, Opus);
        Assert.InRange(first.At.TimeOfDay, new(11, 0, 30), new(11, 15, 0));
        Assert.InRange(first.Verdict.TroubleSince!.Value.TimeOfDay, new(10, 59, 0), new(11, 3, 0));
        Assert.InRange(Trouble(day.Replay, Sonnet).At.TimeOfDay, new(11, 40, 30), new(11, 50, 0));
        Assert.All([Opus, Sonnet], m => Assert.Contains(day.Replay.Story(m), s => s.At.TimeOfDay < new TimeSpan(12, 20, 0) && s.At.TimeOfDay > new TimeSpan(12, 15, 0) && s.Verdict.Status == HealthState.MajorOutage));
        Assert.All([Haiku, Gpt, Mini, Mistral, Local], m => AlwaysWell(day.Replay, m));
        var (incident, actions) = Assert.Single(day.Incidents);
        Assert.Equal([Opus, Sonnet], incident.Models.Select(m => m.Model.Value));
        Assert.Contains(actions, a => a.Action is IncidentAction.Monitoring && a.At.TimeOfDay > new TimeSpan(20, 45, 0));
        Assert.InRange(incident.ResolvedAt!.Value.TimeOfDay, new(23, 24, 0), new(23, 59, 0));
        Assert.InRange(actions.Count(a => a.Action.Notify), 4, 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Ten_flaps_are_one_incident_with_two_messages_before_its_end(int seed)
    {
        var (incident, actions) = Assert.Single(IncidentReplay.Of("flapping", seed).Incidents);

        var told = actions.Where(a => a.Action.Notify).ToList();
        Assert.InRange(told.Count, 2, 3);
        Assert.IsType<IncidentAction.Resolve>(told[^1].Action);
        Assert.InRange(incident.ResolvedAt!.Value.TimeOfDay, new(11, 20, 0), new(12, 0, 0));
        Assert.InRange(incident.Relapses, 6, 9); // a flap seen before the last one had cleared is no relapse
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_brown_out_is_degraded_for_latency_and_never_an_outage(int seed)
    {
        var play = Replay.Of("brown-out", seed);

        var first = Trouble(play, Mistral);
        Assert.InRange(first.At.TimeOfDay, new(13, 0, 0), new(13, 10, 0));
        Assert.Equal(TroubleKind.Latency, first.Verdict.Kind);
        Assert.DoesNotContain(play.Story(Mistral), s => s.Verdict.Status > HealthState.DegradedPerformance);
        Assert.InRange(play.Story(Mistral).Last(s => s.At.TimeOfDay < new TimeSpan(15, 0, 0)).Verdict.SlowFactor, 4, 9);
        Assert.InRange(play.Story(Mistral).Last(s => s.At.TimeOfDay < new TimeSpan(15, 0, 0)).Verdict.Scope.TokenTimeFactor, 3.5, 7);
        Assert.InRange(play.First(Mistral, v => v.Status == HealthState.Operational, "15:30")!.Value.At.TimeOfDay, new(15, 30, 0), new(15, 45, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Keys_that_work_in_between_make_refusals_the_providers_fault(int seed)
    {
        var play = Replay.Of("auth-flaps", seed);

        Assert.All([Gpt, Mini], m =>
        {
            var first = Trouble(play, m);
            Assert.InRange(first.At.TimeOfDay, new(9, 0, 30), new(9, 15, 0));
            Assert.Equal(TroubleKind.Access, first.Verdict.Kind);
        });
        Assert.All([Opus, Mistral], m => AlwaysWell(play, m));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Overload_for_everybody_is_theirs_and_a_limit_on_us_is_ours(int seed)
    {
        var play = Replay.Of("overload", seed);

        var partial = play.First(Opus, v => v.Status >= HealthState.PartialOutage, "14:00")!.Value;
        Assert.InRange(partial.At.TimeOfDay, new(14, 0, 30), new(14, 5, 0));
        Assert.Equal(FailureClass.Overloaded, partial.Verdict.DominantFailure);
        AlwaysWell(play, Mistral);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Streams_that_hang_break_off_or_end_in_errors_are_an_outage_each_under_its_own_name(int seed)
    {
        var play = Replay.Of("stream-stall", seed);

        Assert.InRange(play.First(Opus, v => v.Status == HealthState.PartialOutage, "16:00")!.Value.At.TimeOfDay, new(16, 0, 30), new(16, 10, 0));
        foreach (var (until, failure) in new[] { ("16:30", FailureClass.StreamStall), ("17:00", FailureClass.StreamCut), ("17:20", FailureClass.InStreamError) })
        {
            Assert.Equal(failure, play.Story(Opus).Last(s => s.At.TimeOfDay < TimeSpan.Parse(until)).Verdict.DominantFailure);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Wrong_answers_are_a_matter_of_quality(int seed)
    {
        var play = Replay.Of("wrong-content", seed);

        var first = play.First(Sonnet, v => v.Status.IsTrouble(), "12:00")!.Value;
        Assert.InRange(first.At.TimeOfDay, new(12, 0, 0), new(12, 45, 0));
        Assert.Equal(TroubleKind.Quality, first.Verdict.Kind);
        AlwaysWell(play, Haiku);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Our_own_network_down_is_nobodys_outage_and_leaves_no_trace(int seed)
    {
        var day = IncidentReplay.Of("our-network", seed);

        Assert.Empty(day.Incidents);
        Assert.All(day.Replay.Models, m =>
        {
            var dark = day.Replay.Story(m.Value).Where(s => s.At.TimeOfDay > new TimeSpan(3, 2, 0) && s.At.TimeOfDay < new TimeSpan(3, 11, 50)).ToList();
            Assert.NotEmpty(dark);
            Assert.All(dark, s => Assert.Equal((HealthState.Unknown, "our own network is unreachable, so we cannot tell"), (s.Verdict.Status, s.Verdict.UnknownBecause)));
            Assert.All(day.Replay.Story(m.Value).Where(s => s.At.TimeOfDay > new TimeSpan(3, 14, 0)), s => Assert.Equal(HealthState.Operational, s.Verdict.Status));
        });
    }

    private static (DateTimeOffset At, Verdict Verdict) Trouble(Replay play, string model) => play.First(model, v => v.Status.IsTrouble())!.Value;

    private static void AlwaysWell(Replay play, string model) =>
        Assert.All(play.Story(model).Skip(3), s => Assert.Equal(HealthState.Operational, s.Verdict.Status));
}
