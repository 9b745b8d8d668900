using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using StatusHub.Simulator.Dialects;

namespace StatusHub.Simulator.Exchanges;

/// <summary>What exchanges do to a connection: wait, answer, break it.</summary>
internal sealed class Wire(SimulatorOptions options, TimeProvider real, IHostApplicationLifetime lifetime)
{
    /// <summary>Waits shorter than this are let fall together: timers are no finer.</summary>
    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(1);

    /// <summary>A cut connection is given this long to be gone by itself.</summary>
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    public long Begin() => real.GetTimestamp();

    public TimeSpan Since(long began) => real.GetElapsedTime(began);

    /// <summary>Waits until <paramref name="due"/>, scaled, after an exchange began; what is written so far goes out before.</summary>
    public async Task Until(HttpContext context, long began, TimeSpan due)
    {
        var left = (due * options.LatencyScale) - Since(began);
        if (left < Finest)
        {
            return;
        }

        if (context.Response.HasStarted || context.Response.BodyWriter.UnflushedBytes > 0)
        {
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        await Task.Delay(left, real, context.RequestAborted);
    }

    /// <summary>Keeps silent until the client leaves, the program ends or the longest stall is over; then the connection breaks.</summary>
    public async Task Stall(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await Task.Delay(TimeSpan.FromSeconds(options.StallHoldSeconds), real, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    /// <summary>
    /// Ends the connection in the middle of an answer: what is written goes out, then the end without its marker. An abort alone would
    /// also throw away what the network has not taken yet.
    /// </summary>
    public async Task Cut(HttpContext context)
    {
        if (context.Features.Get<IConnectionTransportFeature>() is { } connection)
        {
            await connection.Transport.Output.CompleteAsync();
            await Task.Delay(LongestFarewell, real, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        context.Abort();
    }

    /// <summary>Closes the connection with a reset, as a machine does whose port nobody listens on any more.</summary>
    public static void Reset(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        context.Abort();
    }

    public static async Task Json(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    public static Task Refuse(HttpContext context, IDialect dialect, Refusal refusal, string requestId)
    {
        if (refusal.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return Json(context, refusal.Status, dialect.Error(refusal, requestId));
    }
}
