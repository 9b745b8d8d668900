using System.Net;
using System.Net.Sockets;

namespace StatusHub.Domain.Network;

/// <summary>What kind of place an IP address leads to, in the order of how little it should be connected to.</summary>
public enum AddressKind
{
    /// <summary>Anyone's: the ordinary internet.</summary>
    Public,

    /// <summary>Loopback, somebody's own network, or a special-purpose range: only for those an operator admits.</summary>
    Private,

    /// <summary>Unspecified, link-local, cloud metadata, multicast, reserved or broadcast: never, whoever asks.</summary>
    Never,
}

/// <summary>
/// Sorts addresses into kinds. The ranges are those of the IANA special-purpose address registries (RFC 6890 and its updates), and the
/// metadata addresses of the large clouds.
/// </summary>
public static class NetworkAddresses
{
    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"), // "this network": connects to the machine itself
        IPNetwork.Parse("169.254.0.0/16"), // link-local, cloud metadata
        IPNetwork.Parse("168.63.129.16/32"), // a cloud's host agent
        IPNetwork.Parse("100.100.100.200/32"), // a cloud's metadata
        IPNetwork.Parse("192.0.0.192/32"), // a cloud's metadata
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, broadcast
        IPNetwork.Parse("::/128"),
        IPNetwork.Parse("fe80::/10"), // link-local
        IPNetwork.Parse("fd00:ec2::/32"), // cloud metadata
        IPNetwork.Parse("fd20:ce::254/128"), // cloud metadata
        IPNetwork.Parse("ff00::/8"), // multicast
    ];

    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.31.196.0/24"), // AS112
        IPNetwork.Parse("192.52.193.0/24"), // multicast tunnels
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("192.175.48.0/24"), // AS112
        IPNetwork.Parse("198.18.0.0/15"), // benchmarking
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("2001::/23"), // Teredo, benchmarking, ORCHID
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2002::/16"), // 6to4
        IPNetwork.Parse("2620:4f:8000::/48"), // AS112
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    /// <summary>All that is handed out of IPv6; the rest is loopback, unique local, special or not assigned.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork Translated = IPNetwork.Parse("::ffff:0:0:0/96");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");

    /// <summary>The kind of an address; of one that carries another inside (a tunnel, a translation), the worse of the two.</summary>
    public static AddressKind KindOf(IPAddress address)
    {
        var plain = Plain(address);
        var kind = OwnKindOf(plain);
        foreach (var carried in CarriedBy(plain))
        {
            kind = (AddressKind)Math.Max((int)kind, (int)OwnKindOf(carried));
        }

        return kind;
    }

    /// <summary>An IPv4 address written as a mapped IPv6 one (<c>::ffff:10.0.0.1</c>) as what it is; any other unchanged.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static AddressKind OwnKindOf(IPAddress address)
    {
        if (Array.Exists(Never, n => n.Contains(address)))
        {
            return AddressKind.Never;
        }

        // NAT64 is how a network without IPv4 reaches the IPv4 internet, so there the address inside decides alone.
        var isGlobal = address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address) || Nat64.Contains(address);
        return isGlobal && !Array.Exists(Private, n => n.Contains(address)) ? AddressKind.Public : AddressKind.Private;
    }

    /// <summary>The IPv4 addresses that packets to an IPv6 one may be unpacked to (RFC 6052, 3056, 4380, 4291, 7915).</summary>
    private static IPAddress[] CarriedBy(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6
            || address.Equals(IPAddress.IPv6Any)
            || address.Equals(IPAddress.IPv6Loopback))
        {
            return [];
        }

        var bytes = address.GetAddressBytes();
        if (SixToFour.Contains(address))
        {
            return [new IPAddress(bytes.AsSpan(2, 4))];
        }

        if (Teredo.Contains(address))
        {
            var client = Array.ConvertAll(bytes[12..], b => (byte)~b); // written inverted (RFC 4380, 4)
            return [new IPAddress(bytes.AsSpan(4, 4)), new IPAddress(client)];
        }

        var carriesLast = Nat64.Contains(address) || LocalNat64.Contains(address) || Translated.Contains(address) || Compatible.Contains(address);
        return carriesLast ? [new IPAddress(bytes.AsSpan(12))] : [];
    }
}
