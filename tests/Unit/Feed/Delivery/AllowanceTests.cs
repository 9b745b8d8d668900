using StatusHub.Feed.Delivery;

namespace StatusHub.Unit.Feed.Delivery;

public sealed class AllowanceTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(60, 3)]
    [InlineData(600, 4)]
    [InlineData(6_000, 5)]
    public void In_no_span_of_a_minute_is_there_more_than_is_allowed(int rate, int seed)
    {
        var chance = new Random(seed);
        var allowance = new Allowance(rate);
        var (now, sent) = (TimeSpan.FromDays(3), new List<TimeSpan>());
        while (now < TimeSpan.FromDays(3) + TimeSpan.FromMinutes(6))
        {
            var count = allowance.Left(now);
            allowance.Take(count);
            sent.AddRange(Enumerable.Repeat(now, count));
            now += TimeSpan.FromSeconds(chance.NextDouble() * (chance.Next(20) == 0 ? 30 : 120.0 / rate));
        }

        for (var (first, last) = (0, 0); last < sent.Count; last++)
        {
            while (sent[last] - sent[first] >= TimeSpan.FromMinutes(1))
            {
                first++;
            }

            Assert.True(last - first + 1 <= rate, $"{last - first + 1} within a minute, {rate} allowed");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(120)]
    [InlineData(3_000)]
    public void Whoever_waits_as_long_as_is_said_may_send(int rate)
    {
        var (allowance, now) = (new Allowance(rate), TimeSpan.FromHours(1));
        for (var i = 0; i < 500; i++)
        {
            now += allowance.UntilOne(now) + TimeSpan.FromTicks(1);
            Assert.True(allowance.Left(now) >= 1);
            allowance.Take(1);
        }

        Assert.InRange((now - TimeSpan.FromHours(1)).TotalMinutes, 499.0 / rate * 0.8, 500.0 / rate * 1.2);
    }
}
