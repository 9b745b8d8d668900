using System.Threading.RateLimiting;

namespace StatusHub.Web.Access;

internal static class LimitPerKey
{
    /// <summary>A limiter for each key, all made the same way: asked for with every call, so without an object for the asking.</summary>
    /// <param name="make">Of limiters that do not replenish themselves: one timer does it for all.</param>
    public static PartitionedRateLimiter<TKey> Of<TKey>(Func<TKey, RateLimiter> make)
        where TKey : notnull => PartitionedRateLimiter.Create<TKey, TKey>(key => RateLimitPartition.Get(key, make));
}
