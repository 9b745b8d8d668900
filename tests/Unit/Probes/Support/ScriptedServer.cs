using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StatusHub.Unit.Probes.Support;

/// <summary>A raw TCP server on loopback that plays a script, byte for byte, on every connection it accepts.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _over = new();
    private readonly Func<Wire, Task>[] _scripts;
    private readonly Task _accepting;
    private int _accepted;

    /// <param name="scripts">One a connection, in order; the last plays for all that follow.</param>
    public ScriptedServer(params Func<Wire, Task>[] scripts)
    {
        _scripts = scripts;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    public int Accepted => Volatile.Read(ref _accepted);

    public ConcurrentQueue<string> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var playing = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_over.Token);
                var number = Interlocked.Increment(ref _accepted) - 1;
                playing.Add(PlayAsync(new Wire(socket, Requests, _over.Token), _scripts[Math.Min(number, _scripts.Length - 1)]));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(playing);
        }
    }

    private static async Task PlayAsync(Wire wire, Func<Wire, Task> script)
    {
        using (wire)
        {
            try
            {
                await script(wire);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            {
                // The client left, or the test is over.
            }
        }
    }
}

/// <summary>The server's end of one connection.</summary>
internal sealed class Wire(Socket socket, ConcurrentQueue<string> requests, CancellationToken over) : IDisposable
{
    public Stream Stream { get; } = new NetworkStream(socket, ownsSocket: false);

    /// <summary>Reads one request whole.</summary>
    public async Task<string> RequestAsync()
    {
        var read = new List<byte>();
        var one = new byte[4096];
        while (true)
        {
            var text = Encoding.UTF8.GetString([.. read]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && text.Length - end - 4 >= LengthIn(text[..end]))
            {
                requests.Enqueue(text);
                return text;
            }

            var count = await socket.ReceiveAsync(one, over);
            if (count == 0)
            {
                throw new IOException("the client left");
            }

            read.AddRange(one.AsSpan(0, count));
        }
    }

    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.UTF8.GetBytes(text), over);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes, over);

    /// <summary>Reads a request and answers it.</summary>
    public async Task AnswerAsync(string response)
    {
        await RequestAsync();
        await SendAsync(response);
    }

    /// <summary>Waits until the client has closed, or the test is over.</summary>
    public async Task HoldAsync()
    {
        while (await socket.ReceiveAsync(new byte[4096], over) > 0)
        {
        }
    }

    /// <summary>Breaks the connection with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    public void Dispose()
    {
        Stream.Dispose();
        socket.Dispose();
    }

    private static int LengthIn(string head)
    {
        const string Header = "Content-Length: ";
        var at = head.IndexOf(Header, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(head[(at + Header.Length)..].Split('\r')[0]);
    }
}
