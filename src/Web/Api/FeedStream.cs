using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Streams;
using StatusHub.Web.Access;

namespace StatusHub.Web.Api;

/// <summary>
/// Server-sent events. A stream is a cursor on the log and holds nothing but the bytes of one write: a client that does not
/// take them in time is dropped, and finds its place again by Last-Event-ID.
/// </summary>
internal sealed class FeedStream(
    FeedReader reader, KeyedReaders readers, FeedCrowd crowd, CloudEventJson json, Clocks clocks, IOptions<ApiOptions> options, IHostApplicationLifetime lifetime)
{
    private const int PageSize = 100;
    private const int RetryMilliseconds = 3_000;
    private const int BusyRetrySeconds = 30;
    private const int StartRetrySeconds = 2;
    private const int StartWaitSeconds = 15;

    private static readonly byte[] Hello = Encoding.UTF8.GetBytes($"retry: {RetryMilliseconds}\n\n");

    private readonly OpenByAddress _addresses = new();
    private int _open;

    /// <summary>Streams this node serves now.</summary>
    public int Open => Volatile.Read(ref _open);

    public static async Task<IResult> ServeAsync(HttpContext context, string? after, string? lastEventId, string? types, string? subjects, FeedStream stream)
    {
        var resume = context.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? lastEventId ?? after; // browsers cannot set the header themselves
        long position = 0;
        if (resume is not null && !LogCursor.TryParse(resume, out position))
        {
            return Problem.Parameter("after", "format", "This is no cursor of this feed.");
        }

        var (filter, problem) = FeedApi.FilterOf("types", types, "subjects", subjects);
        return filter is null ? problem! : await stream.ServeAsync(context, resume is null ? null : position, filter);
    }

    private async Task<IResult> ServeAsync(HttpContext context, long? position, FeedFilter filter)
    {
        var address = OpenByAddress.AddressOf(context);
        if (!_addresses.TryEnter(address, options.Value.StreamsPerAddress))
        {
            return Problem.Answer(ProblemKind.TooMany, "Your address has as many streams open as it may.") with { RetryAfterSeconds = BusyRetrySeconds };
        }

        if (Interlocked.Increment(ref _open) > options.Value.MaxStreams)
        {
            Interlocked.Decrement(ref _open);
            _addresses.Leave(address);
            return Problem.Answer(ProblemKind.Unavailable, "This node serves as many streams as it may.") with { RetryAfterSeconds = BusyRetrySeconds };
        }

        try
        {
            if (!await IsStartedAsync(context.RequestAborted))
            {
                return Problem.Answer(ProblemKind.Unavailable, "This node has not found its place in the log yet.") with { RetryAfterSeconds = StartRetrySeconds };
            }

            Begin(context.Response);
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
                await FollowAsync(context, position, filter, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return Results.Empty; // the client went, was too slow, or the hub stops
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            _addresses.Leave(address);
        }

        return Results.Empty;
    }

    /// <summary>Waits while the node starts: a browser that gets any answer but a stream does not come back.</summary>
    private async Task<bool> IsStartedAsync(CancellationToken cancel)
    {
        try
        {
            await crowd.Started.WaitAsync(TimeSpan.FromSeconds(StartWaitSeconds), clocks.Real, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers["X-Accel-Buffering"] = "no"; // proxies that buffer would hold events back
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <summary>Reads on by itself until it has caught up, then goes with the crowd, until the client is gone.</summary>
    private async Task FollowAsync(HttpContext context, long? start, FeedFilter filter, CancellationToken end)
    {
        var position = start ?? reader.Head; // before the greeting: whoever has that misses nothing that comes after it
        await WithinLimitAsync(context, context.Response.BodyWriter.WriteAsync(Hello, end).AsTask(), end);
        if (context.Holder() is not null)
        {
            await FollowAloneAsync(context, position, filter, end);
            return;
        }

        var keyed = new FeedCrowd.KeyedFilter(filter);
        while (true)
        {
            position = await CatchUpAsync(context, position, filter, end);
            var member = new FeedCrowd.Member(context.Response.BodyWriter, keyed, position);
            try
            {
                if (crowd.TryJoin(member))
                {
                    await WithinLimitAsync(context, await member.Left.WaitAsync(end), end);
                    position = member.Position;
                }
            }
            finally
            {
                crowd.Leave(member);
                member.Close(); // before the response ends, which nobody may write to any more
            }
        }
    }

    /// <summary>A stream with a key reads by itself: its key is looked at again before every event, and it ends when that was revoked.</summary>
    private async Task FollowAloneAsync(HttpContext context, long position, FeedFilter filter, CancellationToken end)
    {
        // However busy the log: a filter may want nothing of it for hours.
        var beat = clocks.Real.GetTimestamp();
        while (await readers.TryOfAsync(context, end) is { } who)
        {
            position = await CatchUpAsync(context, position, filter with { Reader = who }, end);
            var left = TimeSpan.FromSeconds(options.Value.HeartbeatSeconds) - clocks.Real.GetElapsedTime(beat);
            if (left <= TimeSpan.Zero)
            {
                await WithinLimitAsync(context, context.Response.BodyWriter.WriteAsync(FeedCrowd.Alive, end).AsTask(), end);
                beat = clocks.Real.GetTimestamp();
                continue;
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(end);
            await Task.WhenAny(reader.WhenBeyondAsync(position), Task.Delay(left, clocks.Real, over.Token));
            await over.CancelAsync();
            end.ThrowIfCancellationRequested();
        }
    }

    private async Task<long> CatchUpAsync(HttpContext context, long position, FeedFilter filter, CancellationToken end)
    {
        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var page = await reader.ReadAsync(position, filter, PageSize, options.Value.MaxScan, end);
            if (page.ResumeAt is { } kept)
            {
                FeedFrames.Reset(buffer, kept);
            }
            else if (page.Next == position)
            {
                return position;
            }

            position = page.Next;
            foreach (var logged in page.Events)
            {
                FeedFrames.Write(buffer, json, logged);
            }

            await WithinLimitAsync(context, context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, end).AsTask(), end);
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>Waits for a write; a client that does not take it in time is dropped.</summary>
    private async Task WithinLimitAsync(HttpContext context, Task write, CancellationToken end)
    {
        try
        {
            await write.WaitAsync(TimeSpan.FromSeconds(options.Value.StreamWriteSeconds), clocks.Real, end);
        }
        catch (TimeoutException)
        {
            context.Abort();
            throw new OperationCanceledException(end);
        }
    }
}
