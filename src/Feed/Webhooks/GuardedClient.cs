using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using StatusHub.Domain.Time;

namespace StatusHub.Feed.Webhooks;

/// <summary>
/// The hub's door to addresses that others chose (webhooks, handshakes, peers): every connection is judged by a
/// <see cref="TargetGuard"/>; no redirects, proxy, cookies, decompression or trace headers; one limit of time over the whole exchange and
/// one of bytes over the answer. Keep one for the application and dispose it with it.
/// </summary>
public sealed class GuardedClient : IDisposable
{
    /// <summary>Room for the handler's own limit behind ours: a handshake nobody waits for any more is ended by it.</summary>
    private static readonly TimeSpan Backstop = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(60);

    private const int MaxHeadersKilobytes = 16;
    private const string UserAgent = "StatusHub-Webhook/1";

    private readonly GuardOptions _options;
    private readonly TimeProvider _real;
    private readonly TargetGuard _guard;
    private readonly HttpMessageInvoker _keeping;
    private readonly HttpMessageInvoker _once; // its connections end with their call, whatever the other side wishes
    private readonly ConcurrentBag<CancellationTokenSource> _limits = []; // to be used again: most calls end long before their limit
    private int _open;

    /// <param name="tls">Certificates to trust beside the system's; the system's alone when null.</param>
    public GuardedClient(GuardOptions options, Clocks clocks, TargetGuard guard, SslClientAuthenticationOptions? tls = null)
    {
        _options = options;
        _real = clocks.Real;
        _guard = guard;
        _keeping = Invoker(TimeSpan.FromSeconds(options.ConnectionLifetimeSeconds), tls);
        _once = Invoker(TimeSpan.Zero, tls);
    }

    /// <summary>Sends one request, HTTP/1.1, and reads what the limits allow of the answer. Failures of the other side are values.</summary>
    /// <param name="request">Disposed by the caller.</param>
    /// <exception cref="ArgumentException">A header value holds a line break or NUL: unvalidated ones would reach the wire as they are.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<OutboundResult> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request.RequestUri);
        if (BreaksLines(request.Headers) || (request.Content is { } content && BreaksLines(content.Headers)))
        {
            throw new ArgumentException("A header value may not hold line breaks.", nameof(request));
        }

        if (_guard.Judge(request.RequestUri) is var refusal && refusal != TargetRefusal.None)
        {
            return new OutboundResult.Refused(refusal, TimeSpan.Zero);
        }

        request.Version = HttpVersion.Version11; // HTTP/3 would not pass where connections are judged
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        var started = _real.GetTimestamp();
        var limit = StartLimit();
        try
        {
            using var givenUp = cancellation.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
            var invoker = Volatile.Read(ref _open) < _options.KeptConnections ? _keeping : _once;
            using var response = await invoker.SendAsync(request, limit.Token);
            var reading = ReadAsync(response.Content, limit.Token);
            if (!reading.IsCompleted)
            {
                var left = _options.Exchange - _real.GetElapsedTime(started);
                limit.CancelAfter(left < _options.Body ? left > TimeSpan.Zero ? left : TimeSpan.Zero : _options.Body);
            }

            var (body, isCut) = await reading;
            cancellation.ThrowIfCancellationRequested();
            return new OutboundResult.Answered(
                response.StatusCode, response.Headers, response.Content.Headers, body, isCut, _real.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new OutboundResult.Failed(OutboundFault.TimedOut, _real.GetElapsedTime(started));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ResultOf(e, _real.GetElapsedTime(started));
        }
        finally
        {
            EndLimit(limit);
        }
    }

    public void Dispose()
    {
        _keeping.Dispose();
        _once.Dispose();
    }

    private CancellationTokenSource StartLimit()
    {
        var limit = _limits.TryTake(out var idle) ? idle : new CancellationTokenSource(Timeout.InfiniteTimeSpan, _real);
        limit.CancelAfter(_options.Exchange);
        return limit;
    }

    private void EndLimit(CancellationTokenSource limit)
    {
        if (limit.TryReset())
        {
            _limits.Add(limit);
        }
        else
        {
            limit.Dispose();
        }
    }

    private HttpMessageInvoker Invoker(TimeSpan connectionLifetime, SslClientAuthenticationOptions? tls)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false, // behind a proxy the guard would judge the proxy
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = _options.Connect + Backstop,
            PooledConnectionLifetime = connectionLifetime,
            PooledConnectionIdleTimeout = IdleConnection,
            MaxConnectionsPerServer = _options.MaxConnectionsPerHost,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            MaxResponseDrainSize = 0, // what is not read is not waited for: the connection is closed
            SslOptions = tls ?? new SslClientAuthenticationOptions(),
            ConnectCallback = ConnectAsync,
        };
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    private static bool BreaksLines(HttpHeaders headers)
    {
        foreach (var header in headers.NonValidated)
        {
            foreach (var value in header.Value)
            {
                if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_options.Connect, _real);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return new Connection(await _guard.DialAsync(context.DnsEndPoint, both.Token), this);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    /// <summary>The body up to the limits of bytes and time. Once the headers are there, a body that misbehaves only cuts itself short.</summary>
    private async ValueTask<(ReadOnlyMemory<byte> Body, bool IsCut)> ReadAsync(HttpContent content, CancellationToken limit)
    {
        var room = ArrayPool<byte>.Shared.Rent(_options.MaxBodyBytes + 1); // one more, to see that there is more
        var count = 0;
        var isOver = false;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(limit);
            while (!isOver && count <= _options.MaxBodyBytes)
            {
                var read = await stream.ReadAsync(room.AsMemory(count, _options.MaxBodyBytes + 1 - count), limit);
                isOver = read == 0;
                count += read;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            isOver = false;
        }

        var body = room.AsSpan(0, Math.Min(count, _options.MaxBodyBytes)).ToArray();
        ArrayPool<byte>.Shared.Return(room);
        return (body, !isOver);
    }

    private static OutboundResult ResultOf(Exception error, TimeSpan took)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            OutboundResult? known = inner switch
            {
                TargetRefusedException => new OutboundResult.Refused(TargetRefusal.Host, took),
                AuthenticationException => new OutboundResult.Failed(OutboundFault.NotSecure, took),
                SocketException { SocketErrorCode: SocketError.TimedOut } => new OutboundResult.Failed(OutboundFault.TimedOut, took),
                _ => null,
            };
            if (known is not null)
            {
                return known;
            }
        }

        return new OutboundResult.Failed((error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => OutboundFault.NameNotFound,
            HttpRequestError.ConnectionError => OutboundFault.NotConnected,
            HttpRequestError.SecureConnectionError => OutboundFault.NotSecure,
            _ => OutboundFault.Broken,
        }, took);
    }

    /// <summary>A connection that is counted while it is open.</summary>
    private sealed class Connection : NetworkStream
    {
        private readonly GuardedClient _client;
        private int _isOpen = 1;

        public Connection(Socket socket, GuardedClient client)
            : base(socket, ownsSocket: true)
        {
            _client = client;
            Interlocked.Increment(ref client._open);
        }

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _isOpen, 0) == 1)
            {
                Interlocked.Decrement(ref _client._open);
            }

            base.Dispose(disposing);
        }
    }
}
