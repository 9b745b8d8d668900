using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using StatusHub.Scenarios.Storage;

namespace StatusHub.Benchmarks.Streams;

/// <summary>
/// One event for 9,900 open streams: how long until the last client has it, beside a bare Kestrel that writes the same number of
/// bytes to each in a loop. Client and server share the machine, so both are compared turn by turn.
/// </summary>
internal static class LastOfMany
{
    private const int Clients = 9_900;
    private const int Opening = 64;
    private const int WarmUps = 3;
    private const int Events = 11;
    private const int Turns = 2;
    private const double Goal = 1.5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync()
    {
        await using var storage = await HubStorage.CreateAsync();
        var (ours, floors) = (new List<Round>(), new List<Round>());
        for (var turn = 0; turn < Turns; turn++)
        {
            ours.Add(await MeasureAsync(StreamServers.HubName, storage.ConnectionString));
            floors.Add(await MeasureAsync(StreamServers.FloorName, ours[0].Bytes.ToString(CultureInfo.InvariantCulture)));
        }

        Print("floor", floors);
        Print("ours", ours);
        var ratio = Median(ours) / Median(floors);
        var memory = ours.Average(r => r.KilobytesAConnection) / floors.Average(r => r.KilobytesAConnection);
        Console.WriteLine($"ratio  {ratio:F2}, goal at most {Goal:F1}; memory {memory:F2}");
        return ratio <= Goal ? 0 : 1;
    }

    private static async Task<Round> MeasureAsync(string name, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [name, argument])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            return await MeasureAsync(process, await UrlAsync(process));
        }
        finally
        {
            process.Kill(); // no farewell: thousands of streams would have to be ended one by one
            await process.WaitForExitAsync();
        }
    }

    private static async Task<Round> MeasureAsync(Process process, Uri url)
    {
        var arrivals = new Arrivals();
        var before = Memory(process);
        var clients = await OpenAsync(url, arrivals);
        var perConnection = (Memory(process) - before) / 1024.0 / Clients;
        var (times, cpu) = (new List<double>(), new List<double>());
        for (var i = 0; i < WarmUps + Events; i++)
        {
            var (took, used) = await SendAsync(process, arrivals);
            if (i >= WarmUps)
            {
                times.Add(took);
                cpu.Add(used);
            }
        }

        clients.ForEach(c => c.Dispose());
        return new Round(times, cpu, perConnection, arrivals.Bytes);
    }

    private static async Task<(double Milliseconds, double CpuMicros)> SendAsync(Process process, Arrivals arrivals)
    {
        var (all, used) = (arrivals.Expect(Clients), Cpu(process));
        await process.StandardInput.WriteLineAsync();
        await process.StandardInput.FlushAsync();
        var sent = await TimestampAsync(process);
        var last = await all.WaitAsync(Patience);
        return (TimeProvider.System.GetElapsedTime(sent, last).TotalMilliseconds, (Cpu(process) - used).TotalMicroseconds / Clients);
    }

    private static async Task<Uri> UrlAsync(Process process)
    {
        Uri? url;
        while (!Uri.TryCreate(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start."), UriKind.Absolute, out url))
        {
        }

        return url;
    }

    // The hub announces itself too, when it is ready.
    private static async Task<long> TimestampAsync(Process process)
    {
        long timestamp;
        while (!long.TryParse(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server ended."), CultureInfo.InvariantCulture, out timestamp))
        {
        }

        return timestamp;
    }

    private static async Task<List<Client>> OpenAsync(Uri url, Arrivals arrivals)
    {
        var clients = new List<Client>(Clients);
        while (clients.Count < Clients)
        {
            clients.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(Opening, Clients - clients.Count)).Select(_ => Client.OpenAsync(url, arrivals))));
        }

        return clients;
    }

    private static long Memory(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    private static TimeSpan Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private static double Median(IEnumerable<Round> rounds) => Middle(rounds.SelectMany(r => r.Times));

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static void Print(string name, List<Round> rounds)
    {
        var times = rounds.SelectMany(r => r.Times).Order().ToList();
        Console.WriteLine(
            $"{name,-6} last of {Clients} after {Median(rounds),5:F0} ms ({times[0]:F0} to {times[^1]:F0}), {Middle(rounds.SelectMany(r => r.Cpu)),4:F1} us server CPU a client, "
            + $"{rounds.Average(r => r.KilobytesAConnection):F1} KB a connection, {rounds[0].Bytes} bytes an event");
    }

    private sealed record Round(List<double> Times, List<double> Cpu, double KilobytesAConnection, int Bytes);

    /// <summary>Counts events that have arrived whole.</summary>
    private sealed class Arrivals
    {
        private TaskCompletionSource<long> _all = new();
        private int _missing;

        /// <summary>Bytes of the last event.</summary>
        public int Bytes { get; set; }

        public Task<long> Expect(int count)
        {
            _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _missing = count;
            return _all.Task;
        }

        public void Arrived()
        {
            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _all.TrySetResult(TimeProvider.System.GetTimestamp());
            }
        }
    }

    private sealed class Client(Socket socket, Arrivals arrivals) : IDisposable
    {
        private const int BufferBytes = 2_048;

        private readonly byte[] _buffer = new byte[BufferBytes];

        public static async Task<Client> OpenAsync(Uri url, Arrivals arrivals)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(url.Host, url.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /feed/stream HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"));
            var client = new Client(socket, arrivals);
            await client.GreetAsync();
            _ = client.FollowAsync();
            return client;
        }

        public void Dispose() => socket.Dispose();

        private async Task GreetAsync()
        {
            for (var text = ""; !text.Contains("retry: 3000\n\n", StringComparison.Ordinal);)
            {
                var read = await socket.ReceiveAsync(_buffer);
                text += read > 0 ? Encoding.ASCII.GetString(_buffer, 0, read) : throw new InvalidOperationException("The server hung up: " + text);
            }
        }

        // A sign of life is short and no event; an event is one chunk, and ends with an empty line.
        private async Task FollowAsync()
        {
            const int LongestSign = 64;
            var read = 0;
            try
            {
                while (true)
                {
                    var more = await socket.ReceiveAsync(_buffer.AsMemory(read));
                    if (more == 0)
                    {
                        return;
                    }

                    read += more;
                    if (_buffer.AsSpan(0, read).EndsWith("\n\n\r\n"u8))
                    {
                        if (read > LongestSign)
                        {
                            arrivals.Bytes = read;
                            arrivals.Arrived();
                        }

                        read = 0;
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // closed at the end of the round
            }
        }
    }
}
