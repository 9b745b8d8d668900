using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Feed.Delivery;

/// <summary>
/// The one writer of a node's deliveries: what many subscriptions have to write at about the same time is committed together. While the
/// database is away, everything waits: nothing is sent that could not be written down before.
/// </summary>
public sealed partial class BookKeeping(
    DeliveryBook book, DeliveryOwner owner, Clocks clocks, IOptions<DeliveryOptions> options, ILogger<BookKeeping> logger)
{
    private const int MaxWaiting = 20_000;

    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Writes; completes when it is durable.</summary>
    /// <returns>False when the subscription is somebody else's by now, and nothing was written.</returns>
    public async Task<bool> WriteAsync(DeliveryEntry entry, CancellationToken cancel)
    {
        var waiting = new Waiting(entry, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        await _queue.Writer.WriteAsync(waiting, cancel);
        return await waiting.Written.Task.WaitAsync(cancel);
    }

    /// <summary>Writes until it is told to stop; what waits then is given up.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        var batch = new Dictionary<Guid, Waiting>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stop))
            {
                // A subscription's second entry must not overtake its first: it waits for the next batch.
                while (batch.Count < DeliveryBook.MaxEntries && _queue.Reader.TryPeek(out var next) && batch.TryAdd(next.Entry.SubscriptionId, next))
                {
                    _queue.Reader.TryRead(out _);
                }

                await WriteUntilDoneAsync([.. batch.Values], stop);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            GiveUp(batch.Values);
        }
    }

    private async Task WriteUntilDoneAsync(IReadOnlyList<Waiting> batch, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var written = await book.WriteAsync(owner.Name, [.. batch.Select(w => w.Entry)], clocks.Now, stop);
                foreach (var waiting in batch)
                {
                    waiting.Written.TrySetResult(written.Contains(waiting.Entry.SubscriptionId));
                }

                return;
            }
            catch (Exception e) when (DatabaseAbsence.IsBehind(e))
            {
                Log.Away(logger, batch.Count, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.RetryMilliseconds), clocks.Real, stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await IsolateAsync(batch, e, stop);
                return;
            }
        }
    }

    // One entry that cannot be written must not take the others with it. Its lane is read again, as if it had been lost.
    private async Task IsolateAsync(IReadOnlyList<Waiting> batch, Exception cause, CancellationToken stop)
    {
        if (batch is [var only])
        {
            Log.Refused(logger, cause, only.Entry.SubscriptionId);
            only.Written.TrySetResult(false);
            return;
        }

        foreach (var waiting in batch)
        {
            await WriteUntilDoneAsync([waiting], stop);
        }
    }

    private void GiveUp(IEnumerable<Waiting> batch)
    {
        _queue.Writer.TryComplete();
        foreach (var waiting in batch)
        {
            waiting.Written.TrySetResult(false);
        }

        while (_queue.Reader.TryRead(out var waiting))
        {
            waiting.Written.TrySetResult(false);
        }
    }

    private sealed record Waiting(DeliveryEntry Entry, TaskCompletionSource<bool> Written);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; {Count} subscriptions wait to be written: {Reason}")]
        public static partial void Away(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Error, "Where subscription {Subscription} stands could not be written")]
        public static partial void Refused(ILogger logger, Exception cause, Guid subscription);
    }
}

/// <summary>This process among those that deliver: the node's name and what no other process has.</summary>
/// <param name="MayDeliver">Completes when the schema is there.</param>
public sealed record DeliveryOwner(string Name, Task MayDeliver);
