using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StatusHub.Benchmarks.Pages;

/// <summary>
/// A request for the public page, beside a bare Kestrel that sends the same bytes: same client, same connections, turn by turn. The hub
/// has no database, so none can have been asked.
/// </summary>
internal static class PageRequest
{
    private const int Connections = 32;
    private const int RequestsARound = 20_000;
    private const int Rounds = 7;
    private const double Goal = 0.8;

    private static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\n\r\n"u8.ToArray();

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("statushub-page-").FullName;
        try
        {
            using var hub = await ServerProcess.StartAsync(PageServers.HubName, folder);
            using var floor = await ServerProcess.StartAsync(PageServers.FloorName, hub.Url.ToString());
            var (ours, floors) = (new List<Cost>(), new List<Cost>());
            for (var round = 0; round <= Rounds; round++)
            {
                var (a, b) = (await MeasureAsync(floor), await MeasureAsync(hub));
                if (round > 0) // the first warms up
                {
                    floors.Add(a);
                    ours.Add(b);
                }
            }

            return Report(floors, ours);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Cost> MeasureAsync(ServerProcess server)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Connection.OpenAsync(server.Url)));
        var left = RequestsARound;
        var (cpu, start) = (server.Cpu, TimeProvider.System.GetTimestamp());
        await Task.WhenAll(connections.Select(async connection =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await connection.AskAsync();
            }
        }));
        var took = TimeProvider.System.GetElapsedTime(start);
        var cost = new Cost(RequestsARound / took.TotalSeconds, (server.Cpu - cpu).TotalMicroseconds / RequestsARound, connections[0].AnswerBytes);
        Array.ForEach(connections, c => c.Dispose());
        return cost;
    }

    private static int Report(List<Cost> floors, List<Cost> ours)
    {
        var ratios = floors.Zip(ours, (f, o) => o.PerSecond / f.PerSecond).Order().ToList();
        var ratio = ratios[ratios.Count / 2];
        Console.WriteLine($"floor  {Median(floors, c => c.PerSecond),7:F0} requests/s  {Median(floors, c => c.ServerMicros),5:F1} us server CPU/request  {floors[0].Bytes} bytes an answer");
        Console.WriteLine($"ours   {Median(ours, c => c.PerSecond),7:F0} requests/s  {Median(ours, c => c.ServerMicros),5:F1} us server CPU/request  {ours[0].Bytes} bytes an answer");
        Console.WriteLine($"ratio  {ratio:F2} (of {ratios[0]:F2} to {ratios[^1]:F2}), goal at least {Goal:F1}; no database was there to be asked");
        return ratio >= Goal ? 0 : 1;
    }

    private static double Median(List<Cost> costs, Func<Cost, double> of) => costs.Select(of).Order().ElementAt(costs.Count / 2);

    private sealed record Cost(double PerSecond, double ServerMicros, int Bytes);

    /// <summary>One keep-alive connection; every answer is as long as the first.</summary>
    private sealed class Connection(Socket socket, byte[] buffer) : IDisposable
    {
        public int AnswerBytes { get; private set; }

        public static async Task<Connection> OpenAsync(Uri server)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server.Host, server.Port);
            var connection = new Connection(socket, new byte[1024 * 1024]);
            await connection.LearnAsync();
            return connection;
        }

        public async Task AskAsync()
        {
            await socket.SendAsync(Request);
            for (var read = 0; read < AnswerBytes;)
            {
                var more = await socket.ReceiveAsync(buffer.AsMemory(read, AnswerBytes - read));
                read += more > 0 ? more : throw new InvalidOperationException("The server closed the connection.");
            }

            if (!buffer.AsSpan(0, AnswerBytes).StartsWith("HTTP/1.1 200"u8))
            {
                throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, 100));
            }
        }

        public void Dispose() => socket.Dispose();

        private async Task LearnAsync()
        {
            await socket.SendAsync(Request);
            var (read, end) = (0, -1);
            while (end < 0)
            {
                read += await socket.ReceiveAsync(buffer.AsMemory(read));
                end = buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8);
            }

            var length = Encoding.ASCII.GetString(buffer, 0, end).Split("\r\n").Single(h => h.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            AnswerBytes = end + 4 + int.Parse(length.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
            while (read < AnswerBytes)
            {
                read += await socket.ReceiveAsync(buffer.AsMemory(read, AnswerBytes - read));
            }
        }
    }
}
