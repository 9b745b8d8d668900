using System.Collections.Immutable;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Incidents;

/// <summary>What the rules need to know of an incident; stored with it.</summary>
public sealed record IncidentState
{
    public required Guid Id { get; init; }

    public required IncidentPhase Phase { get; init; }

    public required ImmutableArray<AffectedModel> Models { get; init; }

    /// <summary>Since when every model has been recovering or well, without suspicion.</summary>
    public DateTimeOffset? BetterSince { get; init; }

    /// <summary>Since when every model has been well, without suspicion.</summary>
    public DateTimeOffset? WellSince { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>How often it came back after all seemed well.</summary>
    public int Relapses { get; init; }

    /// <summary>People were told it is recovering, and nothing else since.</summary>
    public bool HopeTold { get; init; }

    public bool IsOpen => ResolvedAt is null;

    public AffectedModel? Find(ModelId model) => Models.FirstOrDefault(m => m.Model == model);
}

/// <summary>One model in an incident.</summary>
/// <param name="Domains">Failure domains it is declared to belong to.</param>
/// <param name="Failure">Its commonest failure, as last written down.</param>
/// <param name="OtherFailureSince">Since when another one has been the commonest.</param>
/// <param name="StartedAt">Its first failing observation.</param>
/// <param name="IsRecovering">Most requests succeed again.</param>
/// <param name="IsSuspected">Well, but odd enough to look closer.</param>
/// <param name="Told">Worst state of it people have been told of: a neighbour's outage says nothing of this one.</param>
/// <param name="ToldShare">Failing share, 0 to 1, that stood in the last message about it.</param>
/// <param name="WorseSince">Since when it has been worse than people were told.</param>
public sealed record AffectedModel(
    ModelId Model, ImmutableArray<string> Domains, HealthState Status, HealthState Worst, FailureClass Failure, TroubleKind Kind,
    DateTimeOffset StartedAt, bool IsRecovering, bool IsSuspected, HealthState Told, double ToldShare, DateTimeOffset? WorseSince = null,
    DateTimeOffset? OtherFailureSince = null)
{
    public bool IsWell => Status == HealthState.Operational && !IsSuspected;
}

/// <summary>What is to be done to an incident. <c>Notify</c> says whether subscribers are told; the page shows every step.</summary>
public abstract record IncidentAction(bool Notify)
{
    /// <param name="Linked">Open incidents of the same company: perhaps the same cause, not surely.</param>
    public sealed record Open(ModelId Model, ImmutableArray<Guid> Linked) : IncidentAction(true);

    /// <summary>Another model that shares a failure domain is hit too.</summary>
    public sealed record Join(ModelId Model) : IncidentAction(true);

    /// <summary>A model's state changed. Told when it is worse than anybody was told; else only recorded.</summary>
    public sealed record Update(ModelId Model, HealthState From, HealthState To, bool Tell) : IncidentAction(Tell);

    /// <summary>It fails in another way now.</summary>
    public sealed record FailureChanged(ModelId Model, FailureClass From, FailureClass To) : IncidentAction(false);

    /// <summary>Recovery has stood for a while, or all is well: told only while the end is not near anyway.</summary>
    public sealed record Monitoring(bool Tell) : IncidentAction(Tell);

    /// <summary>It came back before it was called over.</summary>
    /// <param name="Times">How often it has, this time included.</param>
    public sealed record Relapse(ModelId Model, int Times, bool Tell) : IncidentAction(Tell);

    public sealed record Resolve() : IncidentAction(true);

    /// <summary>Closed without knowing how it ended: none of its failing models is measured any more.</summary>
    public sealed record GiveUp() : IncidentAction(true);

    /// <summary>It came back soon after it was called over.</summary>
    public sealed record Reopen(ModelId Model) : IncidentAction(true);
}

/// <param name="Incident">The incident to store; null when the verdict concerns none.</param>
/// <param name="Actions">In the order they happened; empty when nothing is worth writing down.</param>
public sealed record IncidentStep(IncidentState? Incident, ImmutableArray<IncidentAction> Actions)
{
    public static IncidentStep Nothing { get; } = new(null, []);
}
