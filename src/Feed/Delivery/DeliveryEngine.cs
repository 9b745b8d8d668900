using System.Data.Common;
using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Feed.Delivery;

/// <summary>
/// Delivers: one cursor a subscription over the log, each event sent after the one before it. The loop only decides whose turn it is; the
/// turns themselves run beside it.
/// </summary>
internal sealed partial class DeliveryEngine(
    Holdings holdings,
    DeliveryRun run,
    BookKeeping book,
    LogTail tail,
    DeliveryBell bell,
    DeliveryCounts counts,
    DecodedEvents decoded,
    DeliveryOwner owner,
    NodeLease lease,
    Clocks clocks,
    IOptions<DeliveryOptions> options,
    IOptions<Webhooks.GuardOptions> guard,
    ILogger<DeliveryEngine> logger) : BackgroundService
{
    // Retries fall due by a clock that may be moved, so the loop looks this often.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, Lane> _known = new();
    private readonly ConcurrentQueue<Lane> _finished = new();
    private readonly ConcurrentQueue<HoldingsChange> _changes = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _finish = new();
    private readonly CancellationTokenSource _drained = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly CancellationTokenSource _closeBook = new();

    public override void Dispose()
    {
        base.Dispose();
        _finish.Dispose();
        _drained.Dispose();
        _giveUp.Dispose();
        _closeBook.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var traffic = new Traffic(new Places(options.Value, guard.Value.MaxConnectionsPerHost), decoded, clocks, options.Value, Begin);
        try
        {
            await owner.MayDeliver.WaitAsync(stoppingToken);
            await tail.CaughtUp.WaitAsync(stoppingToken); // before that nobody knows where the log ends
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var writing = Task.Run(() => book.RunAsync(_closeBook.Token), CancellationToken.None);
        var holding = Task.Run(() => HoldAsync(stoppingToken), CancellationToken.None);
        try
        {
            await LoopAsync(traffic, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await DrainAsync(traffic);
        }

        await _drained.CancelAsync();
        await holding;
        await CloseAsync(traffic);
        await writing;
    }

    private async Task LoopAsync(Traffic traffic, CancellationToken stop)
    {
        traffic.Start(tail.Position);
        var (flushedAt, statusAt) = (clocks.Real.GetTimestamp(), clocks.Real.GetTimestamp());
        Task? moved = null;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            TakeIn(traffic);
            await SpreadAsync(traffic, stop);
            Go(traffic);
            if (IsDue(ref statusAt, StatusEvery))
            {
                counts.Status = traffic.Status();
            }

            if (IsDue(ref flushedAt, TimeSpan.FromSeconds(options.Value.FlushSeconds)))
            {
                Flush(traffic);
            }

            if (moved is null || moved.IsCompleted)
            {
                moved = tail.WhenBeyondAsync(traffic.Head).ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }

            await _wake.WaitAsync(Tick, stop);
        }
    }

    private bool IsDue(ref long at, TimeSpan every)
    {
        var isDue = clocks.Real.GetElapsedTime(at) >= every;
        at = isDue ? clocks.Real.GetTimestamp() : at;
        return isDue;
    }

    private void TakeIn(Traffic traffic)
    {
        while (_finished.TryDequeue(out var lane))
        {
            if (!traffic.Finished(lane))
            {
                Forget(lane);
            }
        }

        while (_changes.TryDequeue(out var change))
        {
            foreach (var lane in change.Gone)
            {
                if (traffic.Drop(lane))
                {
                    Forget(lane);
                }
            }

            foreach (var lane in change.Come)
            {
                traffic.Adopt(lane);
            }
        }
    }

    // Without a lease nobody may send: turns that can do nothing would only follow one another.
    private void Go(Traffic traffic)
    {
        if (lease.Term is not null)
        {
            traffic.Go();
        }
    }

    // Not looked for while it runs: its last record must be written before its row is read again. What broke off waits for the next look,
    // or it would break off again and again without a pause.
    private void Forget(Lane lane)
    {
        _known.TryRemove(KeyValuePair.Create(lane.Id, lane));
        if (lane.IsDropped)
        {
            bell.Ring();
        }
    }

    private async Task SpreadAsync(Traffic traffic, CancellationToken stop)
    {
        while (traffic.Head < tail.Position)
        {
            try
            {
                var events = await tail.ReadAfterAsync(traffic.Head, traffic.SpreadAtOnce, stop);
                if (events.Count == 0)
                {
                    return; // dropped from the log before it was seen here
                }

                traffic.Spread(events);
                TakeIn(traffic);
                Go(traffic);
            }
            catch (Exception e) when (e is DbException || DatabaseAbsence.IsBehind(e))
            {
                Log.Away(logger, e.Message); // looked at again with the next tick
                return;
            }
        }
    }

    private void Begin(Lane lane) => _ = Task.Run(async () =>
    {
        try
        {
            await run.TakeTurnAsync(lane, _finish.Token, _giveUp.Token);
        }
        catch (OperationCanceledException) when (_giveUp.IsCancellationRequested)
        {
            lane.Retire();
        }
        catch (Exception e) when (DatabaseAbsence.IsBehind(e))
        {
            Log.Away(logger, e.Message);
            lane.Retire();
        }
        catch (Exception e)
        {
            // What is known of it may not be what is written: it is read again.
            Log.Broken(logger, e, lane.Id);
            lane.Retire();
        }

        _finished.Enqueue(lane);
        Wake();
    });

    /// <summary>Keeps the lease until everything under way is over, and looks for what to deliver to until it is told to stop.</summary>
    private async Task HoldAsync(CancellationToken stop)
    {
        while (!_drained.IsCancellationRequested)
        {
            try
            {
                await holdings.RenewAsync(_drained.Token);
                if (stop.IsCancellationRequested)
                {
                    await Task.Delay(Tick, clocks.Real, _drained.Token);
                    continue;
                }

                await LookAsync(stop);
                await bell.WaitAsync(TimeSpan.FromMilliseconds(options.Value.LookMilliseconds), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                continue; // from now on only the lease is kept
            }
            catch (Exception e)
            {
                if (DatabaseAbsence.IsBehind(e))
                {
                    Log.Away(logger, e.Message);
                }
                else
                {
                    Log.NotHeld(logger, e); // whatever it was, those held already are delivered to, and the lease is kept
                }

                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.RetryMilliseconds), clocks.Real, CancellationToken.None);
            }
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var change = await holdings.LookAsync(_known, stop);
        foreach (var lane in change.Come)
        {
            _known[lane.Id] = lane;
        }

        _changes.Enqueue(change);
        Wake();
    }

    /// <summary>Those who wanted nothing of what they saw: how far they saw is written now and then, so that it need not be seen again.</summary>
    private List<Task<bool>> Flush(Traffic traffic)
    {
        var writings = new List<Task<bool>>();
        foreach (var lane in traffic.Lanes.Where(l => l.State == LaneState.Idle && l.Pending.Count == 0 && l.Scanned > l.Stand.Position))
        {
            lane.Stand = lane.Stand with { Position = lane.Scanned };
            lane.Written = lane.Stand;
            writings.Add(book.WriteAsync(new DeliveryEntry(lane.OrgId, lane.Id, lane.Fence, lane.Stand), _giveUp.Token));
        }

        return writings;
    }

    private async Task DrainAsync(Traffic traffic)
    {
        await _finish.CancelAsync();
        var limit = Task.Delay(TimeSpan.FromSeconds(options.Value.DrainSeconds), clocks.Real);
        while (traffic.Running.Count > 0 && !limit.IsCompleted)
        {
            await Task.WhenAny(limit, _wake.WaitAsync(Tick));
            TakeIn(traffic);
        }
    }

    private async Task CloseAsync(Traffic traffic)
    {
        try
        {
            await Task.WhenAll(Flush(traffic)).WaitAsync(Tick * 20, clocks.Real);
            await _giveUp.CancelAsync();
            await holdings.LeaveAsync(CancellationToken.None);
        }
        catch (Exception e) when (DatabaseAbsence.IsBehind(e) || e is OperationCanceledException)
        {
            Log.Away(logger, e.Message); // the lease runs out by itself
        }

        await _giveUp.CancelAsync();
        await _closeBook.CancelAsync();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            return; // awake already
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A turn of subscription {Subscription} broke; it is read again")]
        public static partial void Broken(ILogger logger, Exception cause, Guid subscription);

        [LoggerMessage(LogLevel.Error, "A look for what to deliver to broke; it is looked again")]
        public static partial void NotHeld(ILogger logger, Exception cause);

        [LoggerMessage(LogLevel.Warning, "What is to be delivered to cannot be looked at: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
