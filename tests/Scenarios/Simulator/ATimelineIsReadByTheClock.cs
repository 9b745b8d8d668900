using System.ComponentModel.DataAnnotations;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Time;
using StatusHub.Simulator;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.Scenarios;

namespace StatusHub.Scenarios.Simulator;

public sealed class ATimelineIsReadByTheClock
{
    private static readonly ScenarioShelf Shelf = new(Path.Combine(AppContext.BaseDirectory, "Scenarios"));
    private static readonly ModelId Opus = ModelId.Parse(SimulatedWorld.Opus);
    private static readonly ModelId Sonnet = ModelId.Parse(SimulatedWorld.Sonnet);
    private static readonly ModelId Haiku = ModelId.Parse(SimulatedWorld.Haiku);
    private static readonly Scenario Day = Shelf.Find("opus-shared-router")!;

    [Fact]
    public void Every_scenario_file_is_read_and_keeps_the_rules()
    {
        var names = Shelf.Names();

        Assert.Equal(8, names.Count);
        foreach (var scenario in names.Select(n => Shelf.Find(n)!))
        {
            Assert.Empty(ScenarioRules.Problems(scenario, [.. scenario.Models.Select(m => m.Id)]));
        }
    }

    [Fact]
    public void Overlapping_phases_combine()
    {
        var faults = Timeline.FaultsAt(Day, Opus, At("11:50"));

        Assert.Equal(1 - (0.55 * 0.75), faults.ErrorRate, 12);
        Assert.Equal(6, faults.TtftMultiplier);
        Assert.Equal(0.08, faults.StallRate);
        Assert.Equal(500, faults.ErrorStatus);
    }

    [Fact]
    public void A_failed_domain_hits_its_models_and_no_other()
    {
        Assert.Equal(0.84, Timeline.FaultsAt(Day, Sonnet, At("13:00")).ErrorRate);
        Assert.Equal(FaultSet.Healthy, Timeline.FaultsAt(Day, Haiku, At("13:00")));
    }

    [Theory]
    [InlineData("10:59", 0)]
    [InlineData("11:00", 0.12)]
    [InlineData("11:14", 0.12)]
    [InlineData("11:15", 0.45)]
    [InlineData("23:23", 0.06)]
    [InlineData("23:24", 0)]
    public void A_phase_includes_its_start_and_not_its_end(string time, double errorRate) =>
        Assert.Equal(errorRate, Timeline.FaultsAt(Day, Opus, At(time)).ErrorRate);

    [Fact]
    public void The_larger_error_rate_names_the_status()
    {
        var limited = new FaultSet { ErrorRate = 0.6, ErrorStatus = 429, RetryAfter = 20 };
        var broken = new FaultSet { ErrorRate = 0.1, ErrorStatus = 503 };

        Assert.Equal((429, 20), (limited.And(broken).ErrorStatus, limited.And(broken).RetryAfter));
        Assert.Equal((429, 20), (broken.And(limited).ErrorStatus, broken.And(limited).RetryAfter));
        Assert.Equal(limited, limited.And(FaultSet.Healthy));
        Assert.Equal(limited, FaultSet.Healthy.And(limited));
    }

    [Fact]
    public void Scenario_time_runs_from_the_post_at_its_speed()
    {
        var clock = new ManualClock { Now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        var playback = Playback.Start(Day, clock, speed: 60);

        Assert.Equal(Day.StartsAt, playback.ScenarioTime(clock.Now));
        Assert.Equal(Day.StartsAt.AddMinutes(90), playback.ScenarioTime(clock.Now.AddSeconds(90)));
        Assert.Equal(clock.Now.AddSeconds(90), playback.ClockTime(Day.StartsAt.AddMinutes(90)));
        Assert.Equal(Day.EndsAt, playback.ScenarioTime(clock.Now.AddYears(1000)));
    }

    [Fact]
    public void On_a_clock_set_to_the_scenario_both_times_are_one()
    {
        var real = new ManualClock { Now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        var clock = new AcceleratedClock(Day.StartsAt, real.Now, 60, real);
        real.Now = real.Now.AddSeconds(2);
        var playback = Playback.Start(Day, clock, speed: 60);

        real.Now = real.Now.AddSeconds(58);

        Assert.Equal(Day.StartsAt.AddHours(1), playback.ScenarioTime(clock.GetUtcNow()));
    }

    [Fact]
    public void A_process_takes_its_clock_from_the_options()
    {
        var real = new ManualClock { Now = new DateTimeOffset(2030, 1, 1, 0, 0, 10, TimeSpan.Zero) };

        var clock = SimulatorApp.ClockFrom(["--STATUSHUB_CLOCK", "2026-06-07T10:30:00Z@2030-01-01T00:00:00Z@60"], real);

        Assert.Equal(Day.StartsAt.AddMinutes(10), clock.GetUtcNow());
        Assert.Same(real, SimulatorApp.ClockFrom([], real));
    }

    [Theory]
    [InlineData("--LatencyScale", "-1")]
    [InlineData("--HealthyErrorRate", "2")]
    [InlineData("--Speed", "0")]
    public void An_option_out_of_range_stops_the_start(string option, string value) =>
        Assert.Throws<ValidationException>(() => SimulatorApp.Build([option, value], TimeProvider.System, TimeProvider.System));

    [Fact]
    public void A_fate_comes_as_often_as_its_rate()
    {
        var faults = new FaultSet { ErrorRate = 0.2, ErrorStatus = 503, ConnectFailRate = 0.1, StallRate = 0.5 };
        var random = new Random(7);

        var fates = Enumerable.Range(0, 20_000).Select(_ => Fate.Draw(faults, 0.005, random)).ToArray();

        Assert.InRange(Share(Ending.ConnectionRefused), 0.09, 0.11);
        Assert.InRange(Share(Ending.Error), 0.9 * 0.194, 0.9 * 0.214);
        Assert.InRange(Share(Ending.Stalled), 0.9 * 0.796 * 0.48, 0.9 * 0.796 * 0.52);

        double Share(Ending ending) => fates.Count(f => f.Ending == ending) / (double)fates.Length;
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-06-07T{time}:00Z");
}

/// <summary>A clock that stands where it is put.</summary>
internal sealed class ManualClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
