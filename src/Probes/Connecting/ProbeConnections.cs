using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using StatusHub.Domain.Time;
using StatusHub.Probes.Timing;

namespace StatusHub.Probes.Connecting;

/// <summary>The configured address leads where no probe may go.</summary>
internal sealed class TargetRefusedException(string message) : Exception(message);

/// <summary>A request that carries its exchange to the place where connections are made.</summary>
internal sealed class ProbeRequest(HttpMethod method, Uri address) : HttpRequestMessage(method, address)
{
    public Exchange? Exchange { get; set; }
}

/// <summary>
/// The probes' door to the network: one pool of connections, no redirects, no cookies, no proxy, no trace headers, and one place where
/// names are resolved and addresses judged. Dispose it with the application.
/// </summary>
public sealed class ProbeConnections : IDisposable
{
    /// <summary>Room for the handler's own limit behind ours: a handshake nobody waits for any more is ended by it.</summary>
    private static readonly TimeSpan Backstop = TimeSpan.FromSeconds(5);

    /// <summary>What is read of an answer after its end marker, so that the connection can be used again.</summary>
    private const int MaxDrainBytes = 64 * 1024;

    private const int MaxHeadersKilobytes = 32;

    /// <summary>Edges in front of providers turn nameless clients away with a 403 that looks like the account's fault.</summary>
    private const string UserAgent = "StatusHub-Probe/1";

    private readonly ProbesOptions _options;
    private readonly TimeProvider _real;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly SslClientAuthenticationOptions _tls;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    /// <param name="resolve">How names become addresses; the system's resolver when null.</param>
    /// <param name="tls">Certificates to trust beside the system's; the system's alone when null.</param>
    public ProbeConnections(
        ProbesOptions options,
        Clocks clocks,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        SslClientAuthenticationOptions? tls = null)
    {
        _options = options;
        _real = clocks.Real;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        _tls = tls ?? new SslClientAuthenticationOptions();
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.Connect + Backstop,
            PooledConnectionLifetime = TimeSpan.FromSeconds(options.ConnectionLifetimeSeconds),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(options.IdleConnectionSeconds),
            MaxConnectionsPerServer = options.MaxConnectionsPerHost,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            MaxResponseDrainSize = MaxDrainBytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            SslOptions = _tls,
            ConnectCallback = ConnectAsync,
            PlaintextStreamFilter = MarkAsync,
        };
        _invoker = new HttpMessageInvoker(_handler, disposeHandler: true);
    }

    /// <summary>Sends and waits for the headers only; the exchange becomes the current one of this flow.</summary>
    internal Task<HttpResponseMessage> SendAsync(ProbeRequest request, Exchange exchange)
    {
        request.Exchange = exchange;
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return _invoker.SendAsync(request, exchange.Token);
    }

    /// <summary>Makes a connection, TLS too where the address asks for it, and closes it again.</summary>
    internal async Task TouchAsync(Uri address, Exchange exchange)
    {
        var marks = exchange.Connecting();
        await using var connection = await DialAsync(address.IdnHost, address.Port, marks, exchange.Token);
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            await using var secured = new SslStream(connection, leaveInnerStreamOpen: true);
            await secured.AuthenticateAsClientAsync(TlsFor(address.IdnHost), exchange.Token);
            marks.SecuredAt = _real.GetTimestamp();
        }

        exchange.Sends(marks);
    }

    public void Dispose() => _invoker.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var marks = (context.InitialRequestMessage as ProbeRequest)?.Exchange?.Connecting() ?? new ConnectionMarks { StartedAt = _real.GetTimestamp() };
        using var limit = new CancellationTokenSource(_options.Connect, _real);
        using var link = cancellation.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), limit);
        return await DialAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, marks, limit.Token);
    }

    private ValueTask<Stream> MarkAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellation)
    {
        var marks = (context.InitialRequestMessage as ProbeRequest)?.Exchange?.Connection ?? new ConnectionMarks();
        if (context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps)
        {
            marks.SecuredAt = _real.GetTimestamp();
        }

        return ValueTask.FromResult<Stream>(new MarkedStream(context.PlaintextStream, marks));
    }

    private async Task<NetworkStream> DialAsync(string host, int port, ConnectionMarks marks, CancellationToken cancellation)
    {
        var literal = IPAddress.TryParse(host.Trim('[', ']'), out var address);
        var found = literal ? [address!] : await _resolve(host, cancellation);
        marks.ResolvedAt = _real.GetTimestamp();
        var allowed = Array.FindAll(found, a => TargetAddresses.MayReach(a, _options.AllowPrivateTargets));
        if (allowed.Length == 0)
        {
            throw found.Length == 0
                ? new SocketException((int)SocketError.HostNotFound)
                : new TargetRefusedException($"Probes may not connect to the address of {host}.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Exactly the addresses just judged: the name is not resolved a second time.
            await socket.ConnectAsync(allowed, port, cancellation);
            marks.ConnectedAt = _real.GetTimestamp();
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions TlsFor(string host) => new()
    {
        TargetHost = host,
        CertificateChainPolicy = _tls.CertificateChainPolicy,
        RemoteCertificateValidationCallback = _tls.RemoteCertificateValidationCallback,
        EnabledSslProtocols = _tls.EnabledSslProtocols,
        CertificateRevocationCheckMode = _tls.CertificateRevocationCheckMode,
    };
}
