using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Incidents;

/// <summary>The story told to people about the trouble of one or more models.</summary>
public sealed class Incident
{
    public required Guid Id { get; init; }

    public required string Title { get; set; }

    public IncidentPhase Phase { get; set; }

    /// <summary>Worst state any of its models is in now; when resolved, the worst they were in.</summary>
    public HealthState Impact { get; set; }

    public TroubleKind Kind { get; set; }

    /// <summary>First failing observation.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the judge was sure.</summary>
    public DateTimeOffset DetectedAt { get; init; }

    public DateTimeOffset? MonitoringAt { get; set; }

    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>When the provider itself first said so in public, as we heard it.</summary>
    public DateTimeOffset? OfficialAt { get; set; }

    /// <summary>Other incidents people should read with this one.</summary>
    public Guid[] Linked { get; set; } = [];

    public bool Drill { get; init; }

    /// <summary>What the rules remember of it (<see cref="IncidentState"/>) as JSON; null for one that people opened.</summary>
    public string? State { get; set; }

    public List<IncidentModel> Models { get; init; } = [];

    public List<IncidentUpdate> Updates { get; init; } = [];

    public bool IsOpen => ResolvedAt is null;
}

/// <summary>How one model is hit by one incident. The database allows one open row a model.</summary>
public sealed class IncidentModel
{
    public required Guid IncidentId { get; init; }

    public required ModelId Model { get; init; }

    public HealthState Status { get; set; }

    public HealthState Worst { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the model was well again; null while it is hit.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>True while the incident is open: what the unique index guards.</summary>
    public bool Open { get; set; } = true;
}

/// <summary>One message of the story.</summary>
public sealed class IncidentUpdate
{
    public required Guid Id { get; init; }

    public required Guid IncidentId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required IncidentPhase Phase { get; init; }

    public required string Body { get; init; }

    /// <summary>State changes it announced, as <c>model from to</c> triples of wire names.</summary>
    public string[] Changes { get; init; } = [];
}
