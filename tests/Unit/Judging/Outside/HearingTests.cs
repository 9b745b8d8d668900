using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Unit.Judging.Outside;

/// <summary>What others' evidence does to a verdict our own probes have made.</summary>
public sealed class HearingTests
{
    private static readonly JudgingPolicy Policy = JudgingPolicy.Default;
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);
    private static readonly ModelId Opus = ModelId.Parse("acme/opus");
    private static readonly Opinion Quiet = Opinion.None;
    private static readonly Opinion Suspicious = new(true, false, 0.5, FailureClass.None, null, 3, 0, 6.9);
    private static readonly Opinion Alarm = new(true, true, 0.6, FailureClass.Overloaded, Noon.AddMinutes(-1), 9, 30, 48);

    private JudgeState _state = JudgeState.New(Policy);
    private Verdict _verdict = Verdict.Unmeasured(Noon.AddHours(-1));
    private Vantage _vantage = Vantage.Empty;
    private DateTimeOffset _now = Noon.AddMinutes(-30);
    private TimeSpan _gap;

    public HearingTests()
    {
        while (_now < Noon)
        {
            Probe(FailureClass.None, 32);
        }

        Assert.Equal(HealthState.Operational, _verdict.Status);
    }

    [Fact]
    public void A_suspicion_quickens_our_probes_and_says_nothing()
    {
        Hear(Suspicious);
        Assert.Equal((HealthState.Operational, JudgedPhase.Calm), (_verdict.Status, _verdict.Phase));

        Probe(FailureClass.None, 5);
        Assert.Equal(TimeSpan.FromSeconds(Policy.BurstGapSeconds), _gap);
    }

    [Fact]
    public void A_quorum_is_believed_though_our_probes_succeed_and_for_as_long_as_it_stands()
    {
        Hear(Alarm);
        Assert.Equal((HealthState.MajorOutage, JudgedPhase.Confirmed, TroubleKind.Errors), (_verdict.Status, _verdict.Phase, _verdict.Kind));
        Assert.Equal((0.6, Alarm.Since, FailureClass.Overloaded), (_verdict.FailureShare, _verdict.TroubleSince!.Value, _verdict.DominantFailure));

        for (var i = 0; i < 20; i++)
        {
            Probe(FailureClass.None, 10);
        }

        Assert.Equal(HealthState.MajorOutage, _verdict.Status);
        Hear(Quiet);
        Probe(FailureClass.None, 10);
        Assert.Equal(HealthState.Operational, _verdict.Status);
    }

    [Fact]
    public void A_quorum_never_makes_an_outage_of_ours_milder()
    {
        for (var i = 0; i < 30; i++)
        {
            Probe(FailureClass.ServerError, 10);
        }

        var own = _verdict;
        Assert.Equal(HealthState.MajorOutage, own.Status);
        Hear(Alarm with { Share = 0.05 });
        Assert.Equal(own.Status, _verdict.Status);
        Assert.Equal(own.TroubleSince, _verdict.TroubleSince);
    }

    [Fact]
    public void The_providers_word_makes_few_failures_enough_and_is_no_verdict_itself()
    {
        var silent = FailuresToConfirm(heard: false);
        var told = FailuresToConfirm(heard: true);

        Assert.True(told < silent, $"{told} failures after the provider's word, {silent} without it");
    }

    [Fact]
    public void The_providers_word_alone_is_forgotten_while_all_probes_succeed()
    {
        Hear(Quiet, providerSaysTrouble: true);
        Assert.Equal(HealthState.Operational, _verdict.Status);
        for (var i = 0; i < 400; i++)
        {
            Probe(FailureClass.None, 5);
        }

        Assert.Equal((HealthState.Operational, JudgedPhase.Calm), (_verdict.Status, _verdict.Phase));
    }

    [Fact]
    public void Announced_maintenance_is_shown_while_it_lasts_and_hides_no_outage_that_came_before()
    {
        Hear(Quiet, window: new MaintenanceWindow(_now.AddMinutes(5), _now.AddMinutes(10), _now));
        Assert.Equal(HealthState.Operational, _verdict.Status);
        PlayUntil(_now.AddMinutes(6), FailureClass.None);
        Assert.Equal(HealthState.UnderMaintenance, _verdict.Status);
        PlayUntil(_now.AddMinutes(2), FailureClass.ServerError);
        Assert.Equal(HealthState.UnderMaintenance, _verdict.Status);
        PlayUntil(_now.AddMinutes(4), FailureClass.ServerError);
        Assert.Equal(HealthState.MajorOutage, _verdict.Status);

        Hear(Quiet, window: new MaintenanceWindow(_now.AddMinutes(1), _now.AddMinutes(30), _now));
        PlayUntil(_now.AddMinutes(3), FailureClass.ServerError);
        Assert.Equal(HealthState.MajorOutage, _verdict.Status);
    }

    [Fact]
    public void Maintenance_announced_after_it_began_is_none()
    {
        Hear(Quiet, window: new MaintenanceWindow(_now.AddMinutes(-5), _now.AddMinutes(10), _now));
        Probe(FailureClass.None, 32);

        Assert.Equal(HealthState.Operational, _verdict.Status);
    }

    [Fact]
    public void What_was_heard_is_kept_with_the_state()
    {
        Hear(Alarm, window: new MaintenanceWindow(_now.AddMinutes(5), _now.AddMinutes(10), _now));
        var kept = JudgeState.FromBytes(_state.ToBytes(), Policy);

        Assert.Equal((_state.Outside, _state.Maintenance, _state.LookCloserUntil), (kept.Outside, kept.Maintenance, kept.LookCloserUntil));
        Assert.Equal(_state.ToBytes(), kept.ToBytes());
    }

    private int FailuresToConfirm(bool heard)
    {
        var (state, verdict, vantage, now) = (_state, _verdict, _vantage, _now);
        if (heard)
        {
            Hear(Quiet, providerSaysTrouble: true);
        }

        var failures = 0;
        while (_verdict.Phase != JudgedPhase.Confirmed && failures < 50)
        {
            Probe(FailureClass.ServerError, 32);
            failures++;
        }

        (_state, _verdict, _vantage, _now) = (state, verdict, vantage, now);
        return failures;
    }

    private void PlayUntil(DateTimeOffset end, FailureClass failure)
    {
        while (_now < end)
        {
            Probe(failure, 10);
        }
    }

    private void Hear(Opinion opinion, bool providerSaysTrouble = false, MaintenanceWindow? window = null)
    {
        var step = Judge.Hear(_state, _verdict, new Heard(opinion, providerSaysTrouble, window), _now, Policy);
        (_state, _verdict) = (step.State, step.Verdict);
    }

    private void Probe(FailureClass failure, double gapSeconds)
    {
        _now = _now.AddSeconds(gapSeconds);
        var outcome = new ProbeOutcome
        {
            Id = Guid.Empty,
            OrgId = Guid.Empty,
            EndpointId = Guid.Empty,
            Model = Opus,
            Region = "default",
            Rung = ProbeRung.ContentCheck,
            StartedAt = _now.AddSeconds(-1),
            At = _now,
            Failure = failure,
            HttpStatus = failure == FailureClass.None ? 200 : 500,
            Timings = new ProbeTimings { ConnectMs = 10, HeadersMs = 300, FirstTokenMs = failure == FailureClass.None ? 400 : null, TotalMs = 900 },
        };
        _vantage = _vantage.Observe(outcome);
        var step = Judge.Observe(_state, _verdict, outcome, _vantage, Policy);
        (_state, _verdict, _gap) = (step.State, step.Verdict, step.NextGap);
    }
}
