using System.Net;
using StatusHub.Domain.Network;

namespace StatusHub.Unit.Feed.Webhooks;

public sealed class NetworkAddressesTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("168.63.129.15")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2000::1")]
    [InlineData("2001:200::1")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    [InlineData("64:ff9b::101:101")]
    public void The_internet_is_public(string address) => Assert.Equal(AddressKind.Public, Kind(address));

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.0")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("172.16.0.0")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.31.196.1")]
    [InlineData("192.52.193.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("192.175.48.1")]
    [InlineData("198.18.0.0")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::7f00:1")] // IPv4-compatible
    [InlineData("::ffff:0:7f00:1")] // IPv4-translated
    [InlineData("64:ff9b::7f00:1")] // NAT64
    [InlineData("64:ff9b::c0a8:1")]
    [InlineData("64:ff9b:1::101:101")]
    [InlineData("100::1")]
    [InlineData("100:0:0:1::1")]
    [InlineData("2001:0:101:101:0:0:fefe:fefe")] // Teredo, and what else is below 2001::/23
    [InlineData("2001:2::1")]
    [InlineData("2001:10::1")]
    [InlineData("2001:1ff:ffff::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:c0a8:1::")] // 6to4 of 192.168.0.1
    [InlineData("2002:101:101::")] // 6to4 of 1.1.1.1
    [InlineData("2620:4f:8000::1")]
    [InlineData("3fff::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff::1")]
    [InlineData("fec0::1")]
    public void Own_and_special_networks_are_private(string address) => Assert.Equal(AddressKind.Private, Kind(address));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("192.0.0.192")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::a9fe:a9fe")]
    [InlineData("::ffff:0:a9fe:a9fe")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::")]
    [InlineData("2002:e000:1::")]
    [InlineData("2001:0:a9fe:a9fe::1")] // Teredo: the server
    [InlineData("2001:0:101:101:0:0:5601:5601")] // Teredo: the client, written inverted
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("febf:ffff::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("ff02::1")]
    public void Some_places_are_nobodys_target(string address) => Assert.Equal(AddressKind.Never, Kind(address));

    private static AddressKind Kind(string address) => NetworkAddresses.KindOf(IPAddress.Parse(address));
}
