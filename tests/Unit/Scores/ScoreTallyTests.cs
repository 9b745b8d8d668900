using StatusHub.Domain.Judging;
using StatusHub.Domain.Scores;

namespace StatusHub.Unit.Scores;

/// <summary>The published rules, one by one, on weeks of 672 slices of ten checks.</summary>
public sealed class ScoreTallyTests
{
    private const int Slices = 672;
    private const double SliceSeconds = ScorePolicy.SliceSeconds;
    private static readonly IsoWeek Week = IsoWeek.Parse("2026-W23");

    [Fact]
    public void A_flawless_week_is_100()
    {
        var (facts, score) = Score(Model(_ => (10, 0, 0, 0)));
        Assert.Equal((100, 100.0, 604_800), (score.Score, score.Interval!.High, facts.GoodSeconds));
        Assert.Null(score.Parts.Communication); // there was nothing to tell
    }

    [Fact]
    public void Its_parts_multiply_to_the_score()
    {
        var (_, score) = Score(Model(i => (10, i % 2, i % 3 == 0 ? 1 : 0, i % 5 == 0 ? 2 : 0)));
        var (a, l, c) = (score.Parts.Availability!.Value, score.Parts.Latency!.Value, score.Parts.Correctness!.Value);
        Assert.Equal(score.Score!.Value, a * l * c / 10_000, 2);
        Assert.True(a is > 90 and < 100 && l is > 90 and < 100 && c is > 90 and < 100);
    }

    [Fact]
    public void Every_slice_counts_alike_however_many_checks_fell_into_it()
    {
        // Half the week fails half; a tenth of the checks were sent then.
        var (_, score) = Score(Model(i => i < Slices / 2 ? (2, 1, 0, 0) : (18, 0, 0, 0)));
        Assert.Equal(75, score.Score);
    }

    [Fact]
    public void Unknown_time_is_left_out_and_bounds_say_what_it_could_have_been()
    {
        var model = Model(_ => (10, 1, 0, 0)) with { Unknown = [new(Week.StartsAt, Week.StartsAt.AddHours(8.4))] };
        var (facts, score) = Score(model);
        Assert.Equal(90, score.Score);
        Assert.Equal((604_800, 604_800 - (34 * SliceSeconds)), (facts.WatchedSeconds, facts.MeasuredSeconds)); // a slice touched is a slice left out
        Assert.InRange(score.Bounds!.Low, 85, 85.5);
        Assert.InRange(score.Bounds.High, 90.4, 90.6);
    }

    [Fact]
    public void Below_nine_tenths_of_measured_time_there_is_no_score()
    {
        var model = Model(_ => (10, 0, 0, 0)) with { Unknown = [new(Week.StartsAt, Week.StartsAt.AddHours(17))] };
        var (_, score) = Score(model);
        Assert.Equal((null, null, null), (score.Score, score.Interval, score.Forecast));
        Assert.Equal(100, score.Bounds!.High);
        Assert.InRange(score.Bounds.Low, 89, 90);
    }

    [Fact]
    public void Announced_maintenance_is_left_out_and_shown_beside()
    {
        var model = Model(i => i is >= 8 and < 16 ? (10, 10, 0, 0) : (10, 0, 0, 0)) with { Maintenance = [new(Slice(8), Slice(16))] };
        var (facts, score) = Score(model);
        Assert.Equal((100, 604_800 - (8 * SliceSeconds), 8 * SliceSeconds), (score.Score, facts.WatchedSeconds, facts.MaintenanceSeconds));
        Assert.Equal(100 * 664.0 / 672, score.WithMaintenance!.Value, 3);
        Assert.Equal(1, score.Coverage);
    }

    [Fact]
    public void A_new_model_is_scored_from_its_first_whole_slice_on()
    {
        var model = Model(i => i < 600 ? (0, 0, 0, 0) : (10, 0, 0, 0)) with { WatchedFrom = Slice(599).AddSeconds(1) };
        var (facts, score) = Score(model);
        Assert.Equal((72 * SliceSeconds, 1.0, 100), (facts.WatchedSeconds, score.Coverage, score.Score));
    }

    [Fact]
    public void An_incident_costs_its_time_times_what_failed_above_the_usual()
    {
        // Every tenth check fails anyway; for two hours nine in ten do.
        var model = Model(i => i is >= 40 and < 48 ? (10, 9, 0, 0) : (10, 1, 0, 0)) with { Incidents = [Incident(Slice(40), Slice(48), Slice(41), null)] };
        var (facts, _) = Score(model);
        Assert.Equal(120 * .8, Assert.Single(facts.Incidents).BadMinutes, 3);
        Assert.Equal((664, 6_640), (facts.UsualFailures, facts.UsualProbes));
        Assert.Equal([facts.Incidents[0].BadMinutes], facts.History.BadMinutes);
    }

    [Fact]
    public void A_short_incident_costs_what_failed_in_its_slice_not_a_part_of_that()
    {
        var model = Model(i => i == 40 ? (9, 3, 0, 0) : (9, 0, 0, 0)) with { Incidents = [Incident(Slice(40).AddMinutes(5), Slice(40).AddMinutes(10), Slice(40).AddMinutes(6), null)] };
        Assert.Equal(5, Assert.Single(Score(model).Facts.Incidents).BadMinutes, 3);
    }

    [Fact]
    public void Two_incidents_share_a_slice_by_the_time_each_was_in_it()
    {
        var model = Model(i => i == 40 ? (9, 9, 0, 0) : (9, 0, 0, 0)) with
        {
            Incidents = [Incident(Slice(39), Slice(40).AddMinutes(10), Slice(40), null), Incident(Slice(40).AddMinutes(10), Slice(40).AddMinutes(15), Slice(40), null, 2)],
        };
        Assert.Equal([10.0, 5.0], Score(model).Facts.Incidents.Select(i => i.BadMinutes));
    }

    [Fact]
    public void Communication_is_the_share_of_outage_time_after_we_were_sure_that_the_provider_had_told_of()
    {
        var (facts, score) = Score(Model(_ => (10, 0, 0, 0)) with
        {
            Incidents =
            [
                Incident(Slice(4), Slice(12), Slice(5), Slice(8)), // told after 45 of 105 minutes
                Incident(Slice(20), Slice(24), Slice(20), Slice(19), 2), // told before we were sure
                Incident(Slice(30), Slice(31), Slice(30), null, 3), // never told
            ],
        });
        Assert.Equal(((7 + 4 + 1) * SliceSeconds, (4 + 4) * SliceSeconds), (facts.TroubleSeconds, facts.ToldSeconds));
        Assert.Equal(66.667, score.Parts.Communication);
        Assert.Equal(100, score.Score); // beside the score, never in it
    }

    [Fact]
    public void Mere_slowness_needs_no_word_of_the_provider()
    {
        var slow = Incident(Slice(4), Slice(12), Slice(5), null) with { Worst = HealthState.DegradedPerformance };
        Assert.Null(Score(Model(_ => (10, 0, 0, 0)) with { Incidents = [slow] }).Score.Parts.Communication);
    }

    [Fact]
    public void A_lead_is_from_when_we_were_sure_to_the_providers_word_and_half_were_told_by_the_median()
    {
        var (facts, score) = Score(Model(_ => (10, 0, 0, 0)) with
        {
            Incidents =
            [
                Incident(Slice(4), Slice(12), Slice(5), Slice(8)),
                Incident(Slice(20), Slice(24), Slice(21), Slice(20), 2), // told before we were sure
                Incident(Slice(30), Slice(31), Slice(30), null, 3), // never told
                Incident(Slice(40), Slice(50), Slice(40), Slice(41), 4) with { Worst = HealthState.DegradedPerformance }, // mere slowness
                Incident(Slice(-9), Slice(2), Slice(-8), Slice(1), 5), // last week's
                Incident(Slice(660), Slice(700), Slice(661), Slice(673), 6), // told in the next
            ],
        });
        Assert.Equal(4, facts.Outages);
        Assert.Equal([-SliceSeconds, 3 * SliceSeconds], facts.LeadSeconds);
        Assert.Equal(SliceSeconds, score.Parts.MedianLeadSeconds);
        Assert.Null(score.Parts.UpdatesKept);
    }

    [Fact]
    public void An_outage_of_two_models_is_told_of_once()
    {
        var model = Model(_ => (10, 0, 0, 0)) with { Incidents = [Incident(Slice(4), Slice(12), Slice(5), Slice(8))] };
        var slow = model with { Incidents = [model.Incidents[0] with { Worst = HealthState.DegradedPerformance }] };
        var provider = ScoreTally.Sum("acme", [Score(slow).Facts, Score(model).Facts, Score(model).Facts]);
        Assert.Equal(1, provider.Outages);
        Assert.Equal([3 * SliceSeconds], provider.LeadSeconds);
    }

    [Fact]
    public void Promised_updates_stand_beside_a_providers_score_and_none_are_held_against_nobody()
    {
        var provider = ScoreTally.Sum("acme", [Score(Model(_ => (10, 0, 0, 0))).Facts]);
        var due = Slice(100);
        var promised = ScoreTally.WithPromises(provider, [new(due, due.AddMinutes(5)), new(due, due.AddMinutes(6)), new(due, null)], ScorePolicy.Default);
        Assert.Equal((3, 1), (promised.PromisedUpdates, promised.KeptUpdates));
        var (with, without) = (WeeklyScore.Of(promised, Week, ScorePolicy.Default), WeeklyScore.Of(provider, Week, ScorePolicy.Default));
        Assert.Equal((33.333, null), (with.Parts.UpdatesKept, without.Parts.UpdatesKept));
        Assert.Equal(with.Score, without.Score);
    }

    [Fact]
    public void What_fell_due_is_decided_before_the_week_is_published() => Assert.True(ScorePolicy.Default.UpdateGrace < ScorePolicy.Default.PublishAfter);

    [Fact]
    public void A_provider_is_the_sum_of_its_models_and_an_incident_of_both_counts_once()
    {
        var bad = Score(Model(i => i is >= 40 and < 48 ? (10, 10, 0, 0) : (10, 0, 0, 0)) with { Incidents = [Incident(Slice(40), Slice(48), Slice(41), null)] }).Facts;
        var worse = Score(Model(i => i is >= 40 and < 56 ? (10, 10, 0, 0) : (10, 0, 0, 0)) with { Incidents = [Incident(Slice(40), Slice(56), Slice(41), null)] }).Facts;
        var both = ScoreTally.Sum("acme", [bad, worse]);
        Assert.Equal((2, 2 * 604_800, 13_440), (both.Models, both.MeasuredSeconds, both.Probes));
        Assert.Equal(180, Assert.Single(both.Incidents).BadMinutes); // of the average model
        Assert.Equal((1, true), (both.Weeks, both.IsProvider));
        Assert.Equal(100 * (1 - (24.0 / 1_344)), WeeklyScore.Of(both, Week, ScorePolicy.Default).Score!.Value, 3);
    }

    [Fact]
    public void Those_nobody_can_tell_apart_share_a_rank_and_the_unscored_have_none()
    {
        ScoreFacts Facts(string name, int failing) => Score(Model(i => (10, i < failing ? 10 : 0, 0, 0)) with { Model = $"acme/{name}" }).Facts;
        var unmeasured = Score(Model(_ => (0, 0, 0, 0)) with { Model = "acme/none" }).Facts;
        var ranked = ScoreRanking.Of([("d", unmeasured), ("c", Facts("bad", 400)), ("a", Facts("good", 0)), ("b", Facts("also-good", 0))], Week, ScorePolicy.Default);
        Assert.Equal([1, 1, 3, null], ranked.Select(r => r.Rank));
        Assert.Equal(["acme/bad", "acme/none"], ranked.Skip(2).Select(r => r.Facts.Subject));
    }

    [Fact]
    public void An_answer_is_slow_beyond_twice_the_usual_of_its_hour()
    {
        var hours = UsualSpeed.Empty();
        for (var i = 0; i < 100; i++)
        {
            StatusHub.Domain.Evidence.LatencyHistogram.Add(hours[9], 400);
            StatusHub.Domain.Evidence.LatencyHistogram.Add(hours[14], 1_600);
        }

        var speed = new UsualSpeed(hours, ScorePolicy.Default);
        var answers = StatusHub.Domain.Evidence.LatencyHistogram.Empty();
        foreach (var ms in (int[])[300, 700, 1_000, 2_000, 5_000])
        {
            StatusHub.Domain.Evidence.LatencyHistogram.Add(answers, ms);
        }

        Assert.Equal([3, 1], [speed.SlowOf(answers, Week.StartsAt.AddHours(9)), speed.SlowOf(answers, Week.StartsAt.AddHours(14))]);
        Assert.InRange(speed.SlowOf(answers, Week.StartsAt.AddHours(3)), 1, 3); // an hour without answers: the day's usual
    }

    private static (ScoreFacts Facts, WeeklyScore Score) Score(ModelWeek model)
    {
        var facts = ScoreTally.Of(model, Week);
        return (facts, WeeklyScore.Of(facts, Week, ScorePolicy.Default));
    }

    private static DateTimeOffset Slice(int number) => Week.StartsAt.AddSeconds(number * SliceSeconds);

    private static ModelWeek Model(Func<int, (int Probes, int Failed, int Wrong, int Slow)> slice) => new(
        "acme/one", DateTimeOffset.UnixEpoch,
        [.. Enumerable.Range(0, Slices).Select(i => slice(i)).Select((s, i) => new ScoreSlice(Slice(i), s.Probes, s.Failed, s.Wrong, s.Slow))], [], [], []);

    private static ScoredIncident Incident(DateTimeOffset from, DateTimeOffset to, DateTimeOffset detected, DateTimeOffset? official, int number = 1) =>
        new(Guid.Parse($"01975000-0000-7000-8000-{number:000000000000}"), "It failed", from, to, detected, official, HealthState.MajorOutage);
}
