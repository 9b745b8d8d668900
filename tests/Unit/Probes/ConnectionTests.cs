using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Connecting;
using StatusHub.Probes.Dialects;
using StatusHub.Unit.Probes.Support;

namespace StatusHub.Unit.Probes;

/// <summary>What goes wrong before an answer, and where a probe may go at all.</summary>
public sealed class ConnectionTests
{
    private const string Claude = DialectNames.AnthropicMessages;

    public static TheoryData<ProbeRung> Rungs => [ProbeRung.Connect, ProbeRung.ModelsList, ProbeRung.Stream, ProbeRung.ContentCheck];

    [Theory]
    [MemberData(nameof(Rungs))]
    public async Task A_name_that_is_not_known_is_a_fault_of_names(ProbeRung rung)
    {
        using var bench = new Bench(resolve: (_, _) => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Equal(FailureClass.Dns, (await bench.ProbeAsync("https://gone.example", rung: rung)).Failure);
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public async Task A_refused_connection_is_a_fault_of_the_network(ProbeRung rung)
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, so nobody else takes it, and not listening
        using var bench = new Bench();

        var outcome = await bench.ProbeAsync($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}", rung: rung);

        Assert.Equal(FailureClass.Connect, outcome.Failure);
        Assert.NotNull(outcome.Timings.DnsMs);
        Assert.Null(outcome.Timings.ConnectMs);
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public async Task A_server_that_does_not_speak_TLS_is_a_fault_of_TLS(ProbeRung rung)
    {
        await using var server = new ScriptedServer(async w =>
        {
            await w.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n");
            await w.HoldAsync();
        });
        using var bench = new Bench();

        var outcome = await bench.ProbeAsync($"https://127.0.0.1:{server.Port}", rung: rung);

        Assert.Equal(FailureClass.Tls, outcome.Failure);
        Assert.NotNull(outcome.Timings.ConnectMs);
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_is_a_fault_of_TLS_and_a_trusted_one_has_its_mark()
    {
        using var certificate = SelfSigned();
        await using var server = new ScriptedServer(async w =>
        {
            await using var tls = new SslStream(w.Stream);
            await tls.AuthenticateAsServerAsync(certificate);
            var read = await tls.ReadAsync(new byte[8192]);
            await tls.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Answers.Stream(Answers.Claude("OK"))));
        });
        using var strict = new Bench();
        using var trusting = new Bench(tls: new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, c, _, _) => c?.Subject == "CN=probe-test" });

        var refused = await strict.ProbeAsync($"https://127.0.0.1:{server.Port}");
        var touched = await trusting.ProbeAsync($"https://127.0.0.1:{server.Port}", rung: ProbeRung.Connect);
        var asked = await trusting.ProbeAsync($"https://127.0.0.1:{server.Port}");

        Assert.Equal((FailureClass.Tls, FailureClass.None, FailureClass.None), (refused.Failure, touched.Failure, asked.Failure));
        Assert.NotNull(touched.Timings.TlsMs);
        Assert.NotNull(asked.Timings.TlsMs);
    }

    [Fact]
    public async Task A_connection_lost_before_any_answer_is_a_reset()
    {
        await using var reset = new ScriptedServer(async w =>
        {
            await w.RequestAsync();
            w.Reset();
        });
        await using var closed = new ScriptedServer(w => w.RequestAsync());
        using var bench = new Bench();

        Assert.Equal(FailureClass.Reset, (await bench.ProbeAsync(reset.Url)).Failure);
        Assert.Equal(FailureClass.Reset, (await bench.ProbeAsync(closed.Url)).Failure);
    }

    [Fact]
    public async Task A_connection_lost_inside_an_answer_is_a_cut_answer()
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync(Answers.StreamHead + Answers.Chunk(Answers.ClaudeStart() + Answers.ClaudeText("O"))));
        using var bench = new Bench();

        var outcome = await bench.ProbeAsync(server.Url);

        Assert.Equal((FailureClass.StreamCut, 1), (outcome.Failure, outcome.Timings.Chunks));
        Assert.False(outcome.Timings.EndMarkerSeen);
    }

    [Fact]
    public async Task A_server_that_speaks_no_HTTP_sends_a_malformed_answer()
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync("SSH-2.0-OpenSSH_9.6\r\n\r\n"));
        using var bench = new Bench();

        Assert.Equal(FailureClass.MalformedStream, (await bench.ProbeAsync(server.Url)).Failure);
    }

    [Fact]
    public async Task An_idle_connection_that_died_is_no_evidence_against_the_model()
    {
        await using var server = new ScriptedServer(
            async w =>
            {
                await w.AnswerAsync(Answers.Stream(Answers.Claude("OK")));
                await w.RequestAsync();
                w.Reset();
            },
            w => w.AnswerAsync(Answers.Stream(Answers.Claude("OK"))));
        using var bench = new Bench();

        var first = await bench.ProbeAsync(server.Url);
        var second = await bench.ProbeAsync(server.Url);

        Assert.Equal((FailureClass.None, FailureClass.None, 2), (first.Failure, second.Failure, server.Accepted));
        Assert.False(second.Timings.ConnectionReused);
    }

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[fd00:ec2::254]")]
    [InlineData("http://[fe80::1]")]
    [InlineData("http://0.0.0.0")]
    [InlineData("http://[::]")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]")]
    [InlineData("http://2852039166")]
    [InlineData("http://169.254.1.1")]
    public async Task Metadata_and_link_local_addresses_are_refused_even_where_private_ones_are_allowed(string url)
    {
        using var bench = new Bench();
        foreach (var rung in new[] { ProbeRung.Connect, ProbeRung.Stream })
        {
            var outcome = await bench.ProbeAsync(url, rung: rung);

            Assert.Equal(FailureClass.BadRequest, outcome.Failure);
            Assert.Contains("may not connect", outcome.Detail);
        }
    }

    [Fact]
    public async Task A_name_that_turns_to_a_refused_address_is_refused_at_the_moment_of_connecting()
    {
        using var bench = new Bench(resolve: (_, _) => Task.FromResult(new[] { IPAddress.Parse("169.254.169.254") }));

        Assert.Equal(FailureClass.BadRequest, (await bench.ProbeAsync("http://metadata.example")).Failure);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("172.20.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("127.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("::1")]
    [InlineData("fd12::1")]
    [InlineData("::ffff:10.0.0.1")]
    public void Private_addresses_are_for_those_who_allow_them(string address)
    {
        Assert.True(TargetAddresses.MayReach(IPAddress.Parse(address), allowPrivate: true));
        Assert.False(TargetAddresses.MayReach(IPAddress.Parse(address), allowPrivate: false));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("172.32.0.1")]
    public void Public_addresses_are_always_allowed(string address) =>
        Assert.True(TargetAddresses.MayReach(IPAddress.Parse(address), allowPrivate: false));

    [Theory]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("not an address")]
    [InlineData("/v1")]
    public async Task An_address_that_is_none_is_the_probes_fault(string url)
    {
        using var bench = new Bench();

        Assert.Equal(FailureClass.BadRequest, (await bench.ProbeAsync(url)).Failure);
    }

    [Fact]
    public async Task A_dialect_nobody_speaks_is_the_probes_fault()
    {
        using var bench = new Bench();

        Assert.Equal(FailureClass.BadRequest, (await bench.ProbeAsync("http://127.0.0.1:1", "klingon")).Failure);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_no_outcome()
    {
        using var gaveUp = new CancellationTokenSource();
        await using var server = new ScriptedServer(async w =>
        {
            await w.RequestAsync();
            await gaveUp.CancelAsync();
            await w.HoldAsync();
        });
        using var bench = new Bench();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.ProbeAsync(server.Url, Claude, cancellation: gaveUp.Token));
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=probe-test", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(130));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
