namespace StatusHub.Domain.Recovery;

/// <summary>An incident whose end is asked for.</summary>
/// <param name="IdentifiedAt">When its cause was found; null while it is not.</param>
public sealed record OpenIncident(string Provider, int Impact, DateTimeOffset StartedAt, DateTimeOffset? IdentifiedAt);

/// <summary>When an incident should be over, counted from the moment of asking.</summary>
/// <param name="Similar">Past incidents that speak, by weight: the sum of their likenesses.</param>
/// <param name="IsLongerThanUsual">It has lasted longer than nine in ten.</param>
public sealed record RecoveryEstimate(
    TimeSpan P10, TimeSpan P25, TimeSpan P50, TimeSpan P75, TimeSpan P80, TimeSpan P90, double Similar, bool IsLongerThanUsual);

/// <summary>
/// Time to recovery, given how long it has lasted: a weighted Kaplan-Meier curve of past incidents in the same phase, each blurred
/// a little, blended with a lognormal prior. At the start nobody beats the unconditional quantiles; after hours the conditional ones halve the
/// error, because what has lasted long lasts longer.
/// </summary>
public sealed class RecoveryModel(IReadOnlyList<PastIncident> history, RecoveryPolicy policy)
{
    public RecoveryEstimate Estimate(OpenIncident incident, DateTimeOffset now)
    {
        var curve = CurveOf(incident, out var since);
        var elapsed = Math.Max(0, (now - since).TotalMinutes);
        TimeSpan At(double chance) => TimeSpan.FromMinutes(Math.Min(curve.Remaining(elapsed, chance), policy.Longest.TotalMinutes));
        return new(At(.10), At(.25), At(.50), At(.75), At(.80), At(.90), curve.Weight, 1 - curve.Survival(elapsed) > .90);
    }

    /// <summary>Minutes still to go, for several chances at once.</summary>
    public double[] Remaining(OpenIncident incident, DateTimeOffset now, ReadOnlySpan<double> chances)
    {
        var curve = CurveOf(incident, out var since);
        var elapsed = Math.Max(0, (now - since).TotalMinutes);
        var remaining = new double[chances.Length];
        for (var i = 0; i < chances.Length; i++)
        {
            remaining[i] = Math.Min(curve.Remaining(elapsed, chances[i]), policy.Longest.TotalMinutes);
        }

        return remaining;
    }

    private SurvivalBlend CurveOf(OpenIncident incident, out DateTimeOffset since)
    {
        var identified = incident.IdentifiedAt is not null;
        since = incident.IdentifiedAt ?? incident.StartedAt;
        var (mean, deviation) = identified ? policy.Identified : policy.Investigating;
        var curve = new SurvivalBlend(policy.PriorWeight, mean, deviation, policy.Kernel);
        foreach (var past in history.TakeLast(policy.MostIncidents))
        {
            var entry = identified ? past.ToIdentified : 0;
            if (entry is { } from && past.ToFix > from && (!past.Open || past.StartedAt != incident.StartedAt))
            {
                curve.Add(past.ToFix - from, Likeness(past, incident), past.Open);
            }
        }

        return curve;
    }

    private double Likeness(PastIncident past, OpenIncident now) =>
        (past.Provider == now.Provider ? 1 : policy.OtherProvider)
        * (past.Impact == now.Impact ? 1 : policy.OtherImpact)
        * Math.Pow(0.5, Math.Max(0, (now.StartedAt - past.StartedAt).TotalDays) / policy.HalfLifeDays);
}
