using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Judging;
using StatusHub.Domain.SharedFate;

namespace StatusHub.Unit.Fallback;

/// <summary>From how every model stands to what may take a primary's place.</summary>
public sealed class CandidatesTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);
    private static readonly ModelId Opus = ModelId.Parse("anthropic/opus");
    private static readonly ModelId Sonnet = ModelId.Parse("anthropic/sonnet");
    private static readonly ModelId Haiku = ModelId.Parse("anthropic/haiku");
    private static readonly ModelId Gpt = ModelId.Parse("openai/gpt");
    private static readonly ModelId Local = ModelId.Parse("local/llama");

    [Fact]
    public void A_shared_router_that_fails_is_avoided_even_where_its_other_model_still_answers()
    {
        var fleet = Fleet((Opus, HealthState.MajorOutage), (Sonnet, HealthState.Operational), (Haiku, HealthState.Operational), (Gpt, HealthState.Operational));
        var ranked = AdviceRule.Rank(Candidates.Of(Opus, Requirements.None, fleet));

        Assert.Equal(Gpt, ranked[0].Model);
        var sonnet = ranked.Single(c => c.Model == Sonnet);
        Assert.Equal(["router"], sonnet.FailedDomains);
        Assert.Equal(["provider:anthropic", "router"], sonnet.SharedDomains);
        Assert.False(sonnet.MayServe);
        Assert.True(ranked.Single(c => c.Model == Haiku).MayServe);
    }

    [Fact]
    public void A_company_fails_when_half_its_models_do_and_one_of_two_is_not_a_company()
    {
        Assert.DoesNotContain("provider:anthropic", Fleet((Opus, HealthState.MajorOutage), (Haiku, HealthState.Operational)).Failing);
        Assert.Contains("provider:anthropic", Fleet((Opus, HealthState.MajorOutage), (Sonnet, HealthState.PartialOutage), (Haiku, HealthState.Operational)).Failing);
    }

    [Fact]
    public void Keys_that_are_refused_are_the_whole_companys_trouble()
    {
        var fleet = Fleet((Opus, HealthState.MajorOutage), (Haiku, HealthState.Operational), (Gpt, HealthState.Operational));
        var models = fleet.Models.ToDictionary(m => m.Key, m => m.Key == Opus ? m.Value with { Kind = TroubleKind.Access } : m.Value);
        Assert.Contains("provider:anthropic", new FleetState(models, fleet.Fates, new Dictionary<ModelId, Capabilities>()).Failing);
    }

    [Fact]
    public void A_plan_is_followed_in_its_order_among_equals_and_only_where_it_fits()
    {
        var some = Fleet((Opus, HealthState.MajorOutage), (Gpt, HealthState.Operational), (Local, HealthState.Operational));
        var fleet = new FleetState(
            some.Models, some.Fates, new Dictionary<ModelId, Capabilities> { [Gpt] = new(["tools"], 100_000), [Local] = new(["tools"], 8_000) });
        Assert.Equal([Local, Gpt], AdviceRule.Rank(Candidates.Of(Plan(Requirements.None, Local, Gpt), Requirements.None, fleet)).Select(c => c.Model));
        Assert.True(Requirements.TryParse("tools,context:50000", out var needs));
        var ranked = AdviceRule.Rank(Candidates.Of(Plan(needs, Local, Gpt), Requirements.None, fleet));
        Assert.Equal(Gpt, ranked[0].Model);
        Assert.False(ranked[1].Fits);
    }

    [Fact]
    public void A_plan_that_would_fall_with_its_primary_says_so_beforehand()
    {
        var fleet = Fleet((Opus, HealthState.Operational), (Sonnet, HealthState.Operational), (Gpt, HealthState.Operational));
        Assert.True(Requirements.TryParse("vision", out var needs));
        var warnings = PlanReview.Warnings(Plan(needs, Sonnet, Gpt, Local), fleet);

        Assert.Contains(warnings, w => w.Model == Sonnet && w.Warning.Contains("shares provider:anthropic and router", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.Model == Gpt && w.Warning.Contains("not declared to offer vision", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.Model == Local && w.Warning.Contains("Nobody measures it", StringComparison.Ordinal));
        Assert.Empty(PlanReview.Warnings(Plan(Requirements.None, Gpt), fleet));
    }

    private static FallbackPlan Plan(Requirements needs, params ModelId[] alternatives) =>
        new(Guid.Empty, Guid.Empty, "plan", Opus, needs, [.. alternatives.Select(a => new PlannedAlternative(a, null, Requirements.None))], Now, Now);

    private static FleetState Fleet(params (ModelId Model, HealthState State)[] models) => new(
        models.ToDictionary(m => m.Model, m => new Verdict
        {
            Status = m.State,
            Since = Now.AddHours(-1),
            Phase = m.State.IsTrouble() ? JudgedPhase.Confirmed : JudgedPhase.Calm,
            Kind = m.State.IsTrouble() ? TroubleKind.Errors : TroubleKind.None,
            FailureShare = m.State.IsTrouble() ? 0.8 : 0,
        }),
        new FateMap(
            new Dictionary<ModelId, IReadOnlyList<string>> { [Opus] = ["router"], [Sonnet] = ["router"] }, CoFailure.Learn([], Now, Now, FatePolicy.Default), FatePolicy.Default),
        new Dictionary<ModelId, Capabilities>());
}
