using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StatusHub.Domain.Time;
using StatusHub.Feed.Webhooks;
using StatusHub.Unit.Probes.Support;
using StatusHub.Unit.Support;

namespace StatusHub.Unit.Feed.Webhooks;

/// <summary>The door itself, against real connections to receivers that behave as badly as they can.</summary>
public sealed class GuardedClientTests : IDisposable
{
    private const string Loopback = "127.0.0.0/8";

    /// <summary>Ends a test whose clock is never moved, because what should have set a timer did not.</summary>
    private const int HungMs = 30_000;

    private const string NoContent = "HTTP/1.1 204 No Content\r\n\r\n";

    private readonly ManualClock _clock = new();
    private readonly List<IDisposable> _open = [];

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exchange_brings_back_status_headers_and_body()
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nslow"));

        var answer = await AnswerAsync(Client(), server.Url);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter!.Delta);
        Assert.Equal("slow"u8, answer.Body.Span);
        Assert.False(answer.IsCut);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("http://localhost:5000")]
    [InlineData("http://[::ffff:127.0.0.1]:5000")]
    [InlineData("http://169.254.169.254/latest")]
    public async Task Without_an_operators_word_nothing_inside_is_reached(string url) =>
        Assert.Equal(new OutboundResult.Refused(TargetRefusal.Host, TimeSpan.Zero), await SendAsync(Client(allow: ""), url));

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1", "10.0.0.1")]
    public async Task A_name_that_leads_inside_is_refused_when_connecting(params string[] addresses)
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync(NoContent));
        var client = Client(resolve: (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse)));

        Assert.Equal(new OutboundResult.Refused(TargetRefusal.Host, TimeSpan.Zero), await SendAsync(client, $"http://hooks.example:{server.Port}"));
        Assert.Equal(0, server.Accepted);
    }

    [Fact]
    public async Task A_name_is_resolved_once_and_keeps_its_name_on_the_wire()
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync(NoContent));
        var asked = new List<string>();
        var client = Client(resolve: (name, _) =>
        {
            asked.Add(name);
            return Task.FromResult(new[] { asked.Count == 1 ? IPAddress.Loopback : IPAddress.Parse("169.254.169.254") });
        });

        var answer = await AnswerAsync(client, $"http://hooks.example:{server.Port}/in");

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal(["hooks.example"], asked);
        Assert.Contains($"Host: hooks.example:{server.Port}\r\n", Assert.Single(server.Requests));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_an_answer_and_not_followed(int status)
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync($"HTTP/1.1 {status} Moved\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal(status, (int)(await AnswerAsync(Client(), server.Url)).Status);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Nothing_is_remembered_asked_for_or_added_beyond_the_request()
    {
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
            await w.AnswerAsync(NoContent);
        });
        var client = Client();
        using var activity = new Activity("delivery").Start();

        await AnswerAsync(client, server.Url);
        await AnswerAsync(client, server.Url);

        var names = server.Requests.Last().Split("\r\n").Skip(1).Where(l => l.Contains(": ")).Select(l => l.Split(':')[0]);
        Assert.Equal(["Content-Length", "Content-Type", "Host", "User-Agent"], names.Order());
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(100, 1)]
    public async Task With_as_many_connections_open_as_are_kept_every_call_ends_its_own(int kept, int connections)
    {
        await using var server = new ScriptedServer(async w =>
        {
            for (var call = 0; call < 3; call++)
            {
                await w.AnswerAsync(NoContent); // and would like to go on
            }
        });
        var client = Client(kept: kept);

        for (var call = 0; call < 3; call++)
        {
            await AnswerAsync(client, server.Url);
        }

        Assert.Equal(connections, server.Accepted);
    }

    [Fact]
    public async Task A_packed_body_is_left_packed()
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbomb"));

        var answer = await AnswerAsync(Client(), server.Url);

        Assert.Equal("bomb"u8, answer.Body.Span);
    }

    [Theory]
    [InlineData(64 * 1024, false)]
    [InlineData((64 * 1024) + 1, true)]
    public async Task A_body_is_read_up_to_its_limit(int size, bool isCut)
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync($"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n{new string('x', size)}"));

        var answer = await AnswerAsync(Client(), server.Url);

        Assert.Equal((64 * 1024, isCut), (answer.Body.Length, answer.IsCut));
    }

    [Fact(Timeout = HungMs)]
    public async Task A_body_without_end_is_hung_up_on()
    {
        var left = new TaskCompletionSource();
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n");
            try
            {
                while (true)
                {
                    await w.SendAsync(new byte[16 * 1024]);
                }
            }
            catch (SocketException)
            {
                left.SetResult();
            }
        });

        var answer = await AnswerAsync(Client(), server.Url);

        Assert.Equal((HttpStatusCode.OK, 64 * 1024, true), (answer.Status, answer.Body.Length, answer.IsCut));
        await left.Task.WaitAsync(None);
    }

    [Theory(Timeout = HungMs)]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Dri")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task A_receiver_that_does_not_come_to_an_answer_runs_out_of_time(string start)
    {
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync(start);
            _clock.Advance(TimeSpan.FromSeconds(15));
            await w.HoldAsync();
        });

        Assert.Equal(new OutboundResult.Failed(OutboundFault.TimedOut, TimeSpan.FromSeconds(15)), await SendAsync(Client(), server.Url));
    }

    [Fact(Timeout = HungMs)]
    public async Task A_receiver_that_does_not_take_the_request_runs_out_of_time()
    {
        var over = new TaskCompletionSource();
        await using var server = new ScriptedServer(_ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            return over.Task;
        });

        var result = await SendAsync(Client(), server.Url, body: new byte[32 * 1024 * 1024]);
        over.SetResult();

        Assert.Equal(OutboundFault.TimedOut, Assert.IsType<OutboundResult.Failed>(result).Fault);
    }

    [Theory(Timeout = HungMs)]
    [InlineData(0, 5)]
    [InlineData(12, 3)] // what is left of the exchange
    public async Task A_body_that_drips_is_cut_and_its_status_counts(int headAfter, int bodyHas)
    {
        await using var server = new ScriptedServer(async w =>
        {
            await w.RequestAsync();
            _clock.Advance(TimeSpan.FromSeconds(headAfter));
            await w.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx");
            await _clock.Armed(TimeSpan.FromSeconds(bodyHas));
            _clock.Advance(TimeSpan.FromSeconds(bodyHas));
            await w.HoldAsync();
        });

        var answer = await AnswerAsync(Client(), server.Url);

        Assert.Equal((HttpStatusCode.OK, true, TimeSpan.FromSeconds(headAfter + bodyHas)), (answer.Status, answer.IsCut, answer.Took));
    }

    [Fact(Timeout = HungMs)]
    public async Task After_a_call_that_ran_out_of_time_the_next_has_all_of_it()
    {
        await using var hung = new ScriptedServer(async w =>
        {
            await w.AnswerAsync("");
            _clock.Advance(TimeSpan.FromSeconds(15));
            await w.HoldAsync();
        });
        await using var well = new ScriptedServer(w => w.AnswerAsync(NoContent));
        var client = Client();

        Assert.Equal(new OutboundResult.Failed(OutboundFault.TimedOut, TimeSpan.FromSeconds(15)), await SendAsync(client, hung.Url));
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(client, well.Url)).Status);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_cut_and_its_status_counts()
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync("HTTP/1.1 503 Down\r\nContent-Length: 1000\r\n\r\nx"));

        var answer = await AnswerAsync(Client(), server.Url);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.Status, answer.IsCut));
    }

    [Fact(Timeout = HungMs)]
    public async Task A_name_that_takes_too_long_runs_out_of_time()
    {
        var client = Client(resolve: async (_, cancellation) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return [];
        });

        Assert.Equal(new OutboundResult.Failed(OutboundFault.TimedOut, TimeSpan.FromSeconds(10)), await SendAsync(client, "http://hooks.example"));
    }

    [Fact]
    public async Task What_goes_wrong_before_an_answer_is_told_apart()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, so nobody else takes it, and not listening
        await using var plain = new ScriptedServer(w => w.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        await using var resetting = new ScriptedServer(async w =>
        {
            await w.RequestAsync();
            w.Reset();
        });
        await using var flooding = new ScriptedServer(w => w.AnswerAsync($"HTTP/1.1 200 OK\r\nX: {new string('x', 17 * 1024)}\r\n\r\n"));
        await using var other = new ScriptedServer(w => w.AnswerAsync("220 mail.example ESMTP\r\n"));
        var nameless = Client(resolve: (_, _) => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Equal(OutboundFault.NameNotFound, await FaultAsync(nameless, "http://gone.example"));
        Assert.Equal(OutboundFault.NameNotFound, await FaultAsync(Client(resolve: (_, _) => Task.FromResult<IPAddress[]>([])), "http://gone.example"));
        Assert.Equal(OutboundFault.NotConnected, await FaultAsync(Client(), $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}"));
        Assert.Equal(OutboundFault.NotSecure, await FaultAsync(Client(), $"https://127.0.0.1:{plain.Port}"));
        Assert.Equal(OutboundFault.Broken, await FaultAsync(Client(), resetting.Url));
        Assert.Equal(OutboundFault.Broken, await FaultAsync(Client(), flooding.Url));
        Assert.Equal(OutboundFault.Broken, await FaultAsync(Client(), other.Url));
    }

    [Theory]
    [InlineData("a\r\nX-Other: b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public async Task A_header_cannot_smuggle_in_another(string value)
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync(NoContent));
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = new ByteArrayContent([]) };
        using var other = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = new ByteArrayContent([]) };
        request.Headers.TryAddWithoutValidation("X-Own", value);
        other.Content.Headers.TryAddWithoutValidation("Content-Language", value);

        await Assert.ThrowsAsync<ArgumentException>(() => Client().SendAsync(request, None));
        await Assert.ThrowsAsync<ArgumentException>(() => Client().SendAsync(other, None));
        Assert.Equal(0, server.Accepted);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_no_result()
    {
        using var gaveUp = new CancellationTokenSource();
        await using var server = new ScriptedServer(async w =>
        {
            await w.RequestAsync();
            await gaveUp.CancelAsync();
            await w.HoldAsync();
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client().SendAsync(request, gaveUp.Token));
    }

    public void Dispose() => _open.ForEach(o => o.Dispose());

    private GuardedClient Client(string allow = Loopback, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, int kept = 100)
    {
        var options = new GuardOptions { AllowTargets = allow, KeptConnections = kept };
        var client = new GuardedClient(options, new Clocks(_clock, _clock), new TargetGuard(options, resolve));
        _open.Add(client);
        return client;
    }

    private static async Task<OutboundResult> SendAsync(GuardedClient client, string url, byte[]? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body ?? "{}"u8.ToArray()) };
        request.Content.Headers.ContentType = new("application/cloudevents+json");
        return await client.SendAsync(request, None);
    }

    private static async Task<OutboundResult.Answered> AnswerAsync(GuardedClient client, string url) =>
        Assert.IsType<OutboundResult.Answered>(await SendAsync(client, url));

    private static async Task<OutboundFault> FaultAsync(GuardedClient client, string url) =>
        Assert.IsType<OutboundResult.Failed>(await SendAsync(client, url)).Fault;
}
