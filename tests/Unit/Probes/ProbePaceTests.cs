using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Pacing;

namespace StatusHub.Unit.Probes;

/// <summary>When to probe again, by tables and one long walk.</summary>
public sealed class ProbePaceTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 7, 10, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(32);
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("", 5)]
    [InlineData("ok ok", 5)]
    [InlineData("429", 64)]
    [InlineData("429 429", 128)]
    [InlineData("429 429 429 429", 300)]
    [InlineData("429 429 429 429 429", 300)]
    [InlineData("429 429 429 429 429 429 429 429 429 429", 300)]
    [InlineData("429 429 ok", 64)]
    [InlineData("429 429 ok ok", 5)]
    [InlineData("429 500", 64)]
    [InlineData("429:300", 300)]
    [InlineData("429:3600", 3600)]
    [InlineData("429:1", 64)]
    [InlineData("429:3600 ok", 5)]
    [InlineData("401 401", 5)]
    [InlineData("401 401 ok 401", 5)]
    [InlineData("500 500 500 500", 5)]
    [InlineData("401 401 401", 60)]
    [InlineData("401 500 401 500 401", 60)]
    [InlineData("401 401 401 401", 120)]
    [InlineData("401 401 401 401 401 401 401 401 401 401 401 401", 1800)]
    [InlineData("401 401 401 ok", 5)]
    public void The_gap_follows_the_judge_unless_the_account_or_the_provider_says_otherwise(string past, double seconds) =>
        Assert.Equal(seconds, Plan(past).Gap.TotalSeconds);

    [Theory]
    [InlineData("401 401 401", "refuses the key")]
    [InlineData("403 403 403", "may not use")]
    [InlineData("402 402 402", "used up")]
    [InlineData("401 401", null)]
    [InlineData("429 429 429 429", null)]
    [InlineData("500 500 500 500 500", null)]
    [InlineData("401 401 401 ok", null)]
    public void Three_faults_of_the_account_in_a_row_pause_an_endpoint_and_tell_its_owner(string past, string? reason)
    {
        var because = Plan(past).PausedBecause;
        if (reason is null)
        {
            Assert.Null(because);
        }
        else
        {
            Assert.Contains(reason, because);
        }
    }

    [Fact]
    public void An_interval_longer_than_the_slowest_rate_stays()
    {
        var plan = ProbePace.Next(Fold("429"), Burst, TimeSpan.FromHours(1), ProbeRung.Stream, new ProbeBudget(), Start);

        Assert.Equal(TimeSpan.FromHours(1), plan.Gap);
    }

    [Fact]
    public void A_spent_day_falls_back_to_the_models_list_until_midnight()
    {
        var budget = new ProbeBudget { ProbesPerDay = 3 };
        var state = Fold("ok ok ok");

        Assert.Equal(ProbeRung.ContentCheck, ProbePace.Next(Fold("ok ok"), Calm, Calm, ProbeRung.ContentCheck, budget, Start).Rung);
        Assert.Equal(ProbeRung.ModelsList, ProbePace.Next(state, Calm, Calm, ProbeRung.ContentCheck, budget, Start).Rung);
        Assert.Equal(ProbeRung.Connect, ProbePace.Next(state, Calm, Calm, ProbeRung.Connect, budget, Start).Rung);
        Assert.Equal(ProbeRung.ContentCheck, ProbePace.Next(state, Calm, Calm, ProbeRung.ContentCheck, budget, Start.AddDays(1)).Rung);
    }

    [Fact]
    public void Cheap_probes_are_not_counted_against_the_day()
    {
        var state = new PaceState();
        for (var i = 0; i < 5; i++)
        {
            state = ProbePace.Fold(state, Outcome(FailureClass.None, Start) with { Rung = ProbeRung.ModelsList });
        }

        Assert.Equal(0, state.ProbesOfDay);
    }

    /// <summary>One answer in five a 401, as in the scenario of the flapping key check: a pause may happen, and must end by itself.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Key_checks_that_flap_never_pause_an_endpoint_for_good(int seed)
    {
        var random = new Random(seed);
        var state = new PaceState();
        var now = Start;
        var (paused, probes) = (TimeSpan.Zero, 0);
        while (now < Start.AddHours(6))
        {
            state = ProbePace.Fold(state, Outcome(random.NextDouble() < 0.2 ? FailureClass.Auth : FailureClass.None, now));
            var plan = ProbePace.Next(state, Calm, Calm, ProbeRung.Stream, new ProbeBudget(), now);
            paused += plan.PausedBecause is null ? TimeSpan.Zero : plan.Gap;
            probes++;
            now += plan.Gap;
        }

        Assert.InRange(paused, TimeSpan.Zero, TimeSpan.FromMinutes(20));
        Assert.InRange(probes, 600, 700);
    }

    private static ProbePlan Plan(string past)
    {
        var state = Fold(past);
        return ProbePace.Next(state, Burst, Calm, ProbeRung.Stream, new ProbeBudget(), Start);
    }

    private static PaceState Fold(string past) =>
        past.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(new PaceState(), (state, word) =>
        {
            var parts = word.Split(':');
            var failure = parts[0] switch
            {
                "ok" => FailureClass.None,
                "401" => FailureClass.Auth,
                "402" => FailureClass.QuotaExhausted,
                "403" => FailureClass.Permission,
                "429" => FailureClass.RateLimited,
                _ => FailureClass.ServerError,
            };
            var wait = parts.Length > 1 ? TimeSpan.FromSeconds(int.Parse(parts[1])) : (TimeSpan?)null;
            return ProbePace.Fold(state, Outcome(failure, Start) with { RetryAfter = wait });
        });

    internal static ProbeOutcome Outcome(FailureClass failure, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        OrgId = Guid.Empty,
        EndpointId = Guid.Empty,
        Model = ModelId.Parse("anthropic/claude-opus-4-8"),
        Region = "default",
        Rung = ProbeRung.Stream,
        StartedAt = at,
        At = at,
        Failure = failure,
        Timings = new ProbeTimings(),
    };
}
