using System.Net;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Subscriptions;

namespace StatusHub.Unit.Feed.Delivery;

/// <summary>How a subscription's stand moves through preparing, calling and recording.</summary>
public sealed class DeliveryRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 7, 10, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, true, 2)]
    [InlineData(2, true, 4)]
    [InlineData(32, true, 64)]
    [InlineData(64, true, 64)]
    [InlineData(64, false, 1)]
    public void A_run_doubles_while_all_goes_well_and_starts_over_when_not(int window, bool all, int next) =>
        Assert.Equal(next, DeliveryRules.NextWindow(window, all, 64));

    [Fact]
    public void What_failed_or_was_never_recorded_is_tried_alone()
    {
        Assert.Equal(64, DeliveryRules.Window(new DeliveryStand(5), 64));
        Assert.Equal(1, DeliveryRules.Window(new DeliveryStand(5) { Unrecorded = 1 }, 64));
        Assert.Equal(1, DeliveryRules.Window(new DeliveryStand(5) { Failures = 1 }, 64));
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(4, false, false)]
    [InlineData(5, true, false)]
    [InlineData(7, true, false)]
    [InlineData(8, true, true)]
    public void What_was_never_recorded_is_suspected_long_before_it_is_put_aside(int unrecorded, bool isSuspect, bool isPutAside)
    {
        var stand = new DeliveryStand(5) { Unrecorded = unrecorded };
        Assert.Equal((isSuspect, isPutAside), (DeliveryRules.IsSuspect(stand), DeliveryRules.EndsTheProcess(DeliveryRules.Prepared(stand, 9))));
    }

    [Fact]
    public void A_preparation_counts_before_anything_is_sent_and_a_success_forgets_it()
    {
        var prepared = DeliveryRules.Prepared(new DeliveryStand(5) { Attempt = 2, Failures = 2, FailingSince = Now, NextAt = Now }, 9);
        Assert.Equal(new DeliveryStand(5) { Attempt = 3, Unrecorded = 1, Through = 9, Failures = 2, FailingSince = Now }, prepared);
        Assert.Equal(new DeliveryStand(7), DeliveryRules.Delivered(prepared, 7));
    }

    [Fact]
    public void A_retry_keeps_what_was_begun_together()
    {
        var run = new FailureRun(Now, 1);
        var failed = DeliveryRules.Failed(DeliveryRules.Prepared(new DeliveryStand(5), 9), run, new NextStep.Retry(Now.AddSeconds(5)), 8);
        Assert.Equal(new DeliveryStand(5) { Attempt = 1, Through = 8, NextAt = Now.AddSeconds(5), FailingSince = Now, Failures = 1 }, failed);
    }

    [Fact]
    public void What_is_put_aside_is_done_with_and_the_failures_stay_counted()
    {
        var aside = DeliveryRules.Failed(DeliveryRules.Prepared(new DeliveryStand(5), 9), new FailureRun(Now, 4), new NextStep.DeadLetter(DeadLetterReason.Rejected), 8);
        Assert.Equal(new DeliveryStand(8) { FailingSince = Now, Failures = 4 }, aside);
    }

    [Fact]
    public void Who_starts_a_stopped_one_again_starts_with_a_clean_sheet()
    {
        var stand = new DeliveryStand(5) { Attempt = 3, Failures = 12, FailingSince = Now, Warned = true };
        Assert.Equal(new DeliveryStand(5), DeliveryRules.Failed(stand, new FailureRun(Now, 13), new NextStep.Disabled(), 8));
        Assert.Equal(new DeliveryStand(5), DeliveryRules.Failed(stand, new FailureRun(Now, 13), new NextStep.Ended(), 8));
    }

    [Theory]
    [InlineData(2.9, false, false)]
    [InlineData(3, false, true)]
    [InlineData(3, true, false)]
    public void Its_owner_is_warned_once_from_the_third_day(double days, bool warned, bool expected) =>
        Assert.Equal(expected, DeliveryRules.IsToWarn(
            new DeliveryStand(5) { Warned = warned }, new FailureRun(Now, 9), new NextStep.Retry(Now), Now.AddDays(days)));

    [Fact]
    public void Nobody_is_warned_of_what_has_already_stopped() =>
        Assert.False(DeliveryRules.IsToWarn(new DeliveryStand(5), new FailureRun(Now, 9), new NextStep.Disabled(), Now.AddDays(6)));

    /// <summary>A walk of outcomes and crashes: nothing is passed over that was neither delivered nor put aside, and nothing goes back.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_happens_every_event_is_delivered_or_put_aside_once_and_in_order(int seed)
    {
        const int Events = 200;
        var chance = new Random(seed);
        var (stand, window, now) = (new DeliveryStand(0), 1, Now);
        var done = new List<long>();
        while (stand.Position < Events)
        {
            var before = stand;
            var pending = Logged(stand.Position + 1, Events);
            var parcels = Parcel.Cut(pending, Batches(3), stand.Through, DeliveryRules.Window(stand, window));
            stand = DeliveryRules.Prepared(stand, parcels[^1].Last);
            if (chance.Next(10) == 0)
            {
                continue; // the process ends here: what was prepared is all that is known
            }

            foreach (var parcel in parcels)
            {
                stand = stand with { Attempt = Math.Max(1, stand.Attempt) };
                var status = chance.Next(8) switch { 0 => HttpStatusCode.BadRequest, 1 => HttpStatusCode.BadGateway, _ => HttpStatusCode.OK };
                var run = DeliveryRules.Failure(stand, now);
                var step = RetrySchedule.After(new Attempt(stand.Attempt, status, null, run), now, 0.5);
                done.AddRange(step is NextStep.Retry ? [] : parcel.Events.Select(e => e.Position));
                stand = step is NextStep.Delivered ? DeliveryRules.Delivered(stand, parcel.Last) : DeliveryRules.Failed(stand, run, step, parcel.Last);
                if (step is not NextStep.Delivered)
                {
                    break;
                }
            }

            Assert.True(stand.Position >= before.Position);
            window = DeliveryRules.NextWindow(window, stand.Failures == 0, 64);
        }

        Assert.Equal(Enumerable.Range(1, Events).Select(n => (long)n), done);
    }

    [Fact]
    public void The_same_events_up_to_the_same_end_are_cut_the_same_way_again()
    {
        var chance = new Random(4);
        for (var i = 0; i < 200; i++)
        {
            var (size, known, limit) = (chance.Next(1, 9), chance.Next(1, 60), chance.Next(1, 9));
            var first = Parcel.Cut(Logged(1, known), Batches(size), null, limit);
            var again = Parcel.Cut(Logged(1, known + chance.Next(30)), Batches(size), first[^1].Last, limit);
            Assert.Equal(first.Select(p => p.Last), again.Select(p => p.Last));
            Assert.Equal(first.Select(p => p.Events.Count), again.Select(p => p.Events.Count));
            Assert.All(first.SkipLast(1), p => Assert.Equal(size, p.Events.Count));
        }
    }

    [Fact]
    public void An_end_that_nothing_wanted_lies_before_holds_nothing_up() =>
        Assert.Equal([7L, 8], Parcel.Cut(Logged(7, 8), Batches(1), 5, 4).Select(p => p.Last));

    [Fact]
    public void A_parcel_ends_before_it_is_more_than_a_receiver_reads_and_is_cut_so_again()
    {
        var pending = new[] { 200, 200, 200, 600, 10 }.Select((kilobytes, i) => Weighing(i + 1, kilobytes * 1024)).ToList();
        var parcels = Parcel.Cut(pending, Batches(40), null, 9);
        Assert.Equal([2L, 3, 4, 5], parcels.Select(p => p.Last));
        Assert.Equal([2L, 3], Parcel.Cut(pending, Batches(40), 4, 2).Select(p => p.Last));
        Assert.Equal([2L], Parcel.Cut(pending, Batches(40), 2, 9).Select(p => p.Last));
    }

    private static LoggedEvent Weighing(long position, int bytes) =>
        new(position, Now, new HubEvent($"{position}", "urn:x", "t", null, Now, null, "clear", new byte[bytes]));

    private static SubscriptionDefinition Batches(int size) => new()
    {
        Sink = new Uri("https://receiver.example/"),
        Mode = size == 1 ? DeliveryMode.Structured : DeliveryMode.Batch,
        MaxBatch = size,
    };

    private static List<LoggedEvent> Logged(long from, long to) =>
        [.. Enumerable.Range(0, (int)(to - from + 1)).Select(i => new LoggedEvent(from + i, Now, new HubEvent($"{from + i}", "urn:x", "t", null, Now, null, "clear", default)))];
}
