using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Contracts;

/// <summary>A stretch of time and which share of it was bad.</summary>
/// <param name="Bad">0 to 1; null when nothing is known of it.</param>
public readonly record struct CountedStretch(DateTimeOffset From, DateTimeOffset To, double? Bad);

/// <summary>How long answers took in one bucket of time.</summary>
/// <param name="Ttft">Time to first token in milliseconds, a <see cref="LatencyHistogram"/>.</param>
public readonly record struct LatencyBucket(DateTimeOffset From, TimeSpan Width, int[] Ttft);

/// <summary>What is known of one model over a time: any objective on it is counted from this.</summary>
/// <param name="Stretches">In order of time, none over another.</param>
/// <param name="Latency">Left empty when no objective asks for it.</param>
public sealed record ModelSeries(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<StateStretch> Stretches, IReadOnlyList<LatencyBucket> Latency)
{
    public IReadOnlyList<CountedStretch> Of(Objective objective) => objective.TtftLimitMs is { } limit
        ? CountedTime.OfLatency(Latency, limit, Until)
        : CountedTime.OfStates(StateTimeline.Over(Stretches, From, Until), objective.Weights);
}

/// <summary>Bad time of objectives, whatever makes it bad: everything said of budgets and burn is computed from it.</summary>
public static class CountedTime
{
    public static IReadOnlyList<CountedStretch> OfStates(IEnumerable<StateStretch> timeline, StateWeights weights) =>
        [.. timeline.Select(s => new CountedStretch(s.From, s.To, s.State == HealthState.Unknown ? null : (double)weights.Of(s.State)))];

    /// <summary>
    /// Each bucket is as bad as its share of answers that began later than the limit. Answers in the limit's own class of the histogram (6 % wide
    /// at most) count as in time.
    /// </summary>
    /// <param name="buckets">Any order; those of the same beginning (regions) are taken together.</param>
    public static IReadOnlyList<CountedStretch> OfLatency(IEnumerable<LatencyBucket> buckets, double limitMs, DateTimeOffset until)
    {
        var last = LatencyHistogram.BucketOf(limitMs);
        return [.. buckets.GroupBy(b => (b.From, b.Width)).OrderBy(g => g.Key.From).Where(g => g.Key.From < until).Select(g =>
        {
            var (all, slow) = (g.Sum(b => b.Ttft.Sum()), g.Sum(b => b.Ttft.Skip(last + 1).Sum()));
            return new CountedStretch(g.Key.From, StateTimeline.Earlier(g.Key.From + g.Key.Width, until), all == 0 ? null : (double)slow / all);
        })];
    }

    /// <summary>Bad seconds and known seconds between two instants.</summary>
    public static (double Bad, double Known) Within(IReadOnlyList<CountedStretch> counted, DateTimeOffset from, DateTimeOffset to)
    {
        var (bad, known) = (0.0, 0.0);
        foreach (var stretch in counted)
        {
            var seconds = (StateTimeline.Earlier(stretch.To, to) - StateTimeline.Later(stretch.From, from)).TotalSeconds;
            if (seconds > 0 && stretch.Bad is { } share)
            {
                bad += share * seconds;
                known += seconds;
            }
        }

        return (bad, known);
    }
}
