using System.Globalization;
using System.Net.Sockets;
using System.Text;
using StatusHub.Support;

namespace StatusHub.Benchmarks.Ingest;

/// <summary>
/// From POST to 202, durable, beside a floor that only stores: the same events, connections and database, turn by turn. Goals of the
/// ratios: 0.7 of the floor's throughput, 1.5 of its p99.
/// </summary>
internal static class IngestRequest
{
    private const int Rounds = 15;
    private const int WarmUps = 64; // until the runtime has compiled both servers' hot paths for good, a minute and more; a hub runs for weeks
    private const double Goal = 0.7;
    private const double GoalOfLatency = 1.5;

    private static readonly (int Connections, int Batch, int Requests)[] Loads = [(64, 1, 6_000), (256, 1, 8_000), (64, 100, 200), (256, 100, 300)];

    private static long _ids;

    public static async Task<int> RunAsync()
    {
        await using var ours = await TestDatabase.CreateAsync();
        await using var floors = await TestDatabase.CreateAsync();
        using var hub = await ServerProcess.StartAsync(IngestServers.HubName, ours.ConnectionString);
        using var floor = await ServerProcess.StartAsync(IngestServers.FloorName, floors.ConnectionString);
        var reached = true;
        for (var round = 0; round < WarmUps; round++)
        {
            var (connections, batch, requests) = Loads[round % Loads.Length];
            await MeasureAsync(floor, connections, batch, requests);
            await MeasureAsync(hub, connections, batch, requests);
        }

        foreach (var (connections, batch, requests) in Loads)
        {
            var (a, b) = (new List<Cost>(), new List<Cost>());
            for (var round = 0; round < Rounds; round++)
            {
                a.Add(await MeasureAsync(floor, connections, batch, requests));
                b.Add(await MeasureAsync(hub, connections, batch, requests));
            }

            reached &= Report($"{connections} connections × {batch}", a, b);
        }

        return reached ? 0 : 1;
    }

    private static async Task<Cost> MeasureAsync(ServerProcess server, int connections, int batch, int requests)
    {
        var sockets = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => ConnectAsync(server.Url)));
        var took = new double[requests];
        var next = -1;
        var (cpu, start) = (server.Cpu, TimeProvider.System.GetTimestamp());
        await Task.WhenAll(sockets.Select(socket => Task.Run(async () =>
        {
            var buffer = new byte[4_096];
            while (Interlocked.Increment(ref next) is var mine && mine < requests)
            {
                var request = Request(server.Url, batch);
                var sent = TimeProvider.System.GetTimestamp();
                await AskAsync(socket, request, buffer);
                took[mine] = TimeProvider.System.GetElapsedTime(sent).TotalMilliseconds;
            }
        })));
        var all = TimeProvider.System.GetElapsedTime(start);
        Array.ForEach(sockets, s => s.Dispose());
        Array.Sort(took);
        var events = (double)requests * batch;
        return new Cost(events / all.TotalSeconds, took[requests / 2], took[requests * 99 / 100], (server.Cpu - cpu).TotalMicroseconds / events);
    }

    private static bool Report(string load, List<Cost> floors, List<Cost> ours)
    {
        var ratio = Median(floors.Zip(ours, (f, o) => o.PerSecond / f.PerSecond));
        var latency = Median(floors.Zip(ours, (f, o) => o.P99 / f.P99));
        Console.WriteLine($"{load}");
        Console.WriteLine($"  floor  {Line(floors)}");
        Console.WriteLine($"  ours   {Line(ours)}");
        Console.WriteLine($"  ratio  {ratio:F2}, goal at least {Goal:F1}; p99 {latency:F2}, goal at most {GoalOfLatency:F1}");
        return ratio >= Goal && latency <= GoalOfLatency;
    }

    private static string Line(List<Cost> costs) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(costs.Select(c => c.PerSecond)),7:F0} events/s  p50 {Median(costs.Select(c => c.P50)),5:F1} ms  p99 {Median(costs.Select(c => c.P99)),5:F1} ms  {Median(costs.Select(c => c.Micros)),5:F1} us server CPU/event");

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static byte[] Request(Uri server, int batch)
    {
        var body = batch == 1 ? Event() : $"[{string.Join(',', Enumerable.Range(0, batch).Select(_ => Event()))}]";
        return Encoding.ASCII.GetBytes(
            $"POST /feed/events HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {IngestServers.Key}\r\nContent-Type: {(batch == 1 ? "application/cloudevents+json" : "application/cloudevents-batch+json")}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static string Event() => $$$"""
        {"specversion":"1.0","id":"{{{Interlocked.Increment(ref _ids)}}}","source":"https://provider.example/status","type":"com.example.health.v1","subject":"anthropic/claude-opus-4-8","time":"2026-06-07T10:00:00Z","datacontenttype":"application/json","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","data":{"window":{"start":"2026-06-07T09:59:00Z","seconds":60},"requests":4211,"errors":{"overloaded":3,"timeout":1},"latencyMs":[0,0,12,180,911,1650,902,377,121,44,10,3,1],"note":"all of it is ordinary traffic of one minute"}}
        """;

    private static async Task<Socket> ConnectAsync(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port);
        return socket;
    }

    private static async Task AskAsync(Socket socket, byte[] request, byte[] buffer)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += await socket.SendAsync(request.AsMemory(sent));
        }

        var read = 0;
        do
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read));
            read += more > 0 ? more : throw new InvalidOperationException("The server closed the connection.");
        }
        while (buffer[read - 1] != '}' || buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8) < 0);
        if (!buffer.AsSpan(0, read).StartsWith("HTTP/1.1 202"u8))
        {
            throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    /// <param name="Micros">Processor time of the server for one event.</param>
    private sealed record Cost(double PerSecond, double P50, double P99, double Micros);
}
