using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StatusHub.Feed.Webhooks;

/// <summary>Why a target is refused. Says nothing of what stands behind an address, so that it is no map of the hub's network.</summary>
public enum TargetRefusal
{
    None,
    NotAnAddress,
    TooLong,
    Scheme,
    UserInfo,
    Port,

    /// <summary>The host leads, or would lead, where the hub does not go.</summary>
    Host,
}

/// <summary>
/// Judges where the hub calls out to for others: <see cref="TryAdmit(string, out Uri?, out TargetRefusal)"/> on what somebody typed,
/// without asking the network, and <see cref="DialAsync"/> on what a name resolves to, at the moment of connecting: the same
/// addresses that were judged are connected to, so a name that changes its mind in between gains nothing.
/// </summary>
public sealed class TargetGuard
{
    public const int MaxUrlLength = 2048;

    private const int FirstUnprivilegedPort = 1024;

    private static readonly FrozenSet<int> WebPorts = FrozenSet.ToFrozenSet([80, 443]);

    /// <summary>Ports above 1023 behind which databases, queues, caches and machine controls listen, and no receiver of webhooks.</summary>
    private static readonly FrozenSet<int> RefusedPorts = FrozenSet.ToFrozenSet([
        1433, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 4222, 4369, 5432, 5433, 5671, 5672, 5900, 5984, 5985, 5986,
        6379, 6380, 6443, 6667, 7000, 7001, 8300, 8500, 8600, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 15672, 26379, 27017, 27018]);

    private static readonly string[] PrivateSuffixes = [".localhost", ".local", ".internal", ".home.arpa"];

    private readonly bool _requireHttps;
    private readonly AllowedNetworks _allowed;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <param name="resolve">How names become addresses; the system's resolver when null.</param>
    /// <exception cref="FormatException">The allowed targets hold something that is no network.</exception>
    public TargetGuard(GuardOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        if (!AllowedNetworks.TryParse(options.AllowTargets, out var allowed, out var wrong))
        {
            throw new FormatException($"'{wrong}' in the allowed targets is neither a network nor an address.");
        }

        _allowed = allowed;
        _requireHttps = options.RequireHttps;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
    }

    /// <summary>Judges a target as it was typed, for registration. What passes may still be refused when its name is resolved.</summary>
    /// <param name="target">The address to keep and to show: canonical, its host as it will be looked up, without a fragment.</param>
    public bool TryAdmit(string? text, [NotNullWhen(true)] out Uri? target, out TargetRefusal refusal)
    {
        target = null;
        refusal = text is { Length: > MaxUrlLength } ? TargetRefusal.TooLong
            : text is null || text.Any(IsUnfit) || !Uri.TryCreate(text, UriKind.Absolute, out target) ? TargetRefusal.NotAnAddress
            : Judge(target);
        if (refusal != TargetRefusal.None)
        {
            target = null;
            return false;
        }

        target = new UriBuilder(target!) { Host = target!.IdnHost, Fragment = "" }.Uri;
        return true;
    }

    /// <summary>Judges an address again before each use: rules may have become stricter since it was registered.</summary>
    public TargetRefusal Judge(Uri target) =>
        !target.IsAbsoluteUri ? TargetRefusal.NotAnAddress
        : target.Scheme != Uri.UriSchemeHttps && (_requireHttps || target.Scheme != Uri.UriSchemeHttp) ? TargetRefusal.Scheme
        : target.UserInfo.Length > 0 ? TargetRefusal.UserInfo
        : !IsOpen(target.Port) ? TargetRefusal.Port
        : !MayName(target.IdnHost) ? TargetRefusal.Host
        : TargetRefusal.None;

    /// <summary>Resolves once, judges every address found, and connects to one of exactly those.</summary>
    /// <exception cref="TargetRefusedException">One of the addresses is refused: a name that leads to both sides is not trusted.</exception>
    /// <exception cref="SocketException">The name is not known, or nobody answers.</exception>
    internal async Task<Socket> DialAsync(DnsEndPoint target, CancellationToken cancellation)
    {
        var found = Literal(target.Host) is { } literal ? [literal] : await _resolve(target.Host, cancellation);
        if (found.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        if (!IsOpen(target.Port) || !Array.TrueForAll(found, _allowed.MayReach))
        {
            throw new TargetRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found, target.Port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool MayName(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        if (Literal(name) is { } address)
        {
            return _allowed.MayReach(address);
        }

        // Where private networks are admitted, their short names are in use; the addresses behind them are judged when dialled.
        return name.Length > 0 && (!_allowed.IsEmpty || (name.Contains('.') && !Array.Exists(PrivateSuffixes, s => name.EndsWith(s, StringComparison.OrdinalIgnoreCase))));
    }

    private static IPAddress? Literal(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : null;

    private static bool IsOpen(int port) => WebPorts.Contains(port) || (port >= FirstUnprivilegedPort && !RefusedPorts.Contains(port));

    /// <summary>
    /// What an address has no need of and readers disagree about: white space, controls, invisible marks (the parser drops some and the
    /// host is suddenly another), look-alikes of plain digits, letters and dots (with invariant globalisation nobody folds them before the
    /// resolver does), backslashes (taken for slashes), and braces of templates nobody fills in.
    /// </summary>
    private static bool IsUnfit(char c) =>
        char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c is '\\' or '{' or '}' or '\u3002'
        || c is >= '\uff00' and <= '\uffef' // full width and half width
        || (!char.IsAscii(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber));
}

/// <summary>Thrown where connections are made, to be caught where the exchange was begun; carries no detail on purpose.</summary>
internal sealed class TargetRefusedException() : Exception("This target may not be reached.");
