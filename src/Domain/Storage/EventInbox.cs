using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Events;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>
/// The one way events of others enter the log: durable before it is answered, each (organisation, source, id) once. Requests that
/// come while one commit is under way share the next one: the more come, the fewer commits each costs. Once the next is full it is
/// begun beside the first: what it holds is on its way to the server and read there while the first is written.
/// </summary>
public sealed partial class EventInbox(
    Database database, EventLog log, LogTail tail, Clocks clocks, IOptions<EventInboxOptions> options, ILogger<EventInbox> logger) : BackgroundService
{
    /// <summary>Commits under way at once.</summary>
    internal const int Commits = 2;

    // Who sends again what is known seldom does so once.
    private const int LooksAfterKnown = 16;

    // Who waits too long is found a twentieth of the limit before it ends, at the latest when it does.
    private const int LooksWithinLimit = 20;

    // Who holds the head sees every event committed before: no two can store the same one. The second statement looks after the lock is there.
    private const string LockHead = "SELECT position FROM event_head FOR UPDATE";

    // A plan made while the log was short would be kept when it has grown. Planning anew costs a fraction of one look-up without the index.
    private const string PlanAnew = "SET LOCAL plan_cache_mode = force_custom_plan";

    // One probe of the unique index for each event.
    private const string LookUp = """
        SELECT asked.ord::integer, known.hash
        FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS asked(org, source, id, ord)
        CROSS JOIN LATERAL (
          SELECT sha256(coalesce(e.envelope, '')) AS hash FROM events e
          WHERE coalesce(e.org_id, '00000000-0000-0000-0000-000000000000') = asked.org AND e.source = asked.source AND e.id = asked.id
          LIMIT 1) AS known
        """;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _queue = []; // in the order they came
    private readonly List<List<Waiting>> _underWay = [];
    private readonly SemaphoreSlim _comes = new(0);
    private readonly SemaphoreSlim _full = new(0);
    private int _looksFirst;
    private int _waitingEvents;
    private long _waitingBytes;
    private bool _stopped;

    /// <summary>Events that wait to be written now.</summary>
    public int Waits => Volatile.Read(ref _waitingEvents);

    private bool IsFull => Waits >= options.Value.CommitEvents || Volatile.Read(ref _waitingBytes) >= options.Value.CommitBytes;

    /// <summary>Stores all of the events or none. The answer comes within <see cref="EventInboxOptions.AnswerWithinMilliseconds"/>.</summary>
    /// <param name="events">Of one organisation, each with its envelope.</param>
    /// <param name="sameIdIsSame">
    /// A known source and id counts as known whatever the content: so for what hubs pass on, where marks and paths differ by the way taken.
    /// </param>
    public Task<InboxAnswer> AddAsync(IReadOnlyList<HubEvent> events, bool sameIdIsSame)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0)
        {
            return Task.FromResult<InboxAnswer>(new InboxAnswer.Stored(0));
        }

        var waiting = new Waiting(new InboxRequest(events, sameIdIsSame), clocks.Real.GetTimestamp());
        if (Refusal(waiting) is { } refusal)
        {
            return Task.FromResult(refusal);
        }

        Signal(_comes);
        if (IsFull)
        {
            Signal(_full);
        }

        return waiting.Result.Task;
    }

    public override void Dispose()
    {
        _comes.Dispose();
        _full.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(CommitWhatComesAsync(stoppingToken), CommitWhatIsFullAsync(stoppingToken), AnswerInTimeAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            lock (_gate)
            {
                _stopped = true;
            }

            Answer(_queue, Away());
        }
    }

    private async Task CommitWhatComesAsync(CancellationToken stop)
    {
        while (true)
        {
            await _comes.WaitAsync(stop);
            while (Waits > 0)
            {
                await LetPassAsync(stop);
                await CommitNextAsync(stop);
            }
        }
    }

    // Behind all work that stands ready now: what requests already here have to say comes along, and fewer commits carry the same events
    // (measured with 64 senders: 30 in each instead of 22, and a tenth more events a second).
    private static Task LetPassAsync(CancellationToken stop) =>
        Task.Factory.StartNew(static () => { }, stop, TaskCreationOptions.PreferFairness, TaskScheduler.Default);

    // Beside a commit under way only a full one is begun: a smaller one would do better to grow.
    private async Task CommitWhatIsFullAsync(CancellationToken stop)
    {
        while (true)
        {
            await _full.WaitAsync(stop);
            while (IsFull)
            {
                await CommitNextAsync(stop);
            }
        }
    }

    // One look over all who wait, where a timer for each would cost as much as reading its event. Not yet taken up, an event never will
    // be; under way, its answer is lost, and the sender's next try finds out what became of it.
    private async Task AnswerInTimeAsync(CancellationToken stop)
    {
        var limit = TimeSpan.FromMilliseconds(options.Value.AnswerWithinMilliseconds);
        var every = limit / LooksWithinLimit;
        using var timer = new PeriodicTimer(every, clocks.Real);
        while (await timer.WaitForNextTickAsync(stop))
        {
            Answer(WaitingFor(limit - every), Away());
        }
    }

    private List<Waiting> WaitingFor(TimeSpan age)
    {
        bool IsOlder(Waiting waiting) => clocks.Real.GetElapsedTime(waiting.Since) >= age;
        lock (_gate)
        {
            return [.. _underWay.SelectMany(group => group).Where(IsOlder), .. _queue.TakeWhile(IsOlder)];
        }
    }

    private async Task CommitNextAsync(CancellationToken stop)
    {
        var group = Gather();
        try
        {
            await WriteAsync(group, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Answer(group, Away());
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _underWay.Remove(group);
            }
        }
    }

    private List<Waiting> Gather()
    {
        var (group, events, bytes) = (new List<Waiting>(), 0, 0L);
        lock (_gate)
        {
            while (events < options.Value.CommitEvents && bytes < options.Value.CommitBytes && _queue.TryDequeue(out var waiting))
            {
                _waitingEvents -= waiting.Request.Events.Count;
                _waitingBytes -= waiting.Request.Bytes;
                if (!waiting.Result.Task.IsCompleted)
                {
                    group.Add(waiting);
                    events += waiting.Request.Events.Count;
                    bytes += waiting.Request.Bytes;
                }
            }

            _underWay.Add(group);
        }

        return group;
    }

    // A commit whose answer was lost may have happened. Tried again, the log's constraint says so, and what was stored is found and not stored twice.
    private async Task WriteAsync(List<Waiting> group, CancellationToken cancel)
    {
        long? failedAt = null;
        while (group.Count > 0)
        {
            try
            {
                var answers = await CommitAsync([.. group.Select(w => w.Request)], cancel);
                for (var i = 0; i < group.Count; i++)
                {
                    group[i].Result.TrySetResult(answers[i]);
                }

                return;
            }
            catch (Exception e) when (DatabaseAbsence.IsBehind(e))
            {
                failedAt ??= clocks.Real.GetTimestamp();
                if (clocks.Real.GetElapsedTime(failedAt.Value).TotalMilliseconds >= options.Value.RetryForMilliseconds)
                {
                    Log.Away(logger, group.Count, e.Message);
                    Answer(group, Away());
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.RetryMilliseconds), clocks.Real, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested) // nothing but a stop ends the writing
            {
                await IsolateAsync(group, e, cancel);
                return;
            }
        }
    }

    // One request that cannot be stored must not take the others with it.
    private async Task IsolateAsync(List<Waiting> group, Exception cause, CancellationToken cancel)
    {
        if (group.Count == 1)
        {
            Log.Refused(logger, cause);
            group[0].Result.TrySetException(cause);
            return;
        }

        foreach (var waiting in group)
        {
            await WriteAsync([waiting], cancel);
        }
    }

    // Nearly all events are new: they are appended unseen, in one exchange, and the log's own constraint says when one was not.
    private async Task<IReadOnlyList<InboxAnswer>> CommitAsync(InboxRequest[] requests, CancellationToken cancel)
    {
        if (Volatile.Read(ref _looksFirst) > 0)
        {
            Interlocked.Decrement(ref _looksFirst);
            return await CommitUnknownAsync(requests, cancel);
        }

        var group = InboxGroup.Of(requests, _ => null);
        if (group.Fresh.Count == 0)
        {
            return group.Answers; // they contradict each other
        }

        var now = clocks.Now;
        try
        {
            var last = await log.AppendAsync(group.Fresh, now, cancel);
            tail.Committed(group.Fresh, last, now);
            return group.Answers;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: EventLog.Once })
        {
            Volatile.Write(ref _looksFirst, LooksAfterKnown);
            return await CommitUnknownAsync(requests, cancel);
        }
    }

    private async Task<IReadOnlyList<InboxAnswer>> CommitUnknownAsync(InboxRequest[] requests, CancellationToken cancel)
    {
        await using var connection = await database.Inbox.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var known = await KnownAsync(transaction, [.. requests.SelectMany(r => r.Events)], cancel);
        var group = InboxGroup.Of(requests, e => known.TryGetValue(EventKey.Of(e), out var hash) ? SHA256.HashData(e.Envelope!.Value.Span).AsSpan().SequenceEqual(hash) : null);
        if (group.Fresh.Count > 0)
        {
            var now = clocks.Now;
            var last = await EventLog.AppendAsync(transaction, group.Fresh, now, cancel);
            await transaction.CommitAsync(cancel);
            tail.Committed(group.Fresh, last, now);
        }

        return group.Answers;
    }

    private static async Task<Dictionary<EventKey, byte[]>> KnownAsync(NpgsqlTransaction transaction, List<HubEvent> events, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PlanAnew));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockHead));
        var lookUp = new NpgsqlBatchCommand(LookUp);
        lookUp.Parameters.Add(new() { Value = events.ConvertAll(e => e.OrgId ?? Guid.Empty).ToArray(), NpgsqlDbType = NpgsqlDbType.Uuid | NpgsqlDbType.Array });
        lookUp.Parameters.Add(new() { Value = events.ConvertAll(e => e.Source).ToArray(), NpgsqlDbType = NpgsqlDbType.Text | NpgsqlDbType.Array });
        lookUp.Parameters.Add(new() { Value = events.ConvertAll(e => e.Id).ToArray(), NpgsqlDbType = NpgsqlDbType.Text | NpgsqlDbType.Array });
        batch.BatchCommands.Add(lookUp);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel); // behind the head's row; the setting has no result
        var known = new Dictionary<EventKey, byte[]>();
        while (await reader.ReadAsync(cancel))
        {
            known[EventKey.Of(events[reader.GetInt32(0) - 1])] = reader.GetFieldValue<byte[]>(1);
        }

        return known;
    }

    // Null for one that waits now.
    private InboxAnswer? Refusal(Waiting waiting)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return Away();
            }

            var (events, bytes) = (_waitingEvents + waiting.Request.Events.Count, _waitingBytes + waiting.Request.Bytes);
            if (events > options.Value.QueueEvents || bytes > options.Value.QueueBytes)
            {
                return new InboxAnswer.Busy(TimeSpan.FromSeconds(options.Value.BusyRetrySeconds));
            }

            (_waitingEvents, _waitingBytes) = (events, bytes);
            _queue.Enqueue(waiting);
            return null;
        }
    }

    // Two may signal at once: who is woken twice finds nothing to do.
    private static void Signal(SemaphoreSlim signal)
    {
        if (signal.CurrentCount == 0)
        {
            signal.Release();
        }
    }

    private InboxAnswer.Away Away() => new(TimeSpan.FromSeconds(options.Value.AwayRetrySeconds));

    private static void Answer(IEnumerable<Waiting> all, InboxAnswer answer)
    {
        foreach (var waiting in all)
        {
            waiting.Result.TrySetResult(answer);
        }
    }

    /// <param name="Since">Timestamp of the machine's clock.</param>
    private sealed record Waiting(InboxRequest Request, long Since)
    {
        public TaskCompletionSource<InboxAnswer> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; {Count} senders of events are told to come again: {Reason}")]
        public static partial void Away(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Error, "Events could not be stored")]
        public static partial void Refused(ILogger logger, Exception cause);
    }
}
