using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Web.Public.Wording;

/// <summary>The word and the short name (style class and shape) of each state: a state is never told by colour alone.</summary>
public static class StateWords
{
    public static string Word(HealthState state) => state switch
    {
        HealthState.Operational => "Operational",
        HealthState.DegradedPerformance => "Degraded",
        HealthState.PartialOutage => "Partial outage",
        HealthState.MajorOutage => "Major outage",
        HealthState.UnderMaintenance => "Maintenance",
        _ => "Unknown",
    };

    /// <summary>Class in the stylesheet and, behind <c>#s-</c>, the id of the shape: disc, triangle, square, cross, hatch, dotted ring.</summary>
    public static string Key(HealthState state) => state switch
    {
        HealthState.Operational => "ok",
        HealthState.DegradedPerformance => "deg",
        HealthState.PartialOutage => "par",
        HealthState.MajorOutage => "maj",
        HealthState.UnderMaintenance => "mnt",
        _ => "unk",
    };

    public static string Word(IncidentPhase phase) => phase switch
    {
        IncidentPhase.Investigating => "Investigating",
        IncidentPhase.Identified => "Identified",
        IncidentPhase.Monitoring => "Monitoring",
        IncidentPhase.Resolved => "Resolved",
        _ => "Post-mortem",
    };

    /// <summary>States by how much they hurt, worst highest; unknown stands between what works and what is in trouble.</summary>
    public static int Weight(HealthState state) => state switch
    {
        HealthState.MajorOutage => 5,
        HealthState.PartialOutage => 4,
        HealthState.DegradedPerformance => 3,
        HealthState.Unknown => 2,
        HealthState.UnderMaintenance => 1,
        _ => 0,
    };
}
