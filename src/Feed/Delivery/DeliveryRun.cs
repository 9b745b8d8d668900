using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>
/// A lane's turn: prepare, call, record. One writing covers a run of deliveries, which are still sent one after another, each after the
/// former's success; the record of one run and the preparation of the next are one writing.
/// </summary>
internal sealed partial class DeliveryRun(
    DeliveryCall call,
    GuardedClient client,
    BookKeeping book,
    LogTail tail,
    DecodedEvents decoded,
    DeliveryNotices notices,
    DeliveryCounts counts,
    NodeLease lease,
    Suspects suspects,
    Clocks clocks,
    Random chance,
    IOptions<DeliveryOptions> options,
    ILogger<DeliveryRun> logger) : IDisposable
{
    private const int ScanAtOnce = 500;
    private const int ScanAtMost = 5_000;

    // Runs that read the table: those who are far behind must not take the database from the others.
    private const int MostReaders = 4;

    private readonly SemaphoreSlim _readers = new(MostReaders);
    private readonly Lock _chance = new();

    public void Dispose() => _readers.Dispose();

    /// <param name="finish">No new attempt is begun; what was is finished and recorded.</param>
    /// <param name="giveUp">What is under way is given up.</param>
    public async Task TakeTurnAsync(Lane lane, CancellationToken finish, CancellationToken giveUp)
    {
        try
        {
            await GoAsync(lane, finish, giveUp);
        }
        finally
        {
            suspects.Leave(lane);
        }
    }

    private async Task GoAsync(Lane lane, CancellationToken finish, CancellationToken giveUp)
    {
        var began = clocks.Real.GetTimestamp();
        var term = lease.Term;
        var page = new Page(lane);
        while (term is not null && !lane.IsRetired && !finish.IsCancellationRequested && clocks.Real.GetElapsedTime(began) < options.Value.Turn && !page.IsOver)
        {
            await FillAsync(lane, giveUp);
            var parcels = lane.HasWork ? Parcel.Cut(lane.Pending, lane.Definition, lane.Stand.Through, Window(lane)) : [];
            if (parcels.Count == 0)
            {
                break;
            }

            if (suspects.Enter(lane) is { } wait)
            {
                lane.Stand = lane.Stand with { NextAt = clocks.Now + wait };
                break;
            }

            var before = lane.Stand;
            lane.Stand = DeliveryRules.Prepared(before, parcels[^1].Last);
            if (!await WriteAsync(page, giveUp))
            {
                return;
            }

            if (!await SendAsync(page, parcels, before, term.Value, finish, giveUp))
            {
                break;
            }

            lane.DropDone();
        }

        MoveOverUnwanted(page);
        if (page.IsToWrite)
        {
            await WriteAsync(page, giveUp);
        }
    }

    // What nobody wanted is written when there is something to write anyway, or when much would have to be looked at again.
    private static void MoveOverUnwanted(Page page)
    {
        var lane = page.Lane;
        if (lane.Pending.Count == 0 && (page.IsToWrite || lane.Scanned - lane.Stand.Position >= ScanAtMost))
        {
            lane.Stand = lane.Stand with { Position = Math.Max(lane.Stand.Position, lane.Scanned) };
        }
    }

    private int Window(Lane lane)
    {
        var window = DeliveryRules.Window(lane.Stand, lane.Window);
        return lane.Allowance is { } allowance ? Math.Min(window, allowance.Left(clocks.Real.GetElapsedTime(0))) : window;
    }

    /// <summary>Looks on through the log until something is wanted and what was begun before is there again, or there is no more for now.</summary>
    private async Task FillAsync(Lane lane, CancellationToken cancel)
    {
        var isOver = lane.HasWork;
        for (var scanned = 0; !isOver && scanned < ScanAtMost;)
        {
            await _readers.WaitAsync(cancel);
            try
            {
                var known = tail.Position;
                var events = await tail.ReadAfterAsync(lane.Scanned, ScanAtOnce, cancel);
                scanned += events.Count;
                foreach (var logged in events.TakeWhile(_ => lane.HasRoom))
                {
                    lane.Look(logged, decoded);
                }

                if (events.Count == 0)
                {
                    lane.SkipTo(known); // what stood there before was dropped from the log
                }

                isOver = events.Count == 0 || lane.HasWork;
            }
            finally
            {
                _readers.Release();
            }
        }
    }

    /// <param name="before">The stand before it was prepared.</param>
    /// <returns>Whether anything was begun.</returns>
    private async Task<bool> SendAsync(
        Page page, IReadOnlyList<Parcel> parcels, DeliveryStand before, long term, CancellationToken finish, CancellationToken giveUp)
    {
        var lane = page.Lane;
        var (began, done) = (clocks.Real.GetTimestamp(), 0);
        foreach (var parcel in parcels)
        {
            // A lease that lapsed may be another's by now; an order to stop comes before the next event.
            if (lane.IsRetired || lease.Term != term || finish.IsCancellationRequested || clocks.Real.GetElapsedTime(began) >= options.Value.Turn)
            {
                break;
            }

            lane.Stand = lane.Stand.Attempt > 0 ? lane.Stand : lane.Stand with { Attempt = 1 };
            if (Message(page, parcel) is { } message)
            {
                lane.Allowance?.Take(1);
                Volatile.Write(ref lane.AttemptBegan, clocks.Real.GetTimestamp());
                using var request = call.RequestOf(lane.To, DeliveryRequest.IdOf(lane.Id, parcel.Last), message);
                var result = call.ResultOf(await client.SendAsync(request, giveUp));
                Volatile.Write(ref lane.AttemptBegan, 0);
                lane.LastTook = result.Took;
                Fold(page, parcel, result);
            }

            done++;
            if (page.IsOver || lane.Stand.Failures > 0)
            {
                break;
            }
        }

        lane.Window = DeliveryRules.NextWindow(lane.Window, lane.Stand.Failures == 0, options.Value.MaxRun);

        // Nothing was begun after all: nothing happened.
        lane.Stand = done == 0 ? before : lane.Stand;
        return done > 0;
    }

    /// <summary>What is to be sent of a parcel; null when there is nothing to send, and what becomes of it is known.</summary>
    private HttpEventMessage? Message(Page page, Parcel parcel)
    {
        var lane = page.Lane;
        if (DeliveryRules.EndsTheProcess(lane.Stand))
        {
            PutAside(page, parcel, AttemptOutcomes.Quarantined, null);
            return null;
        }

        if (IsExpired(parcel))
        {
            page.Add(parcel, clocks.Now, 0, AttemptOutcomes.Expired);
            lane.Stand = DeliveryRules.Passed(lane.Stand, parcel.Last);
            return null;
        }

        try
        {
            var message = call.MessageOf(lane.Definition, parcel);
            lane.Stand = message is null ? DeliveryRules.Passed(lane.Stand, parcel.Last) : lane.Stand;
            return message;
        }
        catch (Exception e)
        {
            Log.Unsendable(logger, e, parcel.Last, lane.Id);
            Fold(page, parcel, new CallResult(null, null, AttemptOutcomes.Unsendable, TimeSpan.Zero, null));
            return null;
        }
    }

    // All of it. Asked before each delivery, so without an enumerator, as the other loops on this way.
    private bool IsExpired(Parcel parcel)
    {
        var now = clocks.Now;
        for (var i = 0; i < parcel.Events.Count; i++)
        {
            if (!decoded.IsExpired(parcel.Events[i], now))
            {
                return false;
            }
        }

        return true;
    }

    private void Fold(Page page, Parcel parcel, CallResult result)
    {
        var (lane, now) = (page.Lane, clocks.Now);
        var run = DeliveryRules.Failure(lane.Stand, now);
        var step = result.Outcome == AttemptOutcomes.Unsendable && lane.Stand.Attempt >= DeliveryRules.MaxUnsendable
            ? new NextStep.DeadLetter(DeadLetterReason.Exhausted)
            : RetrySchedule.After(new Attempt(lane.Stand.Attempt, result.Status, result.RetryAfter, run), now, Chance());
        counts.Count(result.Outcome);
        page.Add(parcel, now, lane.Stand.Attempt, result, (step as NextStep.Retry)?.At);
        if (step is NextStep.Delivered)
        {
            lane.Stand = DeliveryRules.Delivered(lane.Stand, parcel.Last);
            return;
        }

        if (step is NextStep.DeadLetter letter)
        {
            var reason = result.Outcome == AttemptOutcomes.Unsendable ? result.Outcome : letter.Reason == DeadLetterReason.Rejected ? "rejected" : "exhausted";
            page.DeadLetters.AddRange(parcel.Events.Select(e => new DeadLetterLine(e.Position, e.Event.Id, e.Event.Type, now, reason, (int?)result.Status, lane.Stand.Attempt)));
        }

        page.IsOver = step is not NextStep.DeadLetter;
        Tell(page, step, run, result, now);
        lane.Stand = DeliveryRules.Failed(lane.Stand, run, step, parcel.Last) with { Warned = lane.Stand.Warned };
    }

    private void Tell(Page page, NextStep step, FailureRun run, CallResult result, DateTimeOffset now)
    {
        var lane = page.Lane;
        var outcome = result.Status is { } status ? $"{result.Outcome}, {(int)status}" : result.Outcome;
        if (step is NextStep.Ended or NextStep.Disabled)
        {
            var (state, name, because) = DeliveryNotices.Stopped(step, run, outcome);
            page.Stopping = new Stopping(state, because, now);
            page.Notice = notices.Of(lane.OrgId, lane.Id, name, because, run, now);
        }
        else if (DeliveryRules.IsToWarn(lane.Stand, run, step, now))
        {
            lane.Stand = lane.Stand with { Warned = true };
            page.Notice = notices.Of(lane.OrgId, lane.Id, "failing", $"Nothing but failure for three days; after five the subscription is disabled. The last attempt: {outcome}.", run, now);
        }
    }

    private void PutAside(Page page, Parcel parcel, string outcome, int? status)
    {
        var (lane, now) = (page.Lane, clocks.Now);
        counts.Count(outcome);
        page.Add(parcel, now, 0, outcome);
        page.DeadLetters.AddRange(parcel.Events.Select(e => new DeadLetterLine(e.Position, e.Event.Id, e.Event.Type, now, outcome, status, lane.Stand.Attempt - 1)));
        lane.Stand = DeliveryRules.Passed(lane.Stand, parcel.Last);
    }

    private async Task<bool> WriteAsync(Page page, CancellationToken cancel)
    {
        var isOurs = await book.WriteAsync(page.TakeEntry(), cancel);
        if (!isOurs || page.Stopping is not null)
        {
            page.Lane.Retire();
        }

        return isOurs;
    }

    private double Chance()
    {
        lock (_chance)
        {
            return chance.NextDouble();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "No request can be made of event {Position} for subscription {Subscription}")]
        public static partial void Unsendable(ILogger logger, Exception cause, long position, Guid subscription);
    }
}
