using StatusHub.Domain.Scores;

namespace StatusHub.Unit.Scores;

/// <summary>Whether the published numbers mean what they say, on made weeks.</summary>
public sealed class ReliabilityProofTests
{
    [Fact]
    public void The_measured_value_is_unbiased_and_its_interval_holds_the_truth()
    {
        const int Weeks = 2_000;
        double bias = 0, naive = 0;
        var held = 0;
        for (var seed = 1; seed <= Weeks; seed++)
        {
            var world = new ReliabilityWorld(seed);
            var troubles = world.Play(1, 1.5);
            var bad = ReliabilityWorld.BadShare(troubles, 0, ReliabilityWorld.WeekMinutes);
            var (grid, failed, all, allFailed) = world.Probe(troubles, every: .5);
            bias += ((failed / (double)grid) - bad) / Weeks;
            naive += ((allFailed / (double)all) - bad) / Weeks;
            held += Proportion.Wilson(failed, grid).Contains(bad) ? 1 : 0;
        }

        Assert.InRange(Math.Abs(bias), 0, .00005); // 0.005 percentage points
        Assert.True(held >= .95 * Weeks, $"{held} of {Weeks}");
        Assert.True(naive > .01, $"probes sent on suspicion would bias it: {naive:P2}"); // else the base grid would be for nothing
    }

    /// <summary>The whole way of a published week: slices, raw figures rounded, score and interval.</summary>
    [Fact]
    public void A_published_score_is_unbiased_and_its_interval_holds_the_truth()
    {
        const int Weeks = 1_000;
        var week = IsoWeek.Parse("2026-W23");
        var policy = ScorePolicy.Default with { Renewal = RenewalPolicy.Default with { Draws = 10 } };
        double bias = 0;
        var held = 0;
        for (var seed = 1; seed <= Weeks; seed++)
        {
            var world = new ReliabilityWorld(seed);
            var troubles = world.Play(1, 1.5);
            var truth = 100 * (1 - ReliabilityWorld.BadShare(troubles, 0, ReliabilityWorld.WeekMinutes));
            var score = WeeklyScore.Of(ScoreTally.Of(Model(world.Slices(troubles, week.StartsAt, 1, every: .5), troubles, week), week), week, policy);
            bias += (score.Score!.Value - truth) / Weeks;
            held += score.Interval!.Low <= truth && truth <= score.Interval.High ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"bias {bias:F5} points, held {held} of {Weeks}");
        Assert.InRange(bias, -.005, .005);
        Assert.True(held >= .95 * Weeks, $"{held} of {Weeks}");
    }

    /// <summary>The same for its forecast: what incidents cost is measured in the slices, not known.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_published_forecast_holds_as_often_as_promised(int weeks)
    {
        const int Models = 300;
        var first = IsoWeek.Parse("2026-W10");
        var policy = ScorePolicy.Default with { Renewal = RenewalPolicy.Default with { Draws = 400 } };
        var held = 0;
        for (var seed = 1; seed <= Models; seed++)
        {
            var world = new ReliabilityWorld((seed * 31) + weeks);
            var troubles = world.Play(weeks + 1, world.Rate());
            var now = weeks * ReliabilityWorld.WeekMinutes;
            var slices = world.Slices(troubles, first.StartsAt, weeks, every: .5);
            var facts = new List<ScoreFacts>();
            var week = first;
            for (var i = 0; i < weeks; i++, week = week.Next)
            {
                facts.Add(ScoreTally.WithHistory(ScoreTally.Of(Model(slices, troubles, first) with { Model = $"acme/{seed}" }, week), facts));
            }

            var forecast = WeeklyScore.Of(facts[^1], week.Previous, policy).Forecast!;
            var next = 100 * (1 - ReliabilityWorld.BadShare(troubles, now, now + ReliabilityWorld.WeekMinutes));
            held += forecast.NextWeek.Low - .01 <= next && next <= forecast.NextWeek.High + .01 ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"held {held} of {Models}");
        Assert.InRange(held / (double)Models, .78, .92);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(13)]
    public void Next_week_falls_into_its_interval_as_often_as_promised(int weeks)
    {
        const int Models = 400;
        int held = 0, heldByCounting = 0;
        for (var seed = 1; seed <= Models; seed++)
        {
            var world = new ReliabilityWorld((seed * 31) + weeks);
            var troubles = world.Play(weeks + 1, world.Rate());
            var now = weeks * ReliabilityWorld.WeekMinutes;
            var probes = weeks * 20_160.0;
            var history = new ReliabilityHistory(
                weeks, [.. troubles.Where(t => t.From < now).Select(t => t.BadMinutes)], ReliabilityWorld.Usual * probes, probes);
            var forecast = RenewalModel.Forecast(history, world.Chance, RenewalPolicy.Default with { Draws = 600 });
            var next = 1 - ReliabilityWorld.BadShare(troubles, now, now + ReliabilityWorld.WeekMinutes);
            held += forecast.NextWeek.Low - 1e-4 <= next && next <= forecast.NextWeek.High + 1e-4 ? 1 : 0;
            var past = 1 - ReliabilityWorld.BadShare(troubles, 0, now);
            heldByCounting += Proportion.Wilson(past * probes, probes, z: 1.2816).Contains(next) ? 1 : 0;
        }

        Assert.InRange(held / (double)Models, .78, .92);
        Assert.True(heldByCounting < .5 * Models, $"counting probes would hold {heldByCounting}"); // else the model would be for nothing
    }

    private static ModelWeek Model(IReadOnlyList<ScoreSlice> slices, IEnumerable<ReliabilityWorld.Trouble> troubles, IsoWeek from)
    {
        ScoredIncident Incident(ReliabilityWorld.Trouble t) => new(
            Guid.CreateVersion7(from.StartsAt.AddMinutes(t.From)), "", from.StartsAt.AddMinutes(t.From), from.StartsAt.AddMinutes(t.To), from.StartsAt.AddMinutes(t.From), null,
            Domain.Judging.HealthState.MajorOutage);
        return new("acme/one", DateTimeOffset.UnixEpoch, slices, [], [], [.. troubles.Select(Incident)]);
    }

    [Fact]
    public void The_same_chance_gives_the_same_forecast()
    {
        var history = new ReliabilityHistory(4, [515, 12, 4, 30, 2], 300, 80_000);
        ReliabilityForecast Once() => RenewalModel.Forecast(history, new Random(202_623), RenewalPolicy.Default);
        Assert.Equal(Once(), Once());
        Assert.InRange(Once().NextWeek.Low, .965, .985); // the worked example: 97.4 to 99.6, below 99 % in 28 of 100
        Assert.InRange(Once().BelowNinetyNine, .22, .36);
    }
}
