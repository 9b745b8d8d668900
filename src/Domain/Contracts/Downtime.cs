using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Contracts;

/// <summary>A stretch that counts as down under a clause.</summary>
/// <param name="State">The worst state in it.</param>
/// <param name="Seconds">How much of it counts.</param>
public readonly record struct DownStretch(DateTimeOffset From, DateTimeOffset To, HealthState State, decimal Seconds);

/// <summary>Counts downtime as a clause says. Pure. Time of which nothing is known is never down.</summary>
public static class Downtime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <param name="timeline">Without gaps (see <see cref="StateTimeline.Over"/>).</param>
    public static IReadOnlyList<DownStretch> Count(IReadOnlyList<StateStretch> timeline, Clause clause)
    {
        var weighted = timeline.Where(s => !IsExcluded(s, clause) && clause.Weights.Of(s.State) > 0)
            .Select(s => new DownStretch(s.From, s.To, s.State, Seconds(s.Length) * clause.Weights.Of(s.State))).ToList();
        var counted = clause.Method == CountingMethod.DowntimeMinutes ? ByMinutes(weighted, timeline, clause) : weighted;
        return Joined(Runs(counted).Where(run => run[^1].To - run[0].From >= clause.MinimumMinutes * Minute).SelectMany(run => run));
    }

    internal static bool IsExcluded(StateStretch stretch, Clause clause) => clause.ExcludesMaintenance && stretch.State == HealthState.UnderMaintenance;

    internal static decimal Seconds(TimeSpan length) => (decimal)length.Ticks / TimeSpan.TicksPerSecond;

    private static List<DownStretch> ByMinutes(List<DownStretch> weighted, IReadOnlyList<StateStretch> timeline, Clause clause)
    {
        var counted = new List<DownStretch>();
        var (known, k) = (timeline.Where(s => s.State != HealthState.Unknown && !IsExcluded(s, clause)).ToList(), 0);
        foreach (var (start, first) in MinutesOf(weighted))
        {
            var end = start + Minute;
            var inside = weighted.Skip(first).TakeWhile(w => w.From < end).Where(w => w.To > start).ToList();
            var failing = inside.Sum(w => w.Seconds * Overlap(w.From, w.To, start, end) / Seconds(w.To - w.From));
            k += known.Skip(k).TakeWhile(s => s.To <= start).Count();
            if (failing > clause.DownAbove * Seconds(Minute))
            {
                counted.Add(new(start, end, inside.Max(w => w.State), known.Skip(k).TakeWhile(s => s.From < end).Sum(s => Overlap(s.From, s.To, start, end))));
            }
        }

        return counted;
    }

    /// <summary>The whole minutes that hold anything of the stretches, each once, with the first stretch it holds.</summary>
    private static IEnumerable<(DateTimeOffset Start, int First)> MinutesOf(List<DownStretch> weighted)
    {
        var next = DateTimeOffset.MinValue;
        foreach (var (index, stretch) in weighted.Index())
        {
            var first = new DateTimeOffset(stretch.From.UtcTicks - (stretch.From.UtcTicks % Minute.Ticks), TimeSpan.Zero);
            for (var start = StateTimeline.Later(first, next); start < stretch.To; start = next)
            {
                next = start + Minute;
                yield return (start, index);
            }
        }
    }

    internal static decimal Overlap(DateTimeOffset from, DateTimeOffset to, DateTimeOffset start, DateTimeOffset end) =>
        Math.Max(0, Seconds(StateTimeline.Earlier(to, end) - StateTimeline.Later(from, start)));

    private static List<List<DownStretch>> Runs(List<DownStretch> counted)
    {
        var runs = new List<List<DownStretch>>();
        foreach (var stretch in counted)
        {
            if (runs.Count > 0 && runs[^1][^1].To == stretch.From)
            {
                runs[^1].Add(stretch);
            }
            else
            {
                runs.Add([stretch]);
            }
        }

        return runs;
    }

    private static List<DownStretch> Joined(IEnumerable<DownStretch> counted)
    {
        var joined = new List<DownStretch>();
        foreach (var stretch in counted)
        {
            if (joined.Count > 0 && joined[^1].To == stretch.From && joined[^1].State == stretch.State)
            {
                joined[^1] = joined[^1] with { To = stretch.To, Seconds = joined[^1].Seconds + stretch.Seconds };
            }
            else
            {
                joined.Add(stretch);
            }
        }

        return joined;
    }
}
