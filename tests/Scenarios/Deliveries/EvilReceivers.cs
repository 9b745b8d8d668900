using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using StatusHub.Support;
using StatusHub.Support.Deliveries;

namespace StatusHub.Scenarios.Deliveries;

/// <summary>
/// Receivers that behave as badly as they can, through the real engine: each costs one attempt with a plain outcome, and a good receiver
/// beside it is served meanwhile. Time limits are shortened; their figures are the guarded door's own tests'.
/// </summary>
public sealed class EvilReceivers
{
    private const string Drip = "HTTP/1.1 200 OK\r\n";
    private const double MostSeconds = 10;
    private const long MostGrowth = 64 << 20;

    public static TheoryData<string, string> Ways => new()
    {
        { "never answers", "1 timed_out" },
        { "drips headers", "1 timed_out" },
        { "drips a body", "1 delivered 200" },
        { "endless body", "1 delivered 200" },
        { "redirects inside", "1 redirect 307" },
        { "redirects to itself", "1 redirect 302" },
        { "resets", "1 broken" },
        { "closes after headers", "1 delivered 200" },
        { "closes at once", "1 broken" },
        { "floods with 100", "1 timed_out" },
        { "speaks HTTP/0.9", "1 broken" },
        { "70 KB of headers", "1 broken" },
        { "gzip bomb", "1 delivered 200" },
        { "sets cookies", "1 delivered 200" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task It_costs_one_attempt_and_nobody_else_waits(string way, string outcome)
    {
        await using var good = await Receiver.StartAsync();
        await using var evil = EvilServer.Start(way);
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var id = await world.SubscribeAsync(org, $"http://127.0.0.9:{evil.Port}/evil");
        await world.SubscribeAsync(org, good.Address + "/good");
        await world.StartAsync("one", ("Guard:ConnectSeconds", "1"), ("Guard:ExchangeSeconds", "2"), ("Guard:BodySeconds", "1"));
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        await world.TellAsync();

        await Patience.UntilAsync("the good one has it", () => Task.FromResult(good.Ledger.Count == 1));
        var lines = await Patience.UntilAsync("the attempt is recorded", () => world.AttemptsAsync(id), seen => seen.Count > 0, TimeSpan.FromSeconds(MostSeconds + 20));
        Assert.Equal(outcome, lines[0]);
        Assert.True(await world.AskAsync<float>($"SELECT millis FROM delivery_attempts WHERE subscription_id = '{id}' ORDER BY at LIMIT 1") < MostSeconds * 1000);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - memory < MostGrowth);
        Assert.Equal(1, evil.Requests);
    }

    [Fact]
    public async Task A_cookie_is_not_brought_back()
    {
        await using var evil = EvilServer.Start("sets cookies");
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), $"http://127.0.0.9:{evil.Port}/evil");
        await world.StartAsync();
        await world.TellAsync(2);

        await Patience.UntilAsync("both are recorded", async () => (await world.AttemptsAsync(id)).Count == 2);
        Assert.DoesNotContain("Cookie:", evil.Heard, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://127.0.0.9:61999/", "1 not_connected")]
    [InlineData("http://no-such-name.invalid/", "1 name_not_found")]
    [InlineData("http://169.254.169.254/latest", "1 refused")]
    [InlineData("http://10.0.0.1/", "1 refused")]
    public async Task A_place_that_is_not_there_or_not_to_be_gone_to_is_a_failure_with_its_name(string sink, string outcome)
    {
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), sink);
        await world.StartAsync("one", ("Guard:ConnectSeconds", "5"));
        await world.TellAsync();

        var lines = await Patience.UntilAsync("the attempt is recorded", () => world.AttemptsAsync(id), seen => seen.Count > 0);
        Assert.Equal(outcome, lines[0]);
    }

    [Theory]
    [InlineData("bad certificate", "1 not_secure")]
    public async Task A_certificate_that_is_nobodys_is_refused(string way, string outcome)
    {
        await using var evil = EvilServer.Start(way);
        await using var world = await DeliveryWorld.CreateAsync();
        var id = await world.SubscribeAsync(await world.OrganisationAsync(), $"https://127.0.0.9:{evil.Port}/evil");
        await world.StartAsync();
        await world.TellAsync();

        var lines = await Patience.UntilAsync("the attempt is recorded", () => world.AttemptsAsync(id), seen => seen.Count > 0);
        Assert.Equal(outcome, lines[0]);
    }

    /// <summary>A socket that does what no web server does.</summary>
    private sealed class EvilServer : IAsyncDisposable
    {
        private readonly TcpListener _door = new(IPAddress.Any, 0);
        private readonly CancellationTokenSource _end = new();
        private readonly StringBuilder _heard = new();
        private readonly string _way;
        private int _requests;

        private EvilServer(string way) => _way = way;

        public int Port => ((IPEndPoint)_door.LocalEndpoint).Port;

        public int Requests => _requests;

        public string Heard
        {
            get
            {
                lock (_heard)
                {
                    return _heard.ToString();
                }
            }
        }

        public static EvilServer Start(string way)
        {
            var server = new EvilServer(way);
            server._door.Start();
            _ = server.ServeAsync();
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            _door.Dispose();
            _end.Dispose();
        }

        private async Task ServeAsync()
        {
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    var socket = await _door.AcceptSocketAsync(_end.Token);
                    _ = TalkAsync(socket);
                }
                catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
                {
                    return;
                }
            }
        }

        private async Task TalkAsync(Socket socket)
        {
            try
            {
                using (socket)
                {
                    await using var stream = new NetworkStream(socket);
                    if (_way == "bad certificate")
                    {
                        await ShakeHandsAsync(stream);
                        return;
                    }

                    await ListenAsync(stream);
                    Interlocked.Increment(ref _requests);
                    await MisbehaveAsync(socket, stream);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or AuthenticationException)
            {
                return; // the other side had enough
            }
        }

        private async Task ListenAsync(NetworkStream stream)
        {
            var buffer = new byte[64 * 1024];
            while (true)
            {
                var read = await stream.ReadAsync(buffer, _end.Token);
                lock (_heard)
                {
                    _heard.Append(Encoding.UTF8.GetString(buffer, 0, read));
                }

                if (read == 0 || Heard.EndsWith('}'))
                {
                    return;
                }
            }
        }

        private Task MisbehaveAsync(Socket socket, NetworkStream stream) => _way switch
        {
            "never answers" => WaitAsync(),
            "drips headers" => DripAsync(stream, Drip + new string('x', 4_000), 100),
            "drips a body" => DripAfterAsync(stream, Drip + "Content-Length: 100000\r\n\r\n"),
            "endless body" => PourAsync(stream),
            "redirects inside" => SayAsync(stream, "HTTP/1.1 307 Go\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n"),
            "redirects to itself" => SayAsync(stream, "HTTP/1.1 302 Go\r\nLocation: /evil\r\nContent-Length: 0\r\n\r\n"),
            "resets" => ResetAsync(socket),
            "closes after headers" => SayAsync(stream, Drip + "Content-Length: 10\r\n\r\n"),
            "floods with 100" => DripAsync(stream, string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 400)), 25),
            "speaks HTTP/0.9" => SayAsync(stream, "<html>hello</html>\n"),
            "70 KB of headers" => SayAsync(stream, Drip + "X: " + new string('x', 70 * 1024) + "\r\n\r\n"),
            "gzip bomb" => BombAsync(stream),
            "sets cookies" => SayAsync(stream, Drip + "Set-Cookie: a=b; Path=/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
            _ => Task.CompletedTask,
        };

        private Task WaitAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);

        private async Task SayAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _end.Token);

        private async Task DripAsync(NetworkStream stream, string text, int chunk)
        {
            for (var at = 0; at < text.Length; at += chunk)
            {
                await SayAsync(stream, text.Substring(at, Math.Min(chunk, text.Length - at)));
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, _end.Token);
            }
        }

        private async Task DripAfterAsync(NetworkStream stream, string head)
        {
            await SayAsync(stream, head);
            await DripAsync(stream, new string('x', 1_000), 1);
        }

        private async Task PourAsync(NetworkStream stream)
        {
            await SayAsync(stream, Drip + "Content-Length: 10000000000\r\n\r\n");
            var lump = new byte[64 * 1024];
            while (true)
            {
                await stream.WriteAsync(lump, _end.Token);
            }
        }

        private async Task BombAsync(NetworkStream stream)
        {
            using var packed = new MemoryStream();
            await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            {
                await gzip.WriteAsync(new byte[16 << 20], _end.Token);
            }

            await SayAsync(stream, $"{Drip}Content-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
            await stream.WriteAsync(packed.ToArray(), _end.Token);
        }

        private static Task ResetAsync(Socket socket)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
            return Task.CompletedTask;
        }

        private async Task ShakeHandsAsync(NetworkStream stream)
        {
            using var key = RSA.Create(2048);
            var now = TimeProvider.System.GetUtcNow();
            using var made = new CertificateRequest("CN=wrong.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-2), now.AddDays(-1));
            using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(certificate);
        }
    }
}
