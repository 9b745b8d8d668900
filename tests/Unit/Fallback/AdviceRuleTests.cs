using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Fallback;

public sealed class AdviceRuleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);
    private static readonly ModelId Sonnet = ModelId.Parse("anthropic/claude-sonnet-4-6");
    private static readonly ModelId Gpt = ModelId.Parse("openai/gpt-5-2");
    private static readonly ModelId Local = ModelId.Parse("local/llama");

    private static readonly Candidate[] Plan =
    [
        new(Sonnet, HealthState.Operational, .60, ["anthropic-router"], [], IsSuspected: false, Fits: true),
        new(Gpt, HealthState.Operational, .985, [], [], IsSuspected: false, Fits: true),
        new(Local, HealthState.Operational, .99, [], [], IsSuspected: false, Fits: false),
    ];

    [Theory]
    [InlineData(HealthState.Operational, 0, AdviceKind.Stay)]
    [InlineData(HealthState.Unknown, 0, AdviceKind.Stay)]
    [InlineData(HealthState.DegradedPerformance, .05, AdviceKind.Stay)]
    [InlineData(HealthState.DegradedPerformance, .12, AdviceKind.Switch)]
    [InlineData(HealthState.PartialOutage, .3, AdviceKind.Switch)]
    [InlineData(HealthState.MajorOutage, .9, AdviceKind.Switch)]
    [InlineData(HealthState.UnderMaintenance, 0, AdviceKind.Switch)]
    public void A_primary_is_left_when_it_fails_its_users(HealthState status, double failing, AdviceKind kind) =>
        Assert.Equal(kind, First(Primary(status, failing), Plan).Kind);

    [Fact]
    public void The_alternative_most_likely_up_is_taken_of_those_that_can_do_the_work() =>
        Assert.Equal(Gpt, First(Failing, Plan).To);

    [Fact]
    public void What_fails_with_the_primary_or_is_suspected_is_not_advised()
    {
        Assert.Equal(Sonnet, First(Failing, [Plan[0], Plan[1] with { IsSuspected = true }]).To);
        Assert.Equal(Gpt, First(Failing, [Plan[0] with { UpGivenPrimaryDown = .999, FailedDomains = ["anthropic-router"] }, Plan[1]]).To);
        Assert.Equal(AdviceKind.None, First(Failing, [Plan[0] with { Status = HealthState.MajorOutage }, Plan[2]]).Kind);
    }

    [Fact]
    public void Between_equals_the_plan_decides() =>
        Assert.Equal(Sonnet, First(Failing, [Plan[0] with { UpGivenPrimaryDown = .985 }, Plan[1]]).To);

    [Fact]
    public void The_way_back_is_taken_in_steps()
    {
        var advice = First(Failing, Plan);
        var shares = new List<double>();
        for (var minute = 0; minute <= 10; minute++)
        {
            advice = AdviceRule.Decide(Healthy, Plan, advice, Noon.AddMinutes(minute), AdvicePolicy.Default);
            shares.Add(advice.PrimaryShare);
        }

        Assert.Equal([0, 0, .1, .1, .1, .5, .5, .5, .5, .5, 1], shares);
        Assert.Equal(AdviceKind.Stay, advice.Kind);
    }

    [Fact]
    public void A_primary_that_fails_on_its_way_back_starts_it_anew()
    {
        var advice = First(Failing, Plan);
        advice = AdviceRule.Decide(Healthy, Plan, advice, Noon, AdvicePolicy.Default);
        advice = AdviceRule.Decide(Healthy, Plan, advice, Noon.AddMinutes(6), AdvicePolicy.Default);
        Assert.Equal(.5, advice.PrimaryShare);
        advice = AdviceRule.Decide(Failing, Plan, advice, Noon.AddMinutes(7), AdvicePolicy.Default);
        Assert.Equal(0, advice.PrimaryShare);
        Assert.Equal(0, AdviceRule.Decide(Healthy, Plan, advice, Noon.AddMinutes(8), AdvicePolicy.Default).PrimaryShare);
    }

    [Fact]
    public void An_alternative_in_use_is_left_for_a_clearly_better_one_only_after_a_while()
    {
        Candidate[] even = [Plan[0] with { UpGivenPrimaryDown = .95, SharedDomains = [] }, Plan[1] with { UpGivenPrimaryDown = .94 }];
        var advice = First(Failing, even);
        Candidate[] turned = [even[0] with { UpGivenPrimaryDown = .80 }, even[1]];
        advice = AdviceRule.Decide(Failing, turned, advice, Noon.AddMinutes(1), AdvicePolicy.Default);
        Assert.Equal(Sonnet, advice.To);
        advice = AdviceRule.Decide(Failing, even, advice, Noon.AddMinutes(4), AdvicePolicy.Default);
        advice = AdviceRule.Decide(Failing, turned, advice, Noon.AddMinutes(7), AdvicePolicy.Default);
        Assert.Equal(Sonnet, advice.To);
        Assert.Equal(Gpt, AdviceRule.Decide(Failing, turned, advice, Noon.AddMinutes(12), AdvicePolicy.Default).To);
    }

    [Fact]
    public void A_suspicion_alone_moves_no_gateway_from_the_alternative_it_uses()
    {
        var advice = First(Failing, Plan);
        Candidate[] odd = [Plan[0], Plan[1] with { IsSuspected = true }];

        Assert.Equal(advice, AdviceRule.Decide(Failing, odd, advice, Noon.AddMinutes(1), AdvicePolicy.Default));
        Assert.Equal(advice, AdviceRule.Decide(Failing, [odd[1]], advice, Noon.AddMinutes(1), AdvicePolicy.Default));
        Assert.Equal(Sonnet, AdviceRule.Decide(Failing, [Plan[0], odd[1] with { Status = HealthState.PartialOutage }], advice, Noon.AddMinutes(2), AdvicePolicy.Default).To);
    }

    /// <summary>Whatever the world does from minute to minute, a gateway that follows is not sent back and forth.</summary>
    [Fact]
    public void However_the_world_flickers_a_gateway_is_sent_back_to_the_primary_at_most_every_ten_minutes()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var chance = new Random(seed);
            Advice? advice = null;
            var returns = 0;
            for (var minute = 0; minute < 240; minute++)
            {
                var before = advice;
                advice = AdviceRule.Decide(chance.Next(2) == 0 ? Failing : Healthy, Plan, advice, Noon.AddMinutes(minute), AdvicePolicy.Default);
                returns += before is { Kind: AdviceKind.Switch } && advice.Kind == AdviceKind.Stay ? 1 : 0;
                Assert.InRange(advice.PrimaryShare, 0, 1);
                Assert.True(advice.Kind == AdviceKind.Switch == advice.To is not null);
            }

            Assert.InRange(returns, 0, 24);
        }
    }

    private static Verdict Healthy => Primary(HealthState.Operational, 0);

    private static Verdict Failing => Primary(HealthState.MajorOutage, .9);

    private static Verdict Primary(HealthState status, double failing) =>
        new() { Status = status, Since = Noon, Phase = JudgedPhase.Calm, FailureShare = failing };

    private static Advice First(Verdict primary, IReadOnlyList<Candidate> candidates) =>
        AdviceRule.Decide(primary, candidates, null, Noon, AdvicePolicy.Default);
}
