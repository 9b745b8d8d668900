using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Contracts;

/// <summary>What counts under a promise of speed, hour by hour, and what shows it.</summary>
public sealed class SlowHoursTests
{
    private const double Limit = 2_000;

    private static readonly ModelId Opus = ModelId.Parse("anthropic/claude-opus-4-8");
    private static readonly BillingMonth June = new(2026, 6);
    private static readonly DateTimeOffset Ten = June.From.AddDays(9).AddHours(10);
    private static readonly Clause Clause = PublishedClauses.Find("azure-openai")!.Clause with { Latency = new(Limit, 0.1m) };

    [Theory]
    [InlineData(120, 60, 0.1, 1_800, "half of the answers, half of the hour")]
    [InlineData(120, 120, 0.1, 3_600, "all of them")]
    [InlineData(120, 12, 0.1, 0, "exactly the share that is borne")]
    [InlineData(120, 13, 0.1, 390, "one more than that")]
    [InlineData(120, 1, 0, 30, "none is borne")]
    [InlineData(120, 0, 0, 0, "none is late")]
    [InlineData(9, 9, 0.1, 0, "too few answers to say anything")]
    [InlineData(10, 10, 0.1, 3_600, "enough")]
    [InlineData(0, 0, 0, 0, "nothing answered, which is for the states to say")]
    public void An_hour_counts_by_its_late_share_from_the_promised_share_on(int answers, int late, double above, double seconds, string why)
    {
        var line = Line(Clause with { Latency = new(Limit, (decimal)above) }, Well(), Bucket(Ten, "eu-west", answers - late, late));
        Assert.True(line.Slow == (decimal)seconds, $"{why}: {line.Slow} s");
        Assert.Equal(1 - (line.Slow / line.Total), line.Availability);
    }

    [Theory]
    [InlineData(1_900, 0)]
    [InlineData(2_000, 0)]
    [InlineData(2_300, 3_600)]
    public void An_answer_is_late_beyond_the_limits_own_class_of_the_histogram(double tookMs, double seconds)
    {
        var ttft = LatencyHistogram.Empty();
        ttft[LatencyHistogram.BucketOf(tookMs)] = 100;
        Assert.Equal((decimal)seconds, Line(Clause, Well(), new MeasuredBucket(Ten, TimeSpan.FromHours(1), "eu-west", 100, new Dictionary<string, int>(), ttft)).Slow);
    }

    [Theory]
    [InlineData(HealthState.MajorOutage, 1_800, "weighs half, so half of its half hour is left to be slow in")]
    [InlineData(HealthState.Unknown, 1_800, "of which nothing is known")]
    [InlineData(HealthState.UnderMaintenance, 1_800, "taken out")]
    [InlineData(HealthState.DegradedPerformance, 1_800, "weighs little")]
    public void Time_that_counts_already_or_not_at_all_is_not_counted_as_slow(HealthState state, int secondsOfIt, string why)
    {
        StateStretch[] month =
        [
            new(HealthState.Operational, June.From, Ten), new(state, Ten, Ten.AddSeconds(secondsOfIt)), new(HealthState.Operational, Ten.AddSeconds(secondsOfIt), June.To),
        ];
        var line = Line(Clause, month, Bucket(Ten, "eu-west", 0, 60));
        var left = state is HealthState.Unknown or HealthState.UnderMaintenance ? 1_800 : 3_600 - line.Down;
        Assert.True(line.Slow == left, $"{why}: {line.Slow} s slow beside {line.Down} s down");
        Assert.Equal(1 - ((line.Down + line.Slow) / line.Total), line.Availability);
    }

    [Fact]
    public void Regions_are_one_hour_and_those_that_were_slow_are_named()
    {
        var line = Line(Clause, Well(), Bucket(Ten, "us-east", 60, 0), Bucket(Ten, "eu-west", 0, 60), Bucket(Ten.AddHours(2), "us-east", 60, 0));
        var hour = Assert.Single(line.SlowHours);
        Assert.Equal((Ten, Ten.AddHours(1), 1_800m, 120, 60, "eu-west"), (hour.From, hour.To, hour.Seconds, hour.Answers, hour.Late, Assert.Single(hour.Regions)));
    }

    [Fact]
    public void Slowness_alone_reaches_a_step()
    {
        var buckets = Enumerable.Range(0, 8).Select(i => Bucket(Ten.AddHours(i), "eu-west", 0, 100)).ToArray();
        var line = Line(Clause, Well(), buckets);
        Assert.Equal((8 * 3_600m, CreditChance.Likely), (line.Slow, line.Chance));
        Assert.Equal(Clause.TierOf(line.Availability!.Value), line.Tier);
        Assert.Null(Line(Clause with { Latency = null }, Well(), buckets).Tier);
    }

    [Fact]
    public void Days_and_hours_beyond_now_say_nothing_of_slowness()
    {
        var day = Bucket(Ten.AddHours(-10), "eu-west", 0, 2_000) with { Width = TimeSpan.FromDays(1) };
        Assert.Empty(Line(Clause, Well(), day).SlowHours);
        var underWay = CreditStatement.Of(Contract(Clause), June, Records(Well(), Bucket(Ten, "eu-west", 0, 60)), new Dictionary<ModelId, decimal>(), Ten.AddMinutes(30)).Lines[0];
        Assert.Equal(1_800, underWay.Slow);
    }

    [Fact]
    public void Whatever_happened_down_and_slow_are_within_the_known_time()
    {
        foreach (var seed in Enumerable.Range(0, 40))
        {
            var chance = new Random(seed);
            var clause = PublishedClauses.All[chance.Next(PublishedClauses.All.Count)].Clause with { Latency = new(Limit, (decimal)chance.NextDouble() / 2), MinimumMinutes = chance.Next(0, 8) };
            var stretches = new List<StateStretch>();
            for (var at = June.From; at < June.To;)
            {
                var end = at.AddSeconds(chance.Next(1, 20_000));
                stretches.Add(new((HealthState)chance.Next(0, 6), at, end));
                at = end;
            }

            var line = Line(clause, [.. stretches], [.. Enumerable.Range(0, 720).Select(h => Bucket(June.From.AddHours(h), "eu-west", chance.Next(60), chance.Next(60)))]);
            Assert.InRange(line.Down + line.Slow, 0, line.Total - line.Unknown + 0.000001m);
            Assert.True(line.AtWorst <= line.Availability);
            Assert.All(line.SlowHours, h => Assert.InRange(h.Seconds, 0, 3_600));
        }
    }

    private static MeasuredBucket Bucket(DateTimeOffset from, string region, int inTime, int late)
    {
        var ttft = LatencyHistogram.Empty();
        (ttft[LatencyHistogram.BucketOf(Limit / 4)], ttft[LatencyHistogram.BucketOf(Limit * 3)]) = (inTime, late);
        return new(from, TimeSpan.FromHours(1), region, inTime + late, new Dictionary<string, int>(), ttft);
    }

    private static StateStretch[] Well() => [new(HealthState.Operational, June.From, June.To)];

    private static Dictionary<ModelId, MonthRecord> Records(StateStretch[] stretches, params MeasuredBucket[] buckets) => new() { [Opus] = new(stretches, [], buckets) };

    private static CreditLine Line(Clause clause, StateStretch[] stretches, params MeasuredBucket[] buckets) =>
        CreditStatement.Of(Contract(clause), June, Records(stretches, buckets), new Dictionary<ModelId, decimal>(), June.To.AddDays(1)).Lines[0];

    private static ServiceContract Contract(Clause clause) => new(Guid.Empty, Guid.Empty, "x", null, "USD", clause, [new(Opus, 100)], June.From, June.From);
}
