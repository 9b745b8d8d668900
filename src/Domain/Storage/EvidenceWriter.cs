using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>What became of one outcome once it was durable.</summary>
/// <param name="Verdict">The model's verdict after it.</param>
/// <param name="NextGap">When the judge wants the model's next probe, from now in hub time.</param>
public sealed record Recorded(Verdict Verdict, TimeSpan NextGap);

/// <summary>
/// The one way evidence enters. Waiting outcomes are committed together: observations, roll-ups, verdicts, incidents and events
/// in one transaction, so a crash loses nothing and doubles nothing. The queue is bounded; probing waits when it is full.
/// </summary>
public sealed partial class EvidenceWriter(
    Database database,
    ObservationStore observations,
    LogTail tail,
    Judgement judgement,
    Clocks clocks,
    IOptions<StorageOptions> options,
    ILogger<EvidenceWriter> logger) : BackgroundService
{
    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(options.Value.EvidenceQueue) { SingleReader = true });

    /// <summary>Records an outcome; completes when it is durable.</summary>
    public async Task<Recorded> RecordAsync(ProbeOutcome outcome, CancellationToken cancel)
    {
        var waiting = new Waiting(outcome, default, NewResult());
        await _queue.Writer.WriteAsync(waiting, cancel);
        return await waiting.Result.Task.WaitAsync(cancel);
    }

    /// <summary>Lets time pass for a model no evidence came for: a verdict grown stale becomes unknown, never green.</summary>
    public async Task<Recorded> AgeAsync(ModelId model, CancellationToken cancel)
    {
        var waiting = new Waiting(null, model, NewResult());
        await _queue.Writer.WriteAsync(waiting, cancel);
        return await waiting.Result.Task.WaitAsync(cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Waiting>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < options.Value.EvidenceBatch && _queue.Reader.TryRead(out var waiting))
                {
                    batch.Add(waiting);
                }

                await WriteUntilDoneAsync(batch, stoppingToken);
                batch.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            GiveUp(batch);
        }
    }

    private async Task WriteUntilDoneAsync(List<Waiting> batch, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await WriteAsync(batch, cancel);
                return;
            }
            catch (Exception e) when (DatabaseAbsence.IsBehind(e))
            {
                Log.Away(logger, batch.Count, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.RetryMilliseconds), clocks.Real, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await IsolateAsync(batch, e, cancel);
                return;
            }
        }
    }

    // One outcome that cannot be judged must not take the others with it.
    private async Task IsolateAsync(List<Waiting> batch, Exception cause, CancellationToken cancel)
    {
        if (batch.Count == 1)
        {
            Log.Refused(logger, cause, batch[0].Model.Value);
            batch[0].Result.TrySetException(cause);
            return;
        }

        foreach (var waiting in batch)
        {
            await WriteUntilDoneAsync([waiting], cancel);
        }
    }

    private async Task WriteAsync(List<Waiting> batch, CancellationToken cancel)
    {
        var outcomes = batch.Where(w => w.Outcome is not null).Select(w => w.Outcome!).ToList();
        await observations.EnsurePartitionsAsync(outcomes, cancel);
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = clocks.Now;
        var locked = await VerdictStore.LockAsync(connection, batch.Select(w => w.Model), judgement.Policy, now, cancel);
        await ObservationStore.CopyAsync(connection, outcomes, cancel);
        await RollupStore.MergeAsync(connection, Rollup.Fold(outcomes), cancel);
        var judged = judgement.Fold(locked, batch.Select(w => (w.Model, w.Outcome)), now);
        await VerdictStore.SaveAsync(connection, judged.Models, cancel);
        var events = await judgement.TellAsync(transaction, judged, now, cancel);
        if (events.Count > 0)
        {
            await EventLog.AppendAsync(transaction, events, now, cancel);
        }

        await CommitAsync(transaction, cancel);
        judgement.Committed(judged);
        if (events.Count > 0)
        {
            tail.Committed();
        }

        Answer(batch, judged);
    }

    // A commit whose answer was lost may have happened: doing it again would count every outcome twice.
    private async Task CommitAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        string id;
        await using (var ask = new NpgsqlCommand("SELECT pg_current_xact_id()::text", transaction.Connection, transaction))
        {
            id = (string)(await ask.ExecuteScalarAsync(cancel))!;
        }

        try
        {
            await transaction.CommitAsync(cancel);
        }
        catch (Exception e) when (DatabaseAbsence.IsBehind(e))
        {
            if (!await DidCommitAsync(id, cancel))
            {
                throw;
            }
        }
    }

    private async Task<bool> DidCommitAsync(string transactionId, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await using var ask = database.System.CreateCommand("SELECT pg_xact_status($1::text::xid8)");
                ask.Parameters.Add(new() { Value = transactionId, NpgsqlDbType = NpgsqlDbType.Text });
                if (await ask.ExecuteScalarAsync(cancel) is not "in progress" and var status)
                {
                    return status is "committed";
                }
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidParameterValue)
            {
                return false; // a server that crashed may not even know the number
            }
            catch (Exception e) when (DatabaseAbsence.IsBehind(e))
            {
                Log.Unanswered(logger, e.Message);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(options.Value.RetryMilliseconds), clocks.Real, cancel);
        }
    }

    private static void Answer(List<Waiting> batch, Judged judged)
    {
        foreach (var waiting in batch)
        {
            var model = judged.Models.First(m => m.Model == waiting.Model);
            waiting.Result.TrySetResult(new Recorded(model.Verdict, judged.Gaps[waiting.Model]));
        }
    }

    private void GiveUp(List<Waiting> batch)
    {
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out var waiting))
        {
            batch.Add(waiting);
        }

        batch.ForEach(w => w.Result.TrySetCanceled());
    }

    private static TaskCompletionSource<Recorded> NewResult() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Waiting(ProbeOutcome? Outcome, ModelId Aged, TaskCompletionSource<Recorded> Result)
    {
        public ModelId Model => Outcome?.Model ?? Aged;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; {Count} outcomes wait: {Reason}")]
        public static partial void Away(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Warning, "A commit was not answered; asking whether it happened: {Reason}")]
        public static partial void Unanswered(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "An outcome of {Model} could not be recorded")]
        public static partial void Refused(ILogger logger, Exception cause, string model);
    }
}
