using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace StatusHub.Scenarios.Storage;

/// <summary>
/// A way to the database that loses the answer to a statement: the server gets it and does it, then both connections end.
/// Whoever waits for the answer cannot know what happened.
/// </summary>
internal sealed class CutConnection : IAsyncDisposable
{
    /// <summary>The whole statement with its end: BEGIN says "READ COMMITTED".</summary>
    public const string Commit = "COMMIT\0";

    /// <summary>How an append that is a transaction of its own begins.</summary>
    public const string Append = "WITH head AS";

    private readonly TcpListener _door = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private byte[] _statement = [];
    private int _cutsLeft;
    private int _cuts;

    public CutConnection(string connectionString)
    {
        var direct = new NpgsqlConnectionStringBuilder(connectionString);
        _server = new IPEndPoint(IPAddress.Parse(direct.Host!), direct.Port);
        _door.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Port = ((IPEndPoint)_door.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
        }.ConnectionString;
        _serving = ServeAsync();
    }

    public string ConnectionString { get; }

    /// <summary>How many answers were lost.</summary>
    public int Cuts => _cuts;

    public void LoseNextAnswer(string statement)
    {
        _statement = Encoding.ASCII.GetBytes(statement);
        Interlocked.Exchange(ref _cutsLeft, 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _door.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(CarryAsync(await _door.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var inside = client;
        using var outside = new TcpClient();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await outside.ConnectAsync(_server, ended.Token);
            var cut = new StrongBox();
            await Task.WhenAny(ForthAsync(inside.GetStream(), outside.GetStream(), cut, ended.Token), BackAsync(outside.GetStream(), inside.GetStream(), cut, ended.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return; // either end has left
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private async Task ForthAsync(NetworkStream from, NetworkStream to, StrongBox cut, CancellationToken cancel)
    {
        var buffer = new byte[65_536];
        while (await from.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            if (buffer.AsSpan(0, read).IndexOf(_statement) >= 0 && Interlocked.Decrement(ref _cutsLeft) >= 0)
            {
                cut.Now = true;
                Interlocked.Increment(ref _cuts);
            }

            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    // The server's next words after a cut statement are its answer: it has happened, and nobody hears of it.
    private static async Task BackAsync(NetworkStream from, NetworkStream to, StrongBox cut, CancellationToken cancel)
    {
        var buffer = new byte[65_536];
        while (await from.ReadAsync(buffer, cancel) is > 0 and var read && !cut.Now)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    private sealed class StrongBox
    {
        public volatile bool Now;
    }
}
