using System.Text;
using StatusHub.Probes.Framing;

namespace StatusHub.Unit.Probes;

/// <summary>The event stream format (WHATWG HTML 9.2.6), in one piece and cut at every byte.</summary>
public sealed class SseFramesTests
{
    private const int Limit = 1024;

    /// <summary>Stream, then the events as <c>kind|data</c> joined by <c>;</c>.</summary>
    public static TheoryData<string, string> Streams => new()
    {
        { "data: a\n\n", "|a" },
        { "data:a\n\n", "|a" },
        { "data:  a \n\n", "| a " },
        { "data: a\r\n\r\n", "|a" },
        { "data: a\r\rdata: b\r\r", "|a;|b" },
        { "data: a\r\n\ndata: b\n\r\n", "|a;|b" },
        { "data: a\ndata: b\n\n", "|a\nb" },
        { "data: a\n: comment\nid: 7\nretry: 5\ndata:b\ndata: c\n\n", "|a\nb\nc" },
        { "data\n\n", "|" },
        { "data\ndata\n\n", "|\n" },
        { "event: ping\ndata: {}\n\n", "ping|{}" },
        { "data: {}\nevent: ping\n\n", "ping|{}" },
        { "data: a\nevent: ping\ndata: bcdefghij\n\n", "ping|a\nbcdefghij" },
        { "event: first\nevent: second\ndata: x\n\n", "second|x" },
        { "event: lost\n\ndata: x\n\n", "|x" },
        { "event: one\ndata: x\n\ndata: y\n\n", "one|x;|y" },
        { ": comment only\n\n\n\n: more\n\n", "" },
        { "\uFEFFdata: a\n\n", "|a" },
        { "data: a: b\n\n", "|a: b" },
        { "data: grüße 你好 🙂\n\n", "|grüße 你好 🙂" },
        { "data: unfinished\n", "" },
        { "Data: wrong case\n\n", "" },
        { " data: a\n\n", "" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Events_are_the_same_however_the_bytes_arrive(string stream, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        Assert.Equal(expected, Read([bytes]));
        Assert.Equal(expected, Read(bytes.Select(b => new[] { b })));
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Assert.Equal(expected, Read([bytes[..cut], bytes[cut..]]));
        }
    }

    [Fact]
    public void Many_events_pass_through_a_buffer_smaller_than_all_of_them()
    {
        var stream = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"event: e{i}\ndata: line {i}\ndata: more\n\n"));
        var expected = string.Join(';', Enumerable.Range(0, 5_000).Select(i => $"e{i}|line {i}\nmore"));

        Assert.Equal(expected, Read(Encoding.UTF8.GetBytes(stream).Chunk(777)));
    }

    [Theory]
    [InlineData("data: {0}")]
    [InlineData("data: {0}\n\n")]
    [InlineData("event: {0}")]
    [InlineData(": {0}")]
    public void An_event_or_line_over_the_limit_is_refused(string shape)
    {
        Assert.Equal("too large", Read(Encoding.UTF8.GetBytes(string.Format(shape, new string('x', 2 * Limit))).Chunk(100)));
    }

    [Fact]
    public void Many_small_lines_of_one_event_are_refused_over_the_limit_too()
    {
        Assert.Equal("too large", Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("data: x\n", Limit))).Chunk(100)));
    }

    [Fact]
    public void Comments_for_ever_take_no_memory()
    {
        var piece = Encoding.UTF8.GetBytes(": keep-alive\n\n");
        Assert.Equal("|a", Read(Enumerable.Repeat(piece, 2_000).Append(Encoding.UTF8.GetBytes("data: a\n\n"))));
    }

    [Theory]
    [InlineData("data: a\n\n: c\n", false)]
    [InlineData("<html>\n", true)]
    public void Lines_foreign_to_the_format_are_noticed(string stream, bool expected)
    {
        using var frames = new SseFrames(Limit);
        Fill(frames, Encoding.UTF8.GetBytes(stream));
        while (frames.Next(out _) == FrameStep.Frame)
        {
        }

        Assert.Equal(expected, frames.SawForeignLine);
    }

    private static string Read(IEnumerable<byte[]> pieces)
    {
        var events = new List<string>();
        using var frames = new SseFrames(Limit);
        foreach (var piece in pieces)
        {
            Fill(frames, piece);
            FrameStep step;
            while ((step = frames.Next(out var frame)) == FrameStep.Frame)
            {
                events.Add(Encoding.UTF8.GetString(frame.Kind) + "|" + Encoding.UTF8.GetString(frame.Data));
            }

            if (step == FrameStep.TooLarge)
            {
                return "too large";
            }
        }

        return string.Join(';', events);
    }

    private static void Fill(SseFrames frames, ReadOnlySpan<byte> piece)
    {
        while (piece.Length > 0)
        {
            var room = frames.Room();
            var count = Math.Min(room.Length, piece.Length);
            piece[..count].CopyTo(room.Span);
            frames.Filled(count);
            piece = piece[count..];
        }
    }
}
