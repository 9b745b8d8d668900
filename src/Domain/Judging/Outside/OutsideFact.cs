using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;

namespace StatusHub.Domain.Judging.Outside;

/// <summary>How bad a suspicion says it is.</summary>
public enum SuspicionSeverity : byte
{
    Minor,
    Major,
    Critical,
}

/// <summary>What an event of others says, as the judge understands it: a closed set. Who says it stands beside it, never in it.</summary>
public abstract record OutsideFact
{
    private OutsideFact()
    {
    }

    /// <summary>Somebody, or some tool, suspects trouble.</summary>
    /// <param name="Share">Share of requests affected, 0 to 1; null when not said.</param>
    /// <param name="At">When it was said.</param>
    public sealed record Suspicion(ModelId Model, SuspicionSeverity Severity, double? Share, DateTimeOffset At) : OutsideFact;

    /// <summary>What an organisation's own requests came to, over a stretch of time.</summary>
    /// <param name="Requests">Those that could have succeeded: what was the sender's own fault is left out.</param>
    /// <param name="Failed">Of those.</param>
    /// <param name="Commonest">The commonest failure; none when nothing failed or nobody knows the names.</param>
    public sealed record Window(ModelId Model, DateTimeOffset End, TimeSpan Length, long Requests, long Failed, FailureClass Commonest) : OutsideFact;

    /// <summary>An incident as somebody tells it, as far as it is about one model: the provider's word when the provider tells it, else a suspicion.</summary>
    /// <param name="IncidentId">Its id at whoever tells of it.</param>
    /// <param name="Status">What they call the model's state.</param>
    /// <param name="At">When it was said.</param>
    /// <param name="NextUpdateBy">By when they mean to say more of it; null when they do not say.</param>
    public sealed record Told(
        ModelId Model, string IncidentId, IncidentPhase Phase, HealthState Status, string? Title, DateTimeOffset? StartedAt, DateTimeOffset At,
        DateTimeOffset? NextUpdateBy = null) : OutsideFact;

    /// <summary>Maintenance announced for one model.</summary>
    /// <param name="At">When it was said; counts as announced only from when it was heard.</param>
    public sealed record Announced(
        ModelId Model, string MaintenanceId, DateTimeOffset StartsAt, DateTimeOffset EndsAt, bool IsOver, string? Title, DateTimeOffset At) : OutsideFact;

    /// <summary>A probe by somebody's remote agent.</summary>
    /// <param name="Region">Null for the endpoint's own; the organisation of <paramref name="Outcome"/> is not known yet.</param>
    public sealed record Probed(ProbeOutcome Outcome, string? Region) : OutsideFact;
}
