using System.Net;
using StatusHub.Domain.Network;

namespace StatusHub.Probes.Connecting;

/// <summary>Which addresses a probe may connect to. Judged on what a name resolved to, at the moment of connecting.</summary>
internal static class TargetAddresses
{
    /// <summary>Metadata, link-local, multicast and unspecified addresses never; loopback and private ones when allowed.</summary>
    public static bool MayReach(IPAddress address, bool allowPrivate) => NetworkAddresses.KindOf(address) switch
    {
        AddressKind.Public => true,
        AddressKind.Private => allowPrivate,
        _ => false,
    };
}
