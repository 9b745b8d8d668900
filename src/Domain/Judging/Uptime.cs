namespace StatusHub.Domain.Judging;

/// <summary>Seconds spent in each state within some stretch of time; what is missing was not measured.</summary>
public readonly record struct StateSeconds(double Operational, double Degraded, double Partial, double Major, double Maintenance)
{
    /// <summary>What a partial outage weighs against a major one (Statuspage's published weight).</summary>
    public const double PartialWeight = 0.3;

    public double Measured => Operational + Degraded + Partial + Major + Maintenance;

    /// <summary>Weighted availability, 0 to 1; null without measured time. Maintenance and degraded time are up.</summary>
    public double? Availability => Measured > 0 ? 1 - ((Major + (PartialWeight * Partial)) / Measured) : null;
}

/// <summary>Time in state, from the spans a verdict held.</summary>
public static class Uptime
{
    /// <summary>Adds up spans (state, from, until; null until = still so at <paramref name="to"/>) clipped to [from, to].</summary>
    public static StateSeconds Within(
        IEnumerable<(HealthState Status, DateTimeOffset From, DateTimeOffset? To)> spans, DateTimeOffset from, DateTimeOffset to)
    {
        Span<double> seconds = stackalloc double[(int)HealthState.MajorOutage + 1];
        foreach (var span in spans)
        {
            var start = span.From > from ? span.From : from;
            var end = span.To is { } until && until < to ? until : to;
            if (end > start)
            {
                seconds[(int)span.Status] += (end - start).TotalSeconds;
            }
        }

        return new StateSeconds(
            seconds[(int)HealthState.Operational],
            seconds[(int)HealthState.DegradedPerformance],
            seconds[(int)HealthState.PartialOutage],
            seconds[(int)HealthState.MajorOutage],
            seconds[(int)HealthState.UnderMaintenance]);
    }
}
