using System.Collections.Immutable;

namespace StatusHub.Domain.Judging;

/// <summary>What was seen from one region lately; counts fade with a half-life of ten minutes.</summary>
/// <param name="Asked">Observations that count.</param>
/// <param name="Failed">Of those, failed ones.</param>
/// <param name="Slow">Of those, slower to begin or to write than 95 of 100 usually are.</param>
public readonly record struct RegionTally(string Region, double Asked, double Failed, double Slow, DateTimeOffset At);

/// <summary>Where a trouble is: everywhere, or in some regions while others are surely well.</summary>
public static class RegionTallies
{
    /// <summary>Most regions followed; the one longest unseen makes room.</summary>
    private const int Most = 12;

    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(10);

    /// <summary>Fewest (faded) observations of a region that has a say.</summary>
    private const double Least = 3;

    /// <summary>Share of healthy answers that are called slow, slightly pessimistic.</summary>
    private const double HealthySlowShare = 0.065;

    /// <summary>Twenty to one, in nats, before a region is called hit, or called spared.</summary>
    private const double Certain = 3;

    public static ImmutableArray<RegionTally> Add(ImmutableArray<RegionTally> tallies, string region, bool failed, bool slow, DateTimeOffset at)
    {
        if (region.Length == 0)
        {
            return tallies;
        }

        var own = Faded(tallies.FirstOrDefault(t => t.Region == region), at);
        var others = tallies.RemoveAll(t => t.Region == region);
        others = others.Length >= Most ? others.Remove(others.MinBy(t => t.At)) : others;
        return others.Add(new(region, own.Asked + 1, own.Failed + (failed ? 1 : 0), own.Slow + (slow ? 1 : 0), at));
    }

    /// <summary>
    /// The regions in trouble, by name and parted by commas, when every other one is surely not; empty when it is everywhere, when only one region is
    /// looked from, or when it cannot be told.
    /// </summary>
    /// <param name="bySlowness">Whether slowness is the trouble, or failing.</param>
    /// <param name="healthyFailureShare">Share of healthy requests that fail.</param>
    public static string OnlyIn(ImmutableArray<RegionTally> tallies, bool bySlowness, double healthyFailureShare, DateTimeOffset now)
    {
        var seen = tallies.Select(t => Faded(t, now)).Where(t => t.Asked >= Least).Select(t => (t.Region, t.Asked, Bad: bySlowness ? t.Slow : t.Failed)).ToList();
        if (seen.Count < 2)
        {
            return "";
        }

        var healthy = bySlowness ? HealthySlowShare : healthyFailureShare;
        var hit = Math.Max(2 * healthy, seen.Max(r => (r.Bad + 0.5) / (r.Asked + 1)));
        var nats = seen.ConvertAll(r => (r.Region, ForHit: (r.Bad * Math.Log(hit / healthy)) + ((r.Asked - r.Bad) * Math.Log((1 - hit) / (1 - healthy)))));
        return nats.TrueForAll(r => Math.Abs(r.ForHit) >= Certain) && nats.Exists(r => r.ForHit > 0) && nats.Exists(r => r.ForHit < 0)
            ? string.Join(',', nats.Where(r => r.ForHit > 0).Select(r => r.Region).Order(StringComparer.Ordinal))
            : "";
    }

    private static RegionTally Faded(RegionTally tally, DateTimeOffset at)
    {
        var keep = Math.Pow(0.5, Math.Max(0, (at - tally.At) / HalfLife));
        return tally with { Asked = tally.Asked * keep, Failed = tally.Failed * keep, Slow = tally.Slow * keep };
    }
}
