namespace StatusHub.Domain.Evidence;

/// <summary>
/// Counts on a logarithmic scale, mergeable by plain addition: six buckets an octave from 1 to 131,072 units
/// (milliseconds, or tokens a second), so a quantile is within 6 % of the truth. The array is what the database stores.
/// </summary>
public static class LatencyHistogram
{
    public const int BucketsPerOctave = 6;

    public const int Buckets = (17 * BucketsPerOctave) + 1;

    public static int BucketOf(double value) =>
        value <= 1 ? 0 : Math.Min(Buckets - 1, (int)Math.Floor(Math.Log2(value) * BucketsPerOctave) + 1);

    /// <summary>Geometric middle of a bucket, in the unit of the values.</summary>
    public static double Middle(int bucket) => bucket == 0 ? 1 : double.Exp2((bucket - 0.5) / BucketsPerOctave);

    public static int[] Empty() => new int[Buckets];

    public static void Add(int[] counts, double value) => counts[BucketOf(value)]++;

    public static void Merge(int[] into, ReadOnlySpan<int> other)
    {
        for (var i = 0; i < other.Length && i < into.Length; i++)
        {
            into[i] += other[i];
        }
    }

    /// <summary>The value below which a share <paramref name="q"/> (0 to 1) of the counts lies; null when nothing was counted.</summary>
    public static double? Quantile(ReadOnlySpan<int> counts, double q)
    {
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return null;
        }

        var rank = q * total;
        double below = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0 && below + counts[i] >= rank)
            {
                return Inside(i, (rank - below) / counts[i]);
            }

            below += counts[i];
        }

        return Middle(counts.Length - 1);
    }

    private static double Inside(int bucket, double share) =>
        bucket == 0 ? 1 : double.Exp2((bucket - 1 + Math.Clamp(share, 0, 1)) / BucketsPerOctave);
}
