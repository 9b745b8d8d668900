using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Contracts;

/// <summary>A promise of speed: hours in which too many answers begin late count against the month.</summary>
/// <param name="TtftLimitMs">Milliseconds to the first token from which an answer is late.</param>
/// <param name="LateAbove">Share of late answers, 0 to 1, above which an hour counts, by that share of its time.</param>
public sealed record LatencyTerm(double TtftLimitMs, decimal LateAbove)
{
    /// <summary>The share above which an hour counts where nobody said: the one published clauses call a minute's downtime.</summary>
    public const decimal UsualLateAbove = Clause.UsualDownAbove;

    /// <summary>Fewer answers in an hour say nothing of it: one late answer would be an hour's worth.</summary>
    public const int LeastAnswers = 10;
}

/// <summary>An hour that counts as slow, with what shows it.</summary>
/// <param name="Seconds">How much of it counts.</param>
/// <param name="Answers">Probes that were answered in it.</param>
/// <param name="Late">Of those, the ones that began later than the limit.</param>
/// <param name="Regions">From where answers came late.</param>
public sealed record SlowHour(DateTimeOffset From, DateTimeOffset To, decimal Seconds, int Answers, int Late, IReadOnlyList<string> Regions);

/// <summary>
/// Counts slowness by the hour, the finest of which a month's histograms are kept. Pure. The late share of an hour's answers stands for the late share of
/// its time in which answers came at all: time that is down already, unknown or taken out never counts again.
/// </summary>
public static class SlowHours
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <param name="buckets">Any order, any region; those wider than an hour are of months too long ago and count nothing.</param>
    /// <param name="timeline">Without gaps (see <see cref="StateTimeline.Over"/>).</param>
    /// <param name="down">What counts as down of it.</param>
    public static IReadOnlyList<SlowHour> Count(IEnumerable<MeasuredBucket> buckets, IReadOnlyList<StateStretch> timeline, IReadOnlyList<DownStretch> down, Clause clause)
    {
        if (clause.Latency is not { } term)
        {
            return [];
        }

        var slow = buckets.Where(b => b.Width == Hour).GroupBy(b => b.From).OrderBy(g => g.Key).Select(hour => Of([.. hour], term)).OfType<SlowHour>();
        return [.. slow.Select(h => h with { Seconds = Left(h, timeline, down, clause) * h.Late / h.Answers }).Where(h => h.Seconds > 0)];
    }

    /// <summary>Null for an hour within the promise. Answers in the limit's own class of the histogram (6 % wide at most) are in time.</summary>
    private static SlowHour? Of(MeasuredBucket[] regions, LatencyTerm term)
    {
        var inTime = LatencyHistogram.BucketOf(term.TtftLimitMs) + 1;
        var late = regions.Select(r => (r.Region, Late: r.Ttft.Skip(inTime).Sum())).Where(r => r.Late > 0).ToList();
        var (answers, count) = (regions.Sum(r => r.Ttft.Sum()), late.Sum(r => r.Late));
        return answers < LatencyTerm.LeastAnswers || count <= term.LateAbove * answers
            ? null
            : new(regions[0].From, regions[0].From + Hour, 0, answers, count, [.. late.Select(r => r.Region).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Seconds of an hour that are known, in the month, and not down.</summary>
    private static decimal Left(SlowHour hour, IReadOnlyList<StateStretch> timeline, IReadOnlyList<DownStretch> down, Clause clause)
    {
        var known = timeline.Where(s => s.State != HealthState.Unknown && !Downtime.IsExcluded(s, clause)).Sum(s => Downtime.Overlap(s.From, s.To, hour.From, hour.To));
        var gone = down.Sum(d => d.Seconds * Downtime.Overlap(d.From, d.To, hour.From, hour.To) / Downtime.Seconds(d.To - d.From));
        return Math.Max(0, known - gone);
    }
}
