using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Fallback;

public sealed class SubstitutesTests
{
    private static readonly Substitute Opus = Model("anthropic/opus", HealthState.MajorOutage, "anthropic", "router");
    private static readonly Substitute Sonnet = Model("anthropic/sonnet", HealthState.Operational, "anthropic", "router");
    private static readonly Substitute Haiku = Model("anthropic/haiku", HealthState.Operational, "anthropic", "cell-3");
    private static readonly Substitute Gpt = Model("openai/gpt", HealthState.Operational, "openai");
    private static readonly Substitute GptMini = Model("openai/gpt-mini", HealthState.Operational, "openai");
    private static readonly Substitute Mistral = Model("mistral/large", HealthState.Operational, "mistral");

    [Fact]
    public void The_same_company_comes_first_because_the_key_fits_then_one_of_each_other() =>
        Assert.Equal("haiku, gpt, large, gpt-mini", For([Opus], Sonnet, Haiku, Gpt, GptMini, Mistral));

    [Fact]
    public void What_shares_a_failed_domain_is_never_named() =>
        Assert.Equal("", For([Opus], Sonnet));

    [Fact]
    public void Where_the_company_has_other_trouble_another_is_safer() =>
        Assert.Equal("gpt, large, haiku", For([Opus], In(Sonnet, HealthState.DegradedPerformance), Haiku, Gpt, Mistral));

    [Fact]
    public void A_company_with_trouble_of_its_own_comes_after_a_sound_one() =>
        Assert.Equal("haiku, large, gpt-mini", For([Opus], Haiku, In(Gpt, HealthState.PartialOutage), GptMini, Mistral));

    [Theory]
    [InlineData(HealthState.Unknown)]
    [InlineData(HealthState.UnderMaintenance)]
    [InlineData(HealthState.DegradedPerformance)]
    public void Only_what_works_is_named(HealthState state) => Assert.Equal("large", For([Opus], In(Gpt, state), Mistral));

    [Fact]
    public void What_is_under_suspicion_is_not_named() =>
        Assert.Equal("large", For([Opus], Gpt with { Verdict = Gpt.Verdict with { Phase = JudgedPhase.Suspected } }, Mistral));

    [Fact]
    public void Where_keys_are_refused_no_model_of_the_company_helps()
    {
        var refused = Opus with { Verdict = Opus.Verdict with { Kind = TroubleKind.Access } };
        Assert.Equal("gpt", For([refused], Haiku, Gpt));
    }

    [Fact]
    public void Nobody_is_replaced_by_one_that_fails_with_it() => Assert.Equal("gpt", For([Opus, Haiku], Gpt));

    private static string For(Substitute[] failing, params Substitute[] others) =>
        string.Join(", ", Substitutes.For(failing, [.. failing, .. others]).Select(s => s.Id.Name));

    private static Substitute In(Substitute model, HealthState state) => model with { Verdict = model.Verdict with { Status = state } };

    private static Substitute Model(string id, HealthState state, params string[] domains) => new(
        ModelId.Parse(id), ModelId.Parse(id).Name, new Verdict { Status = state, Since = default, Phase = JudgedPhase.Calm }, domains);
}
