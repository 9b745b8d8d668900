namespace StatusHub.Domain.Incidents;

/// <summary>How long things must stand before an incident says so.</summary>
public sealed record IncidentPolicy
{
    public static IncidentPolicy Default { get; } = new();

    /// <summary>All models must have been well for so long before an incident is resolved; as much again for every time it came back.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Recovery must have stood for so long before people are told to expect the end; as much again for every time it came back.</summary>
    public TimeSpan MonitoringAfter { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>No wait grows longer than this.</summary>
    public TimeSpan LongestQuiet { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Worse must have stood for so long before people are told again.</summary>
    public TimeSpan WorseAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>…and the failing share must have grown by this factor over the one they were told…</summary>
    public double WorseByFactor { get; init; } = 1.2;

    /// <summary>…or have reached this one: nine in ten cannot grow by a fifth.</summary>
    public double WorseAnyway { get; init; } = 0.8;

    /// <summary>Another kind of failure must have been the commonest for so long before it is written down.</summary>
    public TimeSpan OtherFailureAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A relapse within so long of the resolution is the same incident.</summary>
    public TimeSpan MergeWithin { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A model unmeasured for so long no longer keeps its incident open.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromHours(6);

    internal TimeSpan After(TimeSpan wait, int relapses) => wait * (1 + relapses) is var grown && grown < LongestQuiet ? grown : LongestQuiet;
}
