using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Streams;

namespace StatusHub.Web.Api;

/// <summary>
/// Server-sent events. A stream is a cursor on the log and holds nothing but the bytes of one write: a client that does not
/// take them in time is dropped, and finds its place again by Last-Event-ID.
/// </summary>
internal sealed class FeedStream(
    FeedReader reader, KeyedReaders readers, CloudEventJson json, Clocks clocks, IOptions<ApiOptions> options, IHostApplicationLifetime lifetime)
{
    private const int PageSize = 100;
    private const int RetryMilliseconds = 3_000;
    private const int BusyRetrySeconds = 30;

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
        if (Interlocked.Increment(ref _open) > options.Value.MaxStreams)
        {
            Interlocked.Decrement(ref _open);
            return Problem.Answer(ProblemKind.Unavailable, "This node serves as many streams as it may.") with { RetryAfterSeconds = BusyRetrySeconds };
        }

        try
        {
            Begin(context.Response);
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
                await FollowAsync(context, position ?? reader.Head, filter, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return Results.Empty; // the client went, was too slow, or the hub stops
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }

        return Results.Empty;
    }

    private static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers["X-Accel-Buffering"] = "no"; // proxies that buffer would hold events back
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private async Task FollowAsync(HttpContext context, long position, FeedFilter filter, CancellationToken end)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, $"retry: {RetryMilliseconds}\n\n");
        while (await readers.TryOfAsync(context, end) is { } who)
        {
            var page = await reader.ReadAsync(position, filter with { Reader = who }, PageSize, options.Value.MaxScan, end);
            if (page.ResumeAt is { } kept)
            {
                Write(buffer, $"event: reset\nid: {LogCursor.Of(kept)}\ndata: {{\"after\":\"{LogCursor.Of(kept)}\"}}\n\n"); // events before it are gone
            }

            foreach (var logged in page.Events)
            {
                Write(buffer, $"id: {LogCursor.Of(logged.Position)}\ndata: ");
                buffer.Write(json.Structured(logged).Span);
                Write(buffer, "\n\n");
            }

            var moved = page.Next > position;
            position = page.Next;
            await SendAsync(context, buffer, end);
            if (!moved && !await BeyondAsync(position, end))
            {
                Write(buffer, ": alive\n\n");
            }
        }
    }

    /// <summary>True when there may be more to read, false when it was silent for a heartbeat.</summary>
    private async Task<bool> BeyondAsync(long position, CancellationToken end)
    {
        using var waited = CancellationTokenSource.CreateLinkedTokenSource(end);
        var silence = Task.Delay(TimeSpan.FromSeconds(options.Value.HeartbeatSeconds), clocks.Real, waited.Token);
        var first = await Task.WhenAny(reader.WhenBeyondAsync(position), silence);
        end.ThrowIfCancellationRequested();
        await waited.CancelAsync();
        return first != silence;
    }

    private async Task SendAsync(HttpContext context, ArrayBufferWriter<byte> buffer, CancellationToken end)
    {
        if (buffer.WrittenCount == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.StreamWriteSeconds), clocks.Real);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, limit.Token);
        try
        {
            await context.Response.Body.WriteAsync(buffer.WrittenMemory, either.Token);
            await context.Response.Body.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            context.Abort();
            throw;
        }

        buffer.ResetWrittenCount();
    }

    private static void Write(ArrayBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);
}
