using System.ComponentModel.DataAnnotations;

namespace StatusHub.Probes.Scheduling;

/// <summary>How a node shares and times its probing. All times are real.</summary>
public sealed class ScheduleOptions
{
    /// <summary>Seconds a lease on an endpoint lasts: a killed node's endpoints are probed by another that soon.</summary>
    [Range(2, 300)]
    public int LeaseSeconds { get; set; } = 8;

    /// <summary>Milliseconds between two looks at leases and endpoints.</summary>
    [Range(100, 60_000)]
    public int LookMilliseconds { get; set; } = 2_000;

    /// <summary>Endpoints a node takes over at one look.</summary>
    [Range(1, 100_000)]
    public int ClaimAtOnce { get; set; } = 1_000;

    /// <summary>Probes of one endpoint that may be under way at a time; a hanging one then holds back neither the next nor others.</summary>
    [Range(1, 100)]
    public int MaxInFlightPerEndpoint { get; set; } = 16;

    /// <summary>Probes of the node that may be under way at a time.</summary>
    [Range(1, 100_000)]
    public int MaxInFlight { get; set; } = 4_000;

    /// <summary>Seconds a stopping node waits for probes under way.</summary>
    [Range(0, 300)]
    public int DrainSeconds { get; set; } = 5;
}
