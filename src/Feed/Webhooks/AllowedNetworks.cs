using System.Diagnostics.CodeAnalysis;
using System.Net;
using StatusHub.Domain.Network;

namespace StatusHub.Feed.Webhooks;

/// <summary>The private networks that an operator lets the hub reach.</summary>
public sealed class AllowedNetworks
{
    private const int MappedBits = 96;

    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    private readonly IReadOnlyList<IPNetwork> _networks;

    private AllowedNetworks(IReadOnlyList<IPNetwork> networks) => _networks = networks;

    public static AllowedNetworks None { get; } = new([]);

    public bool IsEmpty => _networks.Count == 0;

    /// <summary>Reads <c>10.0.0.0/8, fd12::/16 192.168.1.7</c>. Bits behind the prefix must be zero.</summary>
    /// <param name="wrong">The first piece that is no network; null when all are.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AllowedNetworks? allowed, [NotNullWhen(false)] out string? wrong)
    {
        var networks = new List<IPNetwork>();
        foreach (var piece in (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (NetworkIn(piece) is not { } network)
            {
                (allowed, wrong) = (null, piece);
                return false;
            }

            networks.Add(network);
        }

        (allowed, wrong) = (new AllowedNetworks(networks), null);
        return true;
    }

    /// <summary>Public addresses, and private ones that are on the list; the rest never.</summary>
    public bool MayReach(IPAddress address) => NetworkAddresses.KindOf(address) switch
    {
        AddressKind.Public => true,
        AddressKind.Private => _networks.Any(n => n.Contains(NetworkAddresses.Plain(address))),
        _ => false,
    };

    private static IPNetwork? NetworkIn(string piece)
    {
        var slash = piece.IndexOf('/');
        var written = slash < 0 ? piece : piece[..slash];
        if (!IPAddress.TryParse(written, out var address) || !IsWholeAddress(written))
        {
            return null;
        }

        var full = address.GetAddressBytes().Length * 8;
        var length = full;
        if (slash >= 0 && (!int.TryParse(piece.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out length) || length > full))
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6 && length >= MappedBits)
        {
            (address, length) = (address.MapToIPv4(), length - MappedBits); // addresses are compared unwrapped
        }

        return IsZeroBehind(address.GetAddressBytes(), length) ? new IPNetwork(address, length) : null;
    }

    /// <summary>The parser also takes <c>10</c> and <c>0x0a.1</c> for addresses, and an interface's name behind one.</summary>
    private static bool IsWholeAddress(string written) =>
        written.Contains(':') ? written.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
        : written.All(c => char.IsAsciiDigit(c) || c == '.') && written.Count(c => c == '.') == 3;

    /// <summary><c>10.1.2.3/8</c> is more likely a slip than a wish for all of 10/8.</summary>
    private static bool IsZeroBehind(byte[] bytes, int length)
    {
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
