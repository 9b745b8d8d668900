using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using StatusHub.Web.Access;

namespace StatusHub.Web.Api;

/// <summary>How many events each key may send: a bucket a key, filled every second.</summary>
internal sealed class IngestRate(IOptions<IngestOptions> options) : IDisposable
{
    private const int SecondsAMinute = 60;

    private readonly PartitionedRateLimiter<Guid> _keys = LimitPerKey.Of<Guid>(_ => new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
    {
        TokenLimit = options.Value.EventsPerMinute,
        TokensPerPeriod = Math.Max(1, options.Value.EventsPerMinute / SecondsAMinute),
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = false,
    }));

    /// <summary>Takes as many events off a key's bucket; none at all only asks whether it is empty.</summary>
    /// <returns>Null, or the seconds to wait when there are not as many in it.</returns>
    public int? Take(Guid keyId, int events)
    {
        using var lease = _keys.AttemptAcquire(keyId, Math.Min(events, options.Value.EventsPerMinute)); // more than a full bucket there never is
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(Math.Max(1, after.TotalSeconds))
            : 1;
    }

    public void Dispose() => _keys.Dispose();
}
