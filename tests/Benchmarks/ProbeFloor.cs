using System.Net.Sockets;
using System.Text.Json;

namespace StatusHub.Benchmarks;

/// <summary>
/// The least a streaming probe can do and still know every mark: the same handler, one time limit, a split into events, one pass over the
/// JSON of each, a timestamp for each read. It judges nothing and keeps nothing but the marks.
/// </summary>
internal sealed class ProbeFloor : IDisposable
{
    private const int BufferBytes = 4096;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Body = """{"model":"claude-opus-4-8","max_tokens":16,"messages":[{"role":"user","content":"Reply with the word OK."}],"stream":true}"""u8.ToArray();

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly HttpMessageInvoker _invoker;

    public ProbeFloor() => _invoker = new HttpMessageInvoker(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (context, stop) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public async Task<FloorMarks> ProbeAsync(Uri address)
    {
        var marks = new FloorMarks { Start = _clock.GetTimestamp() };
        using var limit = new CancellationTokenSource(Limit, _clock);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("x-api-key", "k");
        using var response = await _invoker.SendAsync(request, limit.Token);
        marks.Headers = _clock.GetTimestamp();
        await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferBytes);
        var filled = 0;
        while (!marks.Ended)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(filled), limit.Token);
            if (count == 0)
            {
                break;
            }

            filled += count;
            filled = Take(buffer, filled, marks, _clock.GetTimestamp());
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return marks;
    }

    public void Dispose() => _invoker.Dispose();

    private static int Take(byte[] buffer, int filled, FloorMarks marks, long now)
    {
        var start = 0;
        while (true)
        {
            var end = buffer.AsSpan(start, filled - start).IndexOf("\n\n"u8);
            if (end < 0)
            {
                buffer.AsSpan(start, filled - start).CopyTo(buffer);
                return filled - start;
            }

            var data = buffer.AsSpan(start, end);
            Read(data[(data.IndexOf("data: "u8) + 6)..], marks, now);
            start += end + 2;
        }
    }

    private static void Read(ReadOnlySpan<byte> data, FloorMarks marks, long now)
    {
        var reader = new Utf8JsonReader(data);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("text"u8))
            {
                marks.FirstToken = marks.FirstToken == 0 ? now : marks.FirstToken;
                marks.MaxGap = Math.Max(marks.MaxGap, marks.LastToken == 0 ? 0 : now - marks.LastToken);
                marks.LastToken = now;
                marks.Chunks++;
            }
            else if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("message_stop"u8))
            {
                marks.Ended = true;
            }
        }
    }
}

internal sealed class FloorMarks
{
    public long Start { get; init; }

    public long Headers { get; set; }

    public long FirstToken { get; set; }

    public long LastToken { get; set; }

    public long MaxGap { get; set; }

    public int Chunks { get; set; }

    public bool Ended { get; set; }
}
