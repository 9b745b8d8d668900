using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Incidents;

/// <summary>The exact sentences, to be read aloud.</summary>
public sealed class WordingTests
{
    private static readonly DateTimeOffset Eleven = new(2026, 6, 7, 11, 2, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(HealthState.MajorOutage, FailureClass.ServerError, 0.83, 1, "Claude Opus 4.8 fails most requests",
        "Claude Opus 4.8 is failing about 8 in 10 requests since 11:02 UTC: the service answers with an internal error (HTTP 500). Claude Haiku 4.5 works normally and can be used meanwhile. We are waiting on Anthropic. Next update by 11:45 UTC.")]
    [InlineData(HealthState.PartialOutage, FailureClass.Overloaded, 0.5, 1, "Claude Opus 4.8 fails some requests",
        "Claude Opus 4.8 is failing about 5 in 10 requests since 11:02 UTC: the service answers that it is overloaded. Claude Haiku 4.5 works normally and can be used meanwhile. We are waiting on Anthropic. Next update by 11:45 UTC.")]
    [InlineData(HealthState.PartialOutage, FailureClass.StreamCut, 0.28, 2.4, "Claude Opus 4.8 fails some requests",
        "Claude Opus 4.8 is failing about 3 in 10 requests since 11:02 UTC: answers break off halfway; the rest start 2.4x slower than usual. Claude Haiku 4.5 works normally and can be used meanwhile. We are waiting on Anthropic. Next update by 11:45 UTC.")]
    [InlineData(HealthState.DegradedPerformance, FailureClass.None, 0.005, 3.1, "Claude Opus 4.8 is slow",
        "Claude Opus 4.8 works but is 3.1x slower than usual to start answering, since 11:02 UTC. Claude Haiku 4.5 works normally and can be used meanwhile. We are waiting on Anthropic. Next update by 11:45 UTC.")]
    [InlineData(HealthState.DegradedPerformance, FailureClass.WrongContent, 0.09, 1, "Claude Opus 4.8 gives wrong answers",
        "Claude Opus 4.8 is failing about 1 in 10 requests since 11:02 UTC: answers arrive on time but are wrong. Claude Haiku 4.5 works normally and can be used meanwhile. We are waiting on Anthropic. Next update by 11:45 UTC.")]
    [InlineData(HealthState.PartialOutage, FailureClass.Auth, 0.2, 1, "Claude Opus 4.8 refuses valid keys",
        "Claude Opus 4.8 is failing about 2 in 10 requests since 11:02 UTC: valid keys are refused (HTTP 401 or 403), then accepted again. Claude Haiku 4.5 works normally and can be used meanwhile. We are waiting on Anthropic. Next update by 11:45 UTC.")]
    [InlineData(HealthState.MajorOutage, FailureClass.Connect, 0.97, 1, "Claude Opus 4.8 fails most requests",
        "Claude Opus 4.8 is failing nearly every request since 11:02 UTC: no connection can be made. Claude Haiku 4.5 works normally and can be used meanwhile. We are waiting on Anthropic. Next update by 11:45 UTC.")]
    public void An_opening_says_what_how_much_since_when_and_what_works(HealthState status, FailureClass failure, double share, double slow, string title, string body)
    {
        var story = Told(status, failure, share, slow);

        Assert.Equal(title, Wording.Title(story));
        Assert.Equal(body, Wording.Opened(story));
    }

    [Theory]
    [InlineData(HealthState.DegradedPerformance, FailureClass.None, 1.1, 3.6, "", "Claude Opus 4.8 works but writes its answers 3.6x slower than usual, since 11:02 UTC.")]
    [InlineData(HealthState.DegradedPerformance, FailureClass.None, 2.2, 3.6, "eu-west", "Claude Opus 4.8 works but is 2.2x slower than usual to start answering and 3.6x slower to write in eu-west only, since 11:02 UTC.")]
    [InlineData(HealthState.PartialOutage, FailureClass.Overloaded, 1, 1, "eu-west,us-east", "Claude Opus 4.8 is failing about 5 in 10 requests in eu-west and us-east only since 11:02 UTC: the service answers that it is overloaded.")]
    public void Slow_words_and_the_regions_hit_are_named(HealthState status, FailureClass failure, double slow, double words, string onlyIn, string sentence)
    {
        var hit = Hit("Claude Opus 4.8", status, failure, 0.5, slow);
        var story = Told(status, failure, 0.5, slow) with { Hit = [hit with { Verdict = hit.Verdict with { Scope = TroubleScope.None with { TokenTimeFactor = words, OnlyIn = onlyIn } } }] };

        Assert.StartsWith(sentence, Wording.Opened(story), StringComparison.Ordinal);
    }

    [Fact]
    public void A_title_names_the_regions_that_hold_for_all_it_names()
    {
        var hit = Hit("Claude Opus 4.8", HealthState.MajorOutage, FailureClass.ServerError, 0.83, 1);
        var regional = hit with { Verdict = hit.Verdict with { Scope = TroubleScope.None with { OnlyIn = "eu-west" } } };
        var story = new Story("Anthropic", [regional], [], null);

        Assert.Equal("Claude Opus 4.8 fails most requests in eu-west only", Wording.Title(story));
        Assert.Equal("Claude Opus 4.8 and Claude Sonnet 4.6 fail most requests", Wording.Title(story with { Hit = [regional, hit with { Name = "Claude Sonnet 4.6" }] }));
        Assert.Equal("Claude Opus 4.8 and Claude Sonnet 4.6 fail most requests in eu-west only", Wording.Title(story with { Hit = [regional, regional with { Name = "Claude Sonnet 4.6" }] }));
    }

    [Fact]
    public void Without_an_alternative_it_says_so()
    {
        var story = Told(HealthState.MajorOutage, FailureClass.ServerError, 0.83, 1) with { Alternatives = [] };

        Assert.Contains("No other model we watch is known to work in its place right now.", Wording.Opened(story), StringComparison.Ordinal);
    }

    [Fact]
    public void A_joining_model_is_named_with_what_it_shares()
    {
        var opus = Hit("Claude Opus 4.8", HealthState.MajorOutage, FailureClass.ServerError, 0.83, 1);
        var sonnet = Hit("Claude Sonnet 4.6", HealthState.PartialOutage, FailureClass.ServerError, 0.27, 1);
        var story = new Story("Anthropic", [opus, sonnet], ["GPT-5.2", "Mistral Large 3", "Qwen3 8B"], null);

        Assert.Equal("Claude Opus 4.8 and Claude Sonnet 4.6 fail most requests", Wording.Title(story));
        Assert.Equal(
            "Claude Sonnet 4.6 is failing about 3 in 10 requests since 11:02 UTC: the service answers with an internal error (HTTP 500). It shares infrastructure with Claude Opus 4.8. GPT-5.2 and Mistral Large 3 work normally and can be used meanwhile.",
            Wording.Joined(story, sonnet));
    }

    [Fact]
    public void Later_updates_read_on_from_the_first()
    {
        var story = Told(HealthState.MajorOutage, FailureClass.Overloaded, 0.83, 1) with { NextUpdateBy = null };

        Assert.Equal(
            "It got worse: Claude Opus 4.8 is failing about 8 in 10 requests since 11:02 UTC: the service answers that it is overloaded. Claude Haiku 4.5 works normally and can be used meanwhile. We are waiting on Anthropic.",
            Wording.Worse(story));
        Assert.Equal("Claude Opus 4.8 now fails in another way: the service answers that it is overloaded.", Wording.FailureChanged(story.Hit[0]));
        Assert.Equal(
            "Claude Opus 4.8 answers most requests again. Some may still fail or be slow; we keep checking and will say when it is over.", Wording.Monitoring(story));
        Assert.Equal(
            "Claude Opus 4.8 is failing about 8 in 10 requests since 11:02 UTC: the service answers that it is overloaded, after it had seemed over. It may come and go: treat it as down until we say it is stable. Claude Haiku 4.5 works normally and can be used meanwhile.",
            Wording.Relapsed(story, 1));
    }

    [Theory]
    [InlineData(0, 40, "Claude Opus 4.8 has worked normally since 11:42 UTC. The trouble began at 11:02 UTC and lasted 40 minutes.")]
    [InlineData(0, 742, "Claude Opus 4.8 has worked normally since 23:24 UTC. The trouble began at 11:02 UTC and lasted 12 h 22 min.")]
    [InlineData(0, 800, "Claude Opus 4.8 has worked normally since 00:22 UTC. The trouble began at 11:02 UTC on 7 June and lasted 13 h 20 min.")]
    public void An_end_says_since_when_it_works_and_how_long_it_did_not(int from, int minutes, string expected)
    {
        Assert.Equal(expected, Wording.Resolved(Told(HealthState.Operational, FailureClass.None, 0, 1), Eleven.AddMinutes(from), Eleven.AddMinutes(minutes)));
    }

    [Fact]
    public void Every_failure_of_a_provider_or_network_has_words_of_its_own()
    {
        var failures = Enum.GetValues<FailureClass>().Where(f => FailureClasses.BlameOf(f) is Blame.Provider or Blame.Network && f != FailureClass.ResponseTooLarge).ToList();

        Assert.Equal(failures.Count, failures.Select(f => Wording.Manner(Hit("x", HealthState.PartialOutage, f, 0.5, 1).Verdict)).Distinct().Count());
    }

    private static Story Told(HealthState status, FailureClass failure, double share, double slow) =>
        new("Anthropic", [Hit("Claude Opus 4.8", status, failure, share, slow)], ["Claude Haiku 4.5"], Eleven.AddMinutes(43));

    private static HitModel Hit(string name, HealthState status, FailureClass failure, double share, double slow) => new(name, new Verdict
    {
        Status = status,
        Since = Eleven,
        Phase = JudgedPhase.Confirmed,
        Kind = ProbeHypotheses.KindOf(failure),
        DominantFailure = failure,
        FailureShare = share,
        SlowFactor = slow,
    }, Eleven);
}
