using System.Collections.Immutable;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Incidents;

/// <summary>Verdicts minute by minute, and what the incidents make of them.</summary>
public sealed class IncidentRulesTests
{
    private const string Opus = "anthropic/claude-opus-4-8", Sonnet = "anthropic/claude-sonnet-4-6", Haiku = "anthropic/claude-haiku-4-5";

    [Fact]
    public void A_calm_model_opens_nothing()
    {
        Assert.Empty(new Story().At(0, Opus, HealthState.Operational));
        Assert.Empty(new Story().At(0, Opus, HealthState.Operational, JudgedPhase.Suspected));
        Assert.Empty(new Story().At(0, Opus, HealthState.Unknown));
    }

    [Fact]
    public void A_confirmed_trouble_opens_an_incident_and_tells()
    {
        var actions = new Story().At(0, Opus, HealthState.PartialOutage);

        Assert.True(Assert.IsType<IncidentAction.Open>(Assert.Single(actions)).Notify);
    }

    [Theory]
    [InlineData(Sonnet, 1, "they share the router")]
    [InlineData(Haiku, 2, "they share only the company")]
    [InlineData("openai/gpt-5-2", 2, "they share nothing")]
    public void A_second_model_joins_where_a_declared_domain_is_shared(string second, int incidents, string why)
    {
        var story = new Story();
        story.At(0, Opus, HealthState.MajorOutage);

        story.At(5, second, HealthState.MajorOutage);

        Assert.True(incidents == story.Incidents.Count, why);
    }

    [Fact]
    public void Incidents_of_one_company_are_linked()
    {
        var story = new Story();
        story.At(0, Opus, HealthState.MajorOutage);

        var opened = Assert.IsType<IncidentAction.Open>(Assert.Single(story.At(5, Haiku, HealthState.PartialOutage)));

        Assert.Equal([story.Incidents[0].Id], opened.Linked);
    }

    [Fact]
    public void Worse_is_told_once_it_stands_and_milder_is_only_recorded()
    {
        var story = new Story();
        story.At(0, Opus, HealthState.DegradedPerformance);

        Assert.False(Assert.Single(story.At(1, Opus, HealthState.MajorOutage)).Notify);
        Assert.True(Assert.IsType<IncidentAction.Update>(Assert.Single(story.At(3, Opus, HealthState.MajorOutage))).Notify);
        Assert.False(Assert.Single(story.At(4, Opus, HealthState.PartialOutage)).Notify);
        Assert.False(Assert.Single(story.At(5, Opus, HealthState.MajorOutage)).Notify);
        Assert.Empty(story.At(20, Opus, HealthState.MajorOutage));
    }

    [Fact]
    public void Another_kind_of_failure_is_written_down_once_it_stands()
    {
        var story = new Story();
        story.At(0, Opus, HealthState.PartialOutage, failure: FailureClass.StreamStall);

        Assert.Empty(story.At(1, Opus, HealthState.PartialOutage, failure: FailureClass.StreamCut));
        Assert.Empty(story.At(2, Opus, HealthState.PartialOutage, failure: FailureClass.StreamStall));
        Assert.Empty(story.At(3, Opus, HealthState.PartialOutage, failure: FailureClass.StreamCut));
        var changed = Assert.IsType<IncidentAction.FailureChanged>(Assert.Single(story.At(5, Opus, HealthState.PartialOutage, failure: FailureClass.StreamCut)));
        Assert.Equal((FailureClass.StreamStall, FailureClass.StreamCut), (changed.From, changed.To));
    }

    [Fact]
    public void Recovery_is_told_after_six_minutes_and_the_end_after_five_quiet_ones()
    {
        var story = new Story();
        story.At(0, Opus, HealthState.MajorOutage);
        story.At(60, Opus, HealthState.DegradedPerformance, JudgedPhase.Recovering);

        Assert.Empty(story.At(65, Opus, HealthState.DegradedPerformance, JudgedPhase.Recovering));
        Assert.True(Assert.IsType<IncidentAction.Monitoring>(Assert.Single(story.At(66, Opus, HealthState.DegradedPerformance, JudgedPhase.Recovering))).Notify);
        story.At(70, Opus, HealthState.Operational);
        Assert.Empty(story.At(74, Opus, HealthState.Operational));
        Assert.IsType<IncidentAction.Resolve>(Assert.Single(story.At(75, Opus, HealthState.Operational)));
    }

    [Theory]
    [InlineData(HealthState.Operational, JudgedPhase.Suspected, "a suspicion")]
    [InlineData(HealthState.Unknown, JudgedPhase.Calm, "not knowing")]
    public void Quiet_time_starts_anew_after(HealthState status, JudgedPhase phase, string what)
    {
        var story = new Story();
        story.At(0, Opus, HealthState.MajorOutage);
        story.At(10, Opus, HealthState.Operational);
        story.At(14, Opus, status, phase);
        story.At(15, Opus, HealthState.Operational);

        Assert.False(story.At(16, Opus, HealthState.Operational).Any(a => a is IncidentAction.Resolve), what);
        Assert.True(story.At(20, Opus, HealthState.Operational).Any(a => a is IncidentAction.Resolve), what);
    }

    [Fact]
    public void An_incident_ends_only_when_all_its_models_are_well()
    {
        var story = new Story();
        story.At(0, Opus, HealthState.MajorOutage);
        story.At(1, Sonnet, HealthState.PartialOutage);
        story.At(10, Opus, HealthState.Operational);

        Assert.Empty(story.At(30, Opus, HealthState.Operational));
        story.At(31, Sonnet, HealthState.Operational);
        Assert.IsType<IncidentAction.Resolve>(Assert.Single(story.At(36, Sonnet, HealthState.Operational)));
    }

    [Fact]
    public void Ten_flaps_speak_twice_before_the_end_and_end_once()
    {
        var story = new Story();
        var told = new List<IncidentAction>();
        for (var flap = 0; flap < 10; flap++)
        {
            told.AddRange(story.At(flap * 8, Opus, HealthState.MajorOutage).Where(a => a.Notify));
            told.AddRange(story.At((flap * 8) + 4, Opus, HealthState.DegradedPerformance, JudgedPhase.Recovering).Where(a => a.Notify));
            told.AddRange(story.At((flap * 8) + 6, Opus, HealthState.Operational).Where(a => a.Notify));
        }

        Assert.Collection(told, a => Assert.IsType<IncidentAction.Open>(a), a => Assert.IsType<IncidentAction.Relapse>(a));
        Assert.Empty(story.At(97, Opus, HealthState.Operational));
        Assert.IsType<IncidentAction.Resolve>(Assert.Single(story.At(98, Opus, HealthState.Operational)));
        Assert.Single(story.Incidents);
    }

    [Theory]
    [InlineData(29, 1, "inside half an hour it is the same incident")]
    [InlineData(31, 2, "later it is another one")]
    public void A_relapse_after_the_end_reopens(int minutesLater, int incidents, string why)
    {
        var story = new Story();
        story.At(0, Opus, HealthState.MajorOutage);
        story.At(10, Opus, HealthState.Operational);
        story.At(15, Opus, HealthState.Operational);

        var actions = story.At(15 + minutesLater, Opus, HealthState.PartialOutage);

        Assert.True(incidents == story.Incidents.Count, why);
        Assert.True(actions.Single() is IncidentAction.Reopen == (incidents == 1), why);
    }

    /// <summary>Incidents as they unfold.</summary>
    private sealed class Story
    {
        private static readonly DateTimeOffset Start = new(2026, 6, 7, 11, 0, 0, TimeSpan.Zero);

        public List<IncidentState> Incidents { get; } = [];

        public ImmutableArray<IncidentAction> At(
            int minute, string model, HealthState status, JudgedPhase phase = JudgedPhase.Calm, FailureClass failure = FailureClass.ServerError)
        {
            var now = Start.AddMinutes(minute);
            var verdict = new Verdict
            {
                Status = status,
                Since = now,
                Phase = status.IsTrouble() && phase == JudgedPhase.Calm ? JudgedPhase.Confirmed : phase,
                DominantFailure = failure,
                TroubleSince = now,
            };
            var recent = Incidents.Where(i => i.IsOpen || now - i.ResolvedAt <= IncidentPolicy.Default.MergeWithin).ToList();
            var id = ModelId.Parse(model);
            var step = IncidentRules.Decide(id, verdict, DomainsOf(model), recent, Guid.CreateVersion7(now), now, IncidentPolicy.Default);
            if (step.Incident is { } incident)
            {
                Incidents.RemoveAll(i => i.Id == incident.Id);
                Incidents.Add(incident);
            }

            return step.Actions;
        }

        private static string[] DomainsOf(string model) => model switch
        {
            Opus => ["anthropic", "anthropic-router", "anthropic-opus-cells"],
            Sonnet => ["anthropic", "anthropic-router"],
            Haiku => ["anthropic", "anthropic-haiku-cell"],
            _ => ["openai"],
        };
    }
}
