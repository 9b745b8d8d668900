using System.Net.Sockets;
using System.Security.Authentication;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Connecting;
using StatusHub.Probes.Timing;

namespace StatusHub.Probes.Running;

/// <summary>What a probe found, in the foreign words it was told in.</summary>
internal readonly record struct Finding(FailureClass Failure, string? Words = null)
{
    public static readonly Finding Fine;

    /// <summary>What a passed time limit means where the exchange stood; null when no limit passed.</summary>
    public static Finding OfLimit(Exchange exchange, ProbesOptions options) => exchange.Phase switch
    {
        ExchangePhase.Connecting when exchange.Connection is null =>
            new(FailureClass.BadRequest, $"All {options.MaxConnectionsPerHost} connections to this host were in use."),
        ExchangePhase.Connecting when exchange.Connection.ResolvedAt == 0 =>
            new(FailureClass.Dns, $"The name was not resolved within {options.ConnectSeconds} s."),
        ExchangePhase.Connecting when exchange.Connection.ConnectedAt == 0 =>
            new(FailureClass.Connect, $"No connection within {options.ConnectSeconds} s."),
        ExchangePhase.Connecting => new(FailureClass.Tls, $"No TLS handshake within {options.ConnectSeconds} s."),
        ExchangePhase.Waiting when exchange.GotHeaders =>
            new(FailureClass.FirstTokenTimeout, $"Headers came, but no text within {options.FirstTokenSeconds} s."),
        ExchangePhase.Waiting => new(FailureClass.FirstTokenTimeout, $"No answer within {options.FirstTokenSeconds} s."),
        _ when exchange.OverTotal => new(FailureClass.StreamStall, $"The answer was not finished within {options.TotalSeconds} s."),
        _ => new(FailureClass.StreamStall, $"The answer fell silent for {options.GapSeconds} s."),
    };

    /// <summary>
    /// What an exception of the network means; null when it is none of the network's. A connection lost before any answer is a reset; one
    /// lost after the headers is a cut answer, whoever cut it.
    /// </summary>
    public static Finding? OfNetwork(Exception exception, Exchange exchange)
    {
        var inner = exception;
        while (inner.InnerException is { } next && inner is not (SocketException or AuthenticationException or TargetRefusedException))
        {
            inner = next;
        }

        var error = (exception as HttpRequestException)?.HttpRequestError ?? (exception as HttpIOException)?.HttpRequestError;
        return inner switch
        {
            TargetRefusedException => new Finding(FailureClass.BadRequest, inner.Message),
            AuthenticationException => new Finding(FailureClass.Tls, inner.Message),
            _ when error is HttpRequestError.SecureConnectionError => new Finding(FailureClass.Tls, inner.Message),
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery } =>
                new Finding(FailureClass.Dns, inner.Message),
            _ when error is HttpRequestError.NameResolutionError => new Finding(FailureClass.Dns, inner.Message),
            _ when error is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded =>
                new Finding(FailureClass.MalformedStream, inner.Message),
            _ when exception is not (IOException or HttpRequestException or SocketException or OperationCanceledException) => null,
            _ when exchange.Phase == ExchangePhase.Connecting && exchange.Connection is { ConnectedAt: > 0 } => new Finding(FailureClass.Tls, inner.Message),
            _ when exchange.Phase == ExchangePhase.Connecting => new Finding(FailureClass.Connect, inner.Message),
            _ => new Finding(exchange.GotHeaders ? FailureClass.StreamCut : FailureClass.Reset, inner.Message),
        };
    }
}
