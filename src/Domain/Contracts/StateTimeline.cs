using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Contracts;

/// <summary>A stretch of time in one state.</summary>
public readonly record struct StateStretch(HealthState State, DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}

/// <summary>How much of a second in each state counts as down, 0 to 1. Operational and unknown time never does.</summary>
public sealed record StateWeights(decimal Degraded, decimal Partial, decimal Major, decimal Maintenance)
{
    /// <summary>Statuspage's published weights: a partial outage counts three tenths, degraded time and maintenance not at all.</summary>
    public static readonly StateWeights Statuspage = new(0m, 0.3m, 1m, 0m);

    /// <summary>
    /// The least share of failing requests that each state stands for in the judge's policy: what a clause that counts requests may claim at
    /// least.
    /// </summary>
    public static readonly StateWeights LeastShares = new(
        (decimal)JudgingPolicy.Default.LeastFailureShare, (decimal)JudgingPolicy.Default.PartialFrom, (decimal)JudgingPolicy.Default.MajorFrom, 0m);

    public decimal Of(HealthState state) => state switch
    {
        HealthState.DegradedPerformance => Degraded,
        HealthState.PartialOutage => Partial,
        HealthState.MajorOutage => Major,
        HealthState.UnderMaintenance => Maintenance,
        _ => 0m,
    };
}

public static class StateTimeline
{
    /// <summary>The states from one instant to another without a gap: what no stretch covers is unknown.</summary>
    /// <param name="stretches">In order of time, none over another.</param>
    public static IReadOnlyList<StateStretch> Over(IEnumerable<StateStretch> stretches, DateTimeOffset from, DateTimeOffset to)
    {
        var timeline = new List<StateStretch>();
        var at = from;
        foreach (var stretch in stretches)
        {
            var (start, end) = (Later(stretch.From, at), Earlier(stretch.To, to));
            if (end <= start)
            {
                continue;
            }

            Add(timeline, new(HealthState.Unknown, at, start));
            Add(timeline, stretch with { From = start, To = end });
            at = end;
        }

        Add(timeline, new(HealthState.Unknown, at, to));
        return timeline;
    }

    internal static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    internal static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static void Add(List<StateStretch> timeline, StateStretch stretch)
    {
        if (stretch.From >= stretch.To)
        {
            return;
        }

        if (timeline.Count > 0 && timeline[^1].State == stretch.State)
        {
            timeline[^1] = timeline[^1] with { To = stretch.To };
        }
        else
        {
            timeline.Add(stretch);
        }
    }
}
