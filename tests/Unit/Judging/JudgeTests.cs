using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

public sealed class JudgeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);
    private static readonly JudgingPolicy Policy = JudgingPolicy.Default;

    [Fact]
    public void A_model_never_measured_is_unknown_and_a_handful_of_good_probes_makes_it_operational()
    {
        var walk = new Walk();

        Assert.Equal(HealthState.Unknown, walk.Probe().Status);
        walk.Probe();
        Assert.Equal(HealthState.Operational, walk.Probe().Status);
    }

    [Fact]
    public void A_model_that_fails_from_the_first_probe_is_an_outage_within_a_minute_of_bursts()
    {
        var verdict = new Walk().Probe(20, FailureClass.ServerError);

        Assert.Equal((HealthState.MajorOutage, TroubleKind.Errors), (verdict.Status, verdict.Kind));
        Assert.Equal(Noon, verdict.TroubleSince);
    }

    [Fact]
    public void An_outage_begins_with_its_first_failure_not_with_its_confirmation()
    {
        var walk = new Walk();
        walk.Probe(60);
        var began = walk.Now;

        var verdict = walk.Until(v => v.Phase == JudgedPhase.Confirmed, FailureClass.ServerError);

        Assert.Equal((began, began), (verdict.TroubleSince, verdict.Since));
        Assert.InRange(verdict.DetectedAt!.Value - began, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45));
    }

    [Theory]
    [InlineData(FailureClass.RateLimited, "our own limit")]
    [InlineData(FailureClass.QuotaExhausted, "our own purse")]
    [InlineData(FailureClass.RegionBlocked, "our own place")]
    [InlineData(FailureClass.BadRequest, "our own probe")]
    [InlineData(FailureClass.ContextLength, "our own probe")]
    [InlineData(FailureClass.ContentFiltered, "a policy at work")]
    [InlineData(FailureClass.Refusal, "a policy at work")]
    [InlineData(FailureClass.AccessSuspended, "a policy at work")]
    [InlineData(FailureClass.Auth, "an expired key")]
    [InlineData(FailureClass.Permission, "a key without rights")]
    public void What_is_not_the_providers_fault_is_no_evidence_and_grows_grey(FailureClass failure, string why)
    {
        var walk = new Walk();
        walk.Probe(60);
        var before = walk.State.Observations;

        walk.Probe(80, failure);

        Assert.True(walk.State.Observations == before, why);
        Assert.False(walk.Verdict.Status.IsTrouble(), why);
        var later = Judge.Age(walk.State, walk.Verdict, walk.Now.AddHours(1), Policy);
        Assert.Equal(HealthState.Unknown, later.Status);
        Assert.NotNull(later.UnknownBecause);
    }

    [Fact]
    public void A_renewed_key_does_not_set_the_refusals_of_the_expired_one_free()
    {
        var walk = new Walk();
        walk.Probe(60);
        walk.Probe(12, FailureClass.Auth);

        walk.Probe(3);

        Assert.Equal((HealthState.Operational, JudgedPhase.Calm), (walk.Verdict.Status, walk.Verdict.Phase));
    }

    [Fact]
    public void A_key_refused_every_other_time_is_the_providers_fault_dated_to_the_first_refusal()
    {
        var walk = new Walk();
        walk.Probe(60);
        var began = walk.Now;
        for (var i = 0; i < 12; i++)
        {
            walk.Probe(1, FailureClass.Auth);
            walk.Probe();
        }

        Assert.Equal((TroubleKind.Access, began), (walk.Verdict.Kind, walk.Verdict.TroubleSince));
        Assert.True(walk.Verdict.Status.IsTrouble());
    }

    [Fact]
    public void A_used_up_token_budget_is_a_sign_of_life()
    {
        var walk = new Walk();

        Assert.Equal(HealthState.Operational, walk.Probe(4, FailureClass.TokenBudgetExhausted).Status);
    }

    [Fact]
    public void A_models_list_says_nothing_where_inference_is_probed()
    {
        var walk = new Walk();
        walk.Probe(60);
        walk.Probe(20, FailureClass.ServerError);

        walk.Probe(10, rung: ProbeRung.ModelsList);

        Assert.Equal(HealthState.MajorOutage, walk.Verdict.Status);
    }

    [Fact]
    public void With_one_provider_network_failures_count_after_a_minute()
    {
        var walk = new Walk();
        walk.Probe(60);
        var began = walk.Now;

        var verdict = walk.Until(v => v.Status.IsTrouble(), FailureClass.Connect);

        Assert.Equal((TroubleKind.Availability, FailureClass.Connect), (verdict.Kind, verdict.DominantFailure));
        Assert.Equal(began, verdict.TroubleSince);
        Assert.InRange(verdict.DetectedAt!.Value - began, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(150));
    }

    [Fact]
    public void With_another_provider_reached_network_failures_count_and_are_dated_to_themselves()
    {
        var walk = new Walk { Other = ModelId.Parse("openai/gpt-5-2") };
        walk.Probe(60);
        var began = walk.Now;

        var verdict = walk.Until(v => v.Status.IsTrouble(), FailureClass.Connect);

        Assert.Equal(began, verdict.TroubleSince);
        Assert.InRange(verdict.DetectedAt!.Value - began, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void When_nobody_is_reached_the_model_is_unknown_because_of_our_network()
    {
        var walk = new Walk { Other = ModelId.Parse("openai/gpt-5-2"), OtherFails = FailureClass.Dns };
        walk.Probe(60);

        walk.Probe(40, FailureClass.Connect);

        Assert.Equal((HealthState.Unknown, "our own network is unreachable, so we cannot tell"), (walk.Verdict.Status, walk.Verdict.UnknownBecause));
        Assert.Empty(walk.State.Held);
        Assert.Equal((HealthState.Operational, JudgedPhase.Calm), (walk.Probe().Status, walk.Verdict.Phase));
    }

    [Fact]
    public void A_model_in_the_own_house_does_not_turn_our_uplink_into_everybody_elses_outage()
    {
        var vantage = Vantage.Empty;
        foreach (var provider in new[] { "anthropic", "openai", "mistral" })
        {
            vantage = vantage.Observe(Walk.Outcome(ModelId.Parse(provider + "/a"), Noon, FailureClass.Connect, ProbeRung.Stream));
        }

        vantage = vantage.Observe(Walk.Outcome(ModelId.Parse("local/qwen"), Noon.AddSeconds(5), FailureClass.None, ProbeRung.Stream));

        Assert.True(vantage.IsDown(Noon.AddSeconds(10)));
        Assert.False(vantage.IsProvidersOwn("anthropic", Noon, Noon.AddSeconds(10)));
    }

    [Fact]
    public void Stale_evidence_is_grey_and_an_outage_goes_on_when_evidence_returns()
    {
        var walk = new Walk();
        walk.Probe(60);
        walk.Probe(20, FailureClass.ServerError);
        var began = walk.Verdict.TroubleSince;
        walk.Verdict = Judge.Age(walk.State, walk.Verdict, walk.Now.AddMinutes(5), Policy);
        Assert.Equal((HealthState.Unknown, began), (walk.Verdict.Status, walk.Verdict.TroubleSince));
        walk.Now = walk.Now.AddMinutes(5);

        var verdict = walk.Probe(1, FailureClass.ServerError);

        Assert.Equal((HealthState.MajorOutage, began), (verdict.Status, verdict.TroubleSince));
    }

    [Theory]
    [InlineData(1.3, false, "nobody would notice")]
    [InlineData(3.0, true, "three times as slow is degraded")]
    public void Only_a_slow_down_people_would_notice_is_told(double times, bool told, string why)
    {
        var walk = new Walk();
        walk.Probe(200);
        walk.Slow = times;

        for (var i = 0; i < 60 && !walk.Verdict.Status.IsTrouble(); i++)
        {
            walk.Probe();
        }

        Assert.True(walk.Verdict.Status.IsTrouble() == told, why);
        Assert.True(!told || walk.Verdict is { Kind: TroubleKind.Latency, Status: HealthState.DegradedPerformance, SlowFactor: > 2 and < 4 }, why);
    }

    [Fact]
    public void An_answer_that_begins_in_time_and_comes_word_by_slow_word_is_slow()
    {
        var walk = new Walk();
        walk.Probe(200);
        walk.Drag = 4;

        walk.Until(v => v.Status.IsTrouble(), FailureClass.None);
        walk.Probe(20);

        Assert.Equal((TroubleKind.Latency, HealthState.DegradedPerformance), (walk.Verdict.Kind, walk.Verdict.Status));
        Assert.InRange(walk.Verdict.SlowFactor, 1, 1.2);
        Assert.InRange(walk.Verdict.Scope.TokenTimeFactor, 3, 5);
        walk.Drag = 1;
        walk.Probe(60);
        Assert.Equal(HealthState.Operational, walk.Verdict.Status);
    }

    [Fact]
    public void Where_words_come_like_clockwork_a_tenth_more_is_no_news()
    {
        var walk = new Walk { Jitter = 0.002 };
        walk.Probe(200);
        walk.Drag = 1.1;

        for (var i = 0; i < 200; i++)
        {
            Assert.Equal((HealthState.Operational, JudgedPhase.Calm), (walk.Probe().Status, walk.Verdict.Phase));
        }
    }

    [Theory]
    [InlineData(0.84)]
    [InlineData(0.45)]
    [InlineData(0.12)]
    public void The_failing_share_is_told_with_an_interval_it_mostly_lies_in(double share)
    {
        var within = 0;
        const int Walks = 40;
        for (var seed = 1; seed <= Walks; seed++)
        {
            var (walk, chance) = (new Walk(), new Random(seed));
            walk.Probe(60);
            for (var i = 0; i < 200; i++)
            {
                walk.Probe(1, chance.NextDouble() < share ? FailureClass.ServerError : FailureClass.None);
            }

            var scope = walk.Verdict.Scope;
            within += scope.ShareLow <= share && share <= scope.ShareHigh ? 1 : 0;
            Assert.InRange(walk.Verdict.FailureShare, scope.ShareLow, scope.ShareHigh);
        }

        Assert.InRange(within, 0.8 * Walks, Walks);
    }

    [Fact]
    public void Trouble_seen_from_one_region_alone_is_called_so_until_another_sees_it_too()
    {
        var walk = new Walk();
        walk.Probe(60, region: "eu-west");
        walk.Probe(60, region: "us-east");
        for (var i = 0; i < 30; i++)
        {
            walk.Probe(1, FailureClass.ServerError, region: "eu-west");
            walk.Probe(1, region: "us-east");
        }

        Assert.True(walk.Verdict.Status.IsTrouble());
        Assert.Equal(["eu-west"], walk.Verdict.Scope.Regions());

        walk.Probe(30, FailureClass.ServerError, region: "us-east");
        Assert.Empty(walk.Verdict.Scope.Regions());
    }

    [Fact]
    public void The_failing_share_is_split_by_kind()
    {
        var walk = new Walk();
        walk.Probe(60);
        for (var i = 0; i < 30; i++)
        {
            walk.Probe(1, FailureClass.ServerError);
            walk.Probe(1, FailureClass.WrongContent);
        }

        var kinds = walk.Verdict.Scope.Kinds;
        Assert.InRange(kinds.Errors, 0.35, 0.6);
        Assert.InRange(kinds.Quality, 0.35, 0.6);
        Assert.Equal((0, 0), (kinds.Availability, kinds.Access));
        Assert.Equal(walk.Verdict.FailureShare, kinds.Errors + kinds.Quality, 0.001);
    }

    [Fact]
    public void Probing_quickens_under_suspicion_and_calms_down_again()
    {
        var walk = new Walk();
        walk.Probe(60);
        Assert.Equal(32, walk.Gap.TotalSeconds);

        walk.Probe(1, FailureClass.ServerError);
        Assert.Equal((5, JudgedPhase.Suspected), (walk.Gap.TotalSeconds, walk.Verdict.Phase));

        walk.Probe(60);
        Assert.Equal((32, JudgedPhase.Calm), (walk.Gap.TotalSeconds, walk.Verdict.Phase));
    }

    [Fact]
    public void State_survives_its_bytes_exactly_and_judges_on_alike()
    {
        var walk = new Walk();
        walk.Probe(60);
        walk.Probe(2, FailureClass.Connect);
        walk.Probe(2, FailureClass.Auth);
        walk.Probe(9, FailureClass.StreamCut, region: "eu-west");
        var bytes = walk.State.ToBytes();

        var read = JudgeState.FromBytes(bytes, Policy);

        Assert.Equal(bytes, read.ToBytes());
        Assert.InRange(bytes.Length, 1_000, 4_096);
        var next = Walk.Outcome(Walk.Model, walk.Now, FailureClass.StreamCut, ProbeRung.ContentCheck);
        Assert.Equal(
            Judge.Observe(walk.State, walk.Verdict, next, Vantage.Empty, Policy).Verdict,
            Judge.Observe(read, walk.Verdict, next, Vantage.Empty, Policy).Verdict);
    }

    [Fact]
    public void A_state_of_another_policy_is_begun_anew()
    {
        var old = JudgeState.New(Policy with { FailingShares = [0.1, 0.9], FailingShareWeights = [0.5, 0.5] }).ToBytes();

        Assert.Equal(JudgeState.New(Policy).ToBytes(), JudgeState.FromBytes(old, Policy).ToBytes());
        Assert.Equal(JudgeState.New(Policy).ToBytes(), JudgeState.FromBytes([9, 9], Policy).ToBytes());
    }

    [Fact]
    public void Observing_leaves_the_given_state_as_it_was()
    {
        var walk = new Walk();
        walk.Probe(30);
        var before = walk.State.ToBytes();

        Judge.Observe(walk.State, walk.Verdict, Walk.Outcome(Walk.Model, walk.Now, FailureClass.ServerError, ProbeRung.Stream), Vantage.Empty, Policy);

        Assert.Equal(before, walk.State.ToBytes());
    }

    [Fact]
    public void Every_healthy_mean_of_a_likelihood_ratio_is_at_most_one()
    {
        // The guarantee rests on it: bands at their healthy shares, every failure class at most at its own bound.
        double[] ok = [0.48, 0.30, 0.155, 0.048, 0.017];
        double[] bounds = [0.005, 0.003, 0.003, 0.001, 0.002, 0.001];
        var count = ProbeHypotheses.Count(Policy);
        var means = new double[count];
        var ratios = new double[count];
        for (var c = 0; c < 5 + bounds.Length; c++)
        {
            ProbeHypotheses.Ratios(c < 5 ? (EvidenceClass)c : (EvidenceClass)((int)EvidenceClass.Failing + c - 5), c < 5 ? (EvidenceClass)c : EvidenceClass.Untimed, 0.005, Policy, ratios);
            var share = c < 5 ? ok[c] * (1 - bounds.Sum()) : bounds[c - 5];
            for (var h = 0; h < count; h++)
            {
                means[h] += share * ratios[h];
            }
        }

        Assert.All(means, m => Assert.InRange(m, 0, 1 + 1e-9));
    }
}
