using System.Net;
using StatusHub.Feed.Delivery;

namespace StatusHub.Unit.Feed.Delivery;

public sealed class RetryScheduleTests
{
    private const double Middle = 0.5;

    private static readonly DateTimeOffset Now = new(2026, 6, 7, 10, 30, 0, TimeSpan.Zero);
    private static readonly FailureRun Fresh = new(Now, 1);

    [Theory]
    [InlineData(1, "00:00:05")]
    [InlineData(2, "00:00:30")]
    [InlineData(3, "00:05:00")]
    [InlineData(4, "00:30:00")]
    [InlineData(5, "02:00:00")]
    [InlineData(6, "05:00:00")]
    [InlineData(7, "10:00:00")]
    [InlineData(8, "14:00:00")]
    [InlineData(9, "20:00:00")]
    [InlineData(10, "1.00:00:00")]
    public void Each_failed_attempt_waits_its_turn_of_the_schedule_give_or_take_a_fifth(int attempt, string wait)
    {
        var planned = TimeSpan.Parse(wait);

        Assert.Equal(planned, WaitAfter(attempt, 503));
        Assert.Equal(planned * 0.8, WaitAfter(attempt, 503, chance: 0));
        Assert.Equal(planned * 1.2, WaitAfter(attempt, 503, chance: 1));
    }

    [Fact]
    public void After_the_last_retry_the_event_is_put_aside()
    {
        Assert.Equal(new NextStep.DeadLetter(DeadLetterReason.Exhausted), Next(11, 503));
        Assert.Equal(new NextStep.DeadLetter(DeadLetterReason.Exhausted), Next(12, null, retryAfter: TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Every_status_leads_where_the_contract_says()
    {
        int[] notNow = [404, 408, 409, 425, 429];
        for (var status = 100; status < 1000; status++)
        {
            NextStep expected = status switch
            {
                >= 200 and < 300 => new NextStep.Delivered(),
                410 => new NextStep.Ended(),
                >= 400 and < 500 when !notNow.Contains(status) => new NextStep.DeadLetter(DeadLetterReason.Rejected),
                _ => new NextStep.Retry(Now.AddSeconds(5)),
            };

            Assert.Equal((status, expected), (status, Next(1, status)));
        }
    }

    [Fact]
    public void No_answer_at_all_is_tried_again() =>
        Assert.Equal(new NextStep.Retry(Now.AddSeconds(5)), Next(1, null));

    [Theory]
    [InlineData(1, "00:02:00", "00:02:00")] // obeyed
    [InlineData(1, "00:00:01", "00:00:05")] // not sooner than the schedule
    [InlineData(1, "00:00:00", "00:00:05")]
    [InlineData(1, "-00:00:05", "00:00:05")]
    [InlineData(4, "00:02:00", "00:30:00")]
    [InlineData(1, "24855.00:00:00", "1.00:00:00")] // not for ever
    [InlineData(9, "30.00:00:00", "1.16:00:00")] // twice the twenty hours that are due
    [InlineData(10, "1.06:00:00", "1.06:00:00")]
    [InlineData(10, "30.00:00:00", "2.00:00:00")]
    public void A_wait_that_is_asked_for_is_kept_within_reason(int attempt, string asked, string wait)
    {
        foreach (var status in new[] { 429, 503, 404 })
        {
            Assert.Equal(TimeSpan.Parse(wait), WaitAfter(attempt, status, TimeSpan.Parse(asked)));
        }
    }

    [Fact]
    public void A_wait_that_is_asked_for_does_not_save_a_rejected_event() =>
        Assert.Equal(new NextStep.DeadLetter(DeadLetterReason.Rejected), Next(1, 413, retryAfter: TimeSpan.FromSeconds(5)));

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(404)]
    [InlineData(400)]
    [InlineData(301)]
    [InlineData(null)]
    public void Five_days_of_nothing_but_failure_disable(int? status)
    {
        var before = new FailureRun(Now - TimeSpan.FromDays(5) + TimeSpan.FromTicks(1), 100);
        var reached = new FailureRun(Now - TimeSpan.FromDays(5), 100);

        Assert.IsNotType<NextStep.Disabled>(Next(3, status, run: before));
        Assert.IsType<NextStep.Disabled>(Next(3, status, run: reached));
        Assert.IsType<NextStep.Disabled>(Next(11, status, run: reached));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public void A_few_failures_far_apart_do_not_disable(int failures, bool disabled) =>
        Assert.Equal(disabled, Next(1, 503, run: new FailureRun(Now.AddDays(-30), failures)) is NextStep.Disabled);

    [Fact]
    public void A_success_or_an_end_counts_whatever_went_before()
    {
        var worn = new FailureRun(Now.AddDays(-30), 100);

        Assert.IsType<NextStep.Delivered>(Next(11, 204, run: worn));
        Assert.IsType<NextStep.Ended>(Next(11, 410, run: worn));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(-1, 0.5)]
    [InlineData(1, -0.01)]
    [InlineData(1, 1.01)]
    [InlineData(1, double.NaN)]
    public void What_cannot_be_is_a_bug(int attempt, double chance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Next(attempt, 503, chance: chance));

    /// <summary>Whole lives of one subscription whose receiver is down: for every seed the same sort of end at about the same time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_receiver_that_stays_down_loses_one_event_and_is_disabled_in_the_sixth_day_or_seventh(int seed)
    {
        var chance = new Random(seed);
        var (now, attempt, failures, dead) = (Now, 1, 0, 0);
        NextStep step;
        do
        {
            step = RetrySchedule.After(new Attempt(attempt, HttpStatusCode.BadGateway, null, new FailureRun(Now, ++failures)), now, chance.NextDouble());
            (now, attempt, dead) = step switch
            {
                NextStep.Retry retry => (retry.At, attempt + 1, dead),
                NextStep.DeadLetter => (now, 1, dead + 1),
                _ => (now, attempt, dead),
            };
        }
        while (step is NextStep.Retry or NextStep.DeadLetter);

        Assert.IsType<NextStep.Disabled>(step);
        Assert.Equal(1, dead);
        Assert.InRange(now - Now, TimeSpan.FromDays(5), TimeSpan.FromDays(7));
    }

    /// <summary>F-49: ten thousand fail in the same second and come back in waves; each wave is spread over its span.</summary>
    [Fact]
    public void Thousands_that_failed_together_do_not_come_back_together()
    {
        const int Receivers = 10_000;
        const int Parts = 100;
        var chance = new Random(1);
        var back = Enumerable.Repeat(Now, Receivers).ToList();
        for (var wave = 1; wave <= RetrySchedule.Waits.Count; wave++)
        {
            var attempt = new Attempt(wave, HttpStatusCode.ServiceUnavailable, null, new FailureRun(Now, wave));
            back = [.. back.Select(at => Assert.IsType<NextStep.Retry>(RetrySchedule.After(attempt, at, chance.NextDouble())).At)];
            var (first, span) = (back.Min(), back.Max() - back.Min());
            var most = back.CountBy(at => (int)((at - first) / (span * 1.0001) * Parts)).Max(part => part.Value);

            Assert.True(span >= RetrySchedule.Waits[wave - 1] * 0.39, $"Wave {wave} comes within {span}.");
            Assert.True(most <= 3 * Receivers / Parts, $"Of wave {wave}, {most} come in a hundredth of its span.");
        }
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData(" 7 ", 7)]
    [InlineData("2147483647", 2147483647)]
    [InlineData("Sun, 07 Jun 2026 10:31:30 GMT", 90)]
    [InlineData("Sun, 07 Jun 2026 10:29:00 GMT", 0)]
    public void A_wait_is_read_as_seconds_or_a_date(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfterHeader.Read(value, Now));

    [Fact]
    public void A_date_at_the_end_of_time_is_a_long_wait_and_no_error() =>
        Assert.Equal(TimeSpan.FromDays(1), WaitAfter(1, 503, RetryAfterHeader.Read("Fri, 31 Dec 9999 23:59:59 GMT", Now)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("1e300")]
    [InlineData("99999999999")]
    [InlineData("soon")]
    [InlineData("120, 30")]
    public void What_is_no_wait_is_none(string? value) => Assert.Null(RetryAfterHeader.Read(value, Now));

    private static TimeSpan WaitAfter(int attempt, int status, TimeSpan? retryAfter = null, double chance = Middle) =>
        Assert.IsType<NextStep.Retry>(Next(attempt, status, retryAfter, chance)).At - Now;

    private static NextStep Next(int attempt, int? status, TimeSpan? retryAfter = null, double chance = Middle, FailureRun? run = null) =>
        RetrySchedule.After(new Attempt(attempt, (HttpStatusCode?)status, retryAfter, run ?? Fresh), Now, chance);
}
