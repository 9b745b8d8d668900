using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Scores;

/// <summary>How fast a model usually is at each hour of the day (UTC), and so from when on an answer is slow.</summary>
/// <param name="hours">Times to first token by hour of the day, as <see cref="LatencyHistogram"/> counts.</param>
public sealed class UsualSpeed(IReadOnlyList<int[]> hours, ScorePolicy policy)
{
    public const int Hours = 24;

    private readonly int?[] _limits = LimitsOf(hours, policy);

    /// <summary>Counters for every hour of a day.</summary>
    public static int[][] Empty() => [.. Enumerable.Range(0, Hours).Select(_ => LatencyHistogram.Empty())];

    public static bool IsEnough(IEnumerable<int[]> hours, ScorePolicy policy) => hours.Sum(h => (long)h.Sum()) >= policy.LeastAnswers;

    /// <summary>Answers that were slow: those in buckets wholly above the limit, so that rounding is in the model's favour.</summary>
    public int SlowOf(ReadOnlySpan<int> ttft, DateTimeOffset at)
    {
        if (_limits[at.UtcDateTime.Hour] is not { } limit)
        {
            return 0;
        }

        var slow = 0;
        for (var bucket = limit + 1; bucket < ttft.Length; bucket++)
        {
            slow += ttft[bucket];
        }

        return slow;
    }

    /// <summary>The bucket beyond which an answer is slow, by hour; of the whole day's where an hour has too few answers, none where the day has.</summary>
    private static int?[] LimitsOf(IReadOnlyList<int[]> hours, ScorePolicy policy)
    {
        var day = LatencyHistogram.Empty();
        foreach (var hour in hours)
        {
            LatencyHistogram.Merge(day, hour);
        }

        int? LimitOf(int[] counts) => counts.Sum(c => (long)c) < policy.LeastAnswers
            ? null
            : LatencyHistogram.BucketOf(policy.SlowTimes * LatencyHistogram.Quantile(counts, policy.UsualShare)!.Value);
        var ofDay = LimitOf(day);
        return [.. hours.Select(h => LimitOf(h) ?? ofDay)];
    }
}
