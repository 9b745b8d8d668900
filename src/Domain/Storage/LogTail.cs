using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using StatusHub.Domain.Events;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>
/// The recent end of the log in this node's memory. It polls: a NOTIFY from another node only makes it look sooner. What this node
/// itself appends behind the last it knows is taken as told.
/// </summary>
public sealed partial class LogTail(
    EventLog log, Database database, Clocks clocks, IOptions<StorageOptions> options, ILogger<LogTail> logger) : BackgroundService
{
    private const string Channel = "statushub_log";

    // Heard now or never: it need not outlive the server, and would make who commits wait for the disk once more.
    private const string Notify = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

    private const int PageSize = 1_000;
    private const int PassedOverAtOnce = 10_000; // of the table, so that one read ends in time however far behind its reader is

    private readonly Lock _gate = new();
    private readonly string _node = Guid.CreateVersion7(clocks.Real.GetUtcNow()).ToString("N");
    private readonly List<LoggedEvent> _recent = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly SemaphoreSlim _announce = new(0, 1);
    private readonly TaskCompletionSource _caughtUp = NewSignal();
    private TaskCompletionSource _moved = NewSignal();
    private TaskCompletionSource _knownMoved = NewSignal();
    private long _recentBytes;
    private bool _started;

    /// <summary>Newest position this node has seen.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// Position behind which this node has seen no event of a type the hub knows (<see cref="EventTypes.AreKnown"/>): what else others send
    /// means nothing to the hub itself.
    /// </summary>
    public long KnownPosition { get; private set; }

    /// <summary>Completes once the tail has first caught up with the log, also with an empty one.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Hub time of the last successful look at the database; null before the first.</summary>
    public DateTimeOffset? LastReadAt { get; private set; }

    /// <summary>Completes at once when the tail is beyond a position, else when it next moves.</summary>
    public Task WhenBeyondAsync(long position)
    {
        lock (_gate)
        {
            return Position > position ? Task.CompletedTask : _moved.Task;
        }
    }

    /// <summary>As <see cref="WhenBeyondAsync"/> for <see cref="KnownPosition"/>: for who works only for what the hub knows.</summary>
    public Task WhenKnownBeyondAsync(long position)
    {
        lock (_gate)
        {
            return KnownPosition > position ? Task.CompletedTask : _knownMoved.Task;
        }
    }

    /// <summary>Says that this node has just committed events.</summary>
    public void Committed()
    {
        Release(_wake);
        Release(_announce);
    }

    /// <summary>
    /// Says that this node has just committed these events. When they are the very next, they are taken as they are, and the log is not
    /// asked for what this node has just told it.
    /// </summary>
    /// <param name="last">Position of the last of them.</param>
    /// <param name="recordedAt">Hub time they were recorded at.</param>
    public void Committed(IReadOnlyList<HubEvent> events, long last, DateTimeOffset recordedAt)
    {
        ArgumentNullException.ThrowIfNull(events);
        var first = last - events.Count + 1;
        var stored = AsStored(recordedAt);
        if (Position == first - 1)
        {
            Advance([.. events.Select((e, i) => new LoggedEvent(first + i, stored, AsStored(e.Time) is var time && time.EqualsExact(e.Time) ? e : e with { Time = time }))], last);
        }
        else
        {
            Release(_wake);
        }

        Release(_announce);
    }

    /// <summary>Events after a position, oldest first; from memory when the tail still holds them, else from the table.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> ReadAfterAsync(long position, int limit, CancellationToken cancel) =>
        Kept(position, limit) ?? await log.ReadAfterAsync(position, limit, cancel);

    /// <summary>Events of some types after a position, oldest first: for who looks so seldom that the tail may be far ahead.</summary>
    /// <param name="upTo">Where to end: above the first position, and not beyond <see cref="Position"/>.</param>
    /// <param name="limit">Of what is read at once.</param>
    /// <returns>The events, and the position up to which there are no others.</returns>
    public async Task<(IReadOnlyList<LoggedEvent> Events, long Reached)> ReadTypesAsync(
        long position, long upTo, IReadOnlyList<string> types, int limit, CancellationToken cancel)
    {
        if (types.All(EventTypes.AreKnown) && WhenKnownBeyondAsync(position) is { IsCompleted: false })
        {
            return ([], upTo);
        }

        if (Kept(position, (int)Math.Min(limit, upTo - position)) is { } kept)
        {
            return ([.. kept.Where(logged => types.Contains(logged.Event.Type))], kept[^1].Position);
        }

        upTo = Math.Min(upTo, position + PassedOverAtOnce);
        var read = await log.ReadTypesAsync(position, upTo, types, limit, cancel);
        var isAll = read.Count < limit && read.Sum(e => (long)e.Event.Size) < EventLog.MaxReadBytes;
        return (read, isAll ? upTo : read[^1].Position);
    }

    // Null when they are kept no longer.
    private IReadOnlyList<LoggedEvent>? Kept(long position, int limit)
    {
        lock (_gate)
        {
            if (_started && position >= Position)
            {
                return [];
            }

            if (_recent is not [var oldest, ..] || position < oldest.Position - 1)
            {
                return null;
            }

            // Positions are gap-free, so a place in the log is a place in the list.
            var from = (int)(position - oldest.Position + 1);
            return _recent.GetRange(from, Math.Min(limit, _recent.Count - from));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(FollowAsync(stoppingToken), ListenAsync(stoppingToken), AnnounceAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await CatchUpAsync(stop);
            }
            catch (Exception e) when (e is NpgsqlException || DatabaseAbsence.IsBehind(e))
            {
                Log.Unreadable(logger, e.Message);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await WaitAsync(_wake, TimeSpan.FromMilliseconds(options.Value.TailPollMilliseconds), stop);
        }
    }

    private async Task CatchUpAsync(CancellationToken cancel)
    {
        var head = Position;
        if (!_started)
        {
            head = await log.HeadAsync(cancel);
            Advance([], Math.Max(0, head - options.Value.TailLength));
        }

        while (true)
        {
            var page = await log.ReadForTailAsync(Position, PageSize, cancel);
            LastReadAt = clocks.Now;
            if (page.Count > 0)
            {
                Advance(page, page[^1].Position);
            }

            if (page.Count < PageSize && page.Sum(e => (long)e.Event.Size) < EventLog.MaxReadBytes)
            {
                Advance([], head); // of an old log nothing may be kept any more: its end is where it ends all the same
                _caughtUp.TrySetResult();
                return;
            }
        }
    }

    private void Advance(IReadOnlyList<LoggedEvent> page, long position)
    {
        TaskCompletionSource moved;
        TaskCompletionSource? knownMoved = null;
        lock (_gate)
        {
            if (_started && position <= Position)
            {
                return; // told of before it was read
            }

            IReadOnlyList<LoggedEvent> fresh = _started && page is [var oldest, ..] && oldest.Position <= Position ? [.. page.SkipWhile(logged => logged.Position <= Position)] : page;
            var known = fresh.LastOrDefault(logged => EventTypes.AreKnown(logged.Event.Type))?.Position;
            if (fresh is not [var next, ..] || next.Position != Position + 1)
            {
                known = position; // what stood between is kept no longer, and may have been anything
                _recent.Clear();
                _recentBytes = 0;
            }

            if (known > KnownPosition)
            {
                KnownPosition = known.Value;
                (knownMoved, _knownMoved) = (_knownMoved, NewSignal());
            }

            _recent.AddRange(fresh);
            _recentBytes += fresh.Sum(logged => (long)logged.Event.Size);
            DropOldest();
            _started = true;
            Position = position;
            (moved, _moved) = (_moved, NewSignal());
        }

        moved.TrySetResult();
        knownMoved?.TrySetResult();
    }

    // Dropped by the half, so that dropping is seldom.
    private void DropOldest()
    {
        if (_recent.Count <= 2 * options.Value.TailLength && _recentBytes <= options.Value.TailBytes)
        {
            return;
        }

        var drop = Math.Max(0, _recent.Count - options.Value.TailLength);
        var kept = _recentBytes - _recent.Take(drop).Sum(logged => (long)logged.Event.Size);
        for (; drop < _recent.Count && kept > options.Value.TailBytes / 2; drop++)
        {
            kept -= _recent[drop].Event.Size;
        }

        _recent.RemoveRange(0, drop);
        _recentBytes = kept;
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.System.OpenConnectionAsync(stop);
                connection.Notification += (_, told) => WakeUnlessOwn(told.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stop);
                }

                Release(_wake);
                while (true)
                {
                    await connection.WaitAsync(stop);
                }
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException || DatabaseAbsence.IsBehind(e))
            {
                await WaitAsync(null, TimeSpan.FromMilliseconds(options.Value.RetryMilliseconds), stop);
            }
        }
    }

    // Outside the transaction, where a NOTIFY would take a cluster-wide lock at commit, and one for all that was committed since the last.
    private async Task AnnounceAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (!await WaitAsync(_announce, Timeout.InfiniteTimeSpan, stop))
            {
                continue;
            }

            try
            {
                await using var notify = database.System.CreateCommand(Notify);
                notify.Parameters.Add(new() { Value = Channel });
                notify.Parameters.Add(new() { Value = _node });
                await notify.ExecuteNonQueryAsync(stop);
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException || DatabaseAbsence.IsBehind(e))
            {
                continue; // the other nodes poll
            }

            await WaitAsync(null, TimeSpan.FromMilliseconds(options.Value.AnnounceEveryMilliseconds), stop);
        }
    }

    private async Task<bool> WaitAsync(SemaphoreSlim? signal, TimeSpan limit, CancellationToken stop)
    {
        try
        {
            if (signal is null)
            {
                await Task.Delay(limit, clocks.Real, stop);
                return true;
            }

            return await signal.WaitAsync(limit, stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void WakeUnlessOwn(string node)
    {
        if (node != _node)
        {
            Release(_wake);
        }
    }

    // PostgreSQL keeps microseconds, in UTC: an event is the same, told or read.
    private static DateTimeOffset AsStored(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private static void Release(SemaphoreSlim signal)
    {
        try
        {
            if (signal.CurrentCount == 0)
            {
                signal.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            return; // another was quicker; seldom, so that this exception costs nothing
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The event log cannot be read: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}
