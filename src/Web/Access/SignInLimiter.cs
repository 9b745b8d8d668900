using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace StatusHub.Web.Access;

/// <summary>Attempts to sign in, counted by the address they come from; an account of its own is guarded by its lock.</summary>
public sealed class SignInLimiter(IOptions<SignInLimits> options) : IDisposable
{
    /// <summary>Bytes of an IPv6 address that one customer of a network usually owns whole.</summary>
    private const int NetworkBytes = 8;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new()
        {
            PermitLimit = options.Value.AttemptsPerMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    public bool Admits(IPAddress? from)
    {
        using var lease = _limiter.AttemptAcquire(Key(from));
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();

    private static string Key(IPAddress? from) => from switch
    {
        null => "",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } => Convert.ToHexString(from.GetAddressBytes().AsSpan(0, NetworkBytes)),
        _ => from.MapToIPv4().ToString(),
    };
}
