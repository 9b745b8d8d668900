using System.Buffers;
using System.Text.Json;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Dialects;
using StatusHub.Probes.Framing;
using StatusHub.Probes.Timing;

namespace StatusHub.Probes.Running;

/// <summary>Reads the body of an answer, each kind within its limit.</summary>
internal static class BodyReading
{
    private const int PieceBytes = 8 * 1024;

    /// <summary>Follows a streamed answer to its end marker, its failure or its limit.</summary>
    public static async Task<Finding> FollowAsync(Stream body, IDialect dialect, Answer answer, Exchange exchange, ProbesOptions options)
    {
        using var frames = new SseFrames(options.MaxEventBytes);
        while (true)
        {
            var count = await body.ReadAsync(frames.Room(), exchange.Token);
            exchange.Received(count);
            if (count == 0)
            {
                return AtEnd(frames, dialect, answer, exchange);
            }

            frames.Filled(count);
            if (Take(frames, dialect, answer, exchange, options) is { } finding)
            {
                return finding;
            }

            if (exchange.Bytes > options.MaxBodyBytes)
            {
                return new Finding(FailureClass.ResponseTooLarge, $"The answer passed {options.MaxBodyBytes} bytes.");
            }
        }
    }

    /// <summary>Reads at most <paramref name="limit"/> bytes, and one more to know whether there were more.</summary>
    public static async Task<(ReadOnlyMemory<byte> Body, bool IsWhole)> ReadAsync(Stream body, int limit, Exchange exchange)
    {
        var read = new ArrayBufferWriter<byte>(PieceBytes);
        while (true)
        {
            var count = await body.ReadAsync(read.GetMemory(PieceBytes)[..Math.Min(PieceBytes, limit + 1 - read.WrittenCount)], exchange.Token);
            exchange.Received(count);
            if (count == 0)
            {
                return (read.WrittenMemory, true);
            }

            read.Advance(count);
            if (read.WrittenCount > limit)
            {
                return (read.WrittenMemory[..limit], false);
            }
        }
    }

    /// <summary>Takes every event that has come whole; a value ends the answer.</summary>
    private static Finding? Take(SseFrames frames, IDialect dialect, Answer answer, Exchange exchange, ProbesOptions options)
    {
        while (true)
        {
            var step = frames.Next(out var frame);
            if (step == FrameStep.NeedMore)
            {
                return null;
            }

            if (step == FrameStep.TooLarge)
            {
                return new Finding(FailureClass.MalformedStream, $"An event passed {options.MaxEventBytes} bytes.");
            }

            exchange.Event();
            var news = Read(dialect, frame, answer);
            if (news.HasFlag(FrameNews.Malformed))
            {
                return new Finding(FailureClass.MalformedStream, "An event is not what the dialect sends: " + Excerpt(frame.Data));
            }

            if (news.HasFlag(FrameNews.Reasoning))
            {
                exchange.Reasoning();
            }

            if (news.HasFlag(FrameNews.Text))
            {
                exchange.Text();
            }

            if (news.HasFlag(FrameNews.Error))
            {
                return InStream(dialect, answer);
            }

            if (news.HasFlag(FrameNews.End))
            {
                exchange.EndMarkerSeen = true;
                return Finding.Fine;
            }
        }
    }

    private static FrameNews Read(IDialect dialect, in Frame frame, Answer answer)
    {
        try
        {
            return dialect.Read(in frame, answer);
        }
        catch (JsonException)
        {
            return FrameNews.Malformed;
        }
    }

    /// <summary>A failure of the provider's inside an answer is a class of its own; one of the account's stays the account's.</summary>
    public static Finding InStream(IDialect dialect, Answer answer)
    {
        var failure = dialect.Classify(0, answer.Error!);
        return new Finding(FailureClasses.BlameOf(failure) == Blame.Provider ? FailureClass.InStreamError : failure, answer.Error!.ToString());
    }

    private static Finding AtEnd(SseFrames frames, IDialect dialect, Answer answer, Exchange exchange) =>
        dialect.IsWhole(answer) ? Finding.Fine
        : answer.Stop == StopReason.Error ? new Finding(FailureClass.InStreamError, "The answer stopped with an error.")
        : exchange.Bytes == 0 ? new Finding(FailureClass.EmptyResponse, "The body was empty.")
        : frames.SawForeignLine ? new Finding(FailureClass.MalformedStream, "The body was no event stream.")
        : new Finding(FailureClass.StreamCut, "The stream ended without its end marker.");

    private static string Excerpt(ReadOnlySpan<byte> data)
    {
        const int Shown = 200;
        return System.Text.Encoding.UTF8.GetString(data[..Math.Min(Shown, data.Length)]);
    }
}
