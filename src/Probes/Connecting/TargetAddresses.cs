using System.Net;
using System.Net.Sockets;

namespace StatusHub.Probes.Connecting;

/// <summary>Which addresses a probe may connect to. Judged on what a name resolved to, at the moment of connecting.</summary>
internal static class TargetAddresses
{
    private static readonly IPNetwork[] AlwaysRefused =
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
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fec0::/10"),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork V4Compatible = IPNetwork.Parse("::/96");

    /// <summary>Metadata, link-local, multicast and unspecified addresses never; loopback and private ones when allowed.</summary>
    public static bool MayReach(IPAddress address, bool allowPrivate)
    {
        var real = Unwrap(address);
        return !Array.Exists(AlwaysRefused, n => n.Contains(real))
            && (allowPrivate || !Array.Exists(Private, n => n.Contains(real)));
    }

    /// <summary>The IPv4 address an IPv6 one stands for, whichever way it is wrapped.</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        var isLowest = address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.IPv6Loopback);
        return Nat64.Contains(address) || (V4Compatible.Contains(address) && !isLowest) ? new IPAddress(bytes.AsSpan(12))
            : SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4))
            : address;
    }
}
