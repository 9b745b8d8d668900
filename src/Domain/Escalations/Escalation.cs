using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.Escalations;

/// <summary>Where a question to a provider stands. Values are stored: append, never renumber.</summary>
public enum EscalationState : short
{
    /// <summary>Asked; the provider has until the deadline.</summary>
    Requested = 0,

    /// <summary>The provider has seen it and works on it.</summary>
    Acknowledged = 1,

    /// <summary>The deadline passed without an answer, and every organisation of the hub was told.</summary>
    Expired = 2,

    /// <summary>The model is well again, or nothing happened for so long that nobody asks any more.</summary>
    Closed = 3,
}

/// <summary>The event that made somebody ask.</summary>
public sealed record SignalRef(string Source, string Id);

/// <summary>One organisation asks the organisation that answers for a provider to acknowledge trouble with a model. Both see the same clock: hub time.</summary>
public sealed record Escalation
{
    public const int MaxNoteLength = 1_000;

    /// <summary>The organisation that asks.</summary>
    public required Guid OrgId { get; init; }

    public required Guid Id { get; init; }

    public required ModelId Model { get; init; }

    /// <summary>The organisation that answers for the model's provider.</summary>
    public required Guid AnsweringOrg { get; init; }

    /// <summary>The two sides by their slugs, as they were read; empty for one not read yet.</summary>
    public string Requester { get; init; } = "";

    public string Answering { get; init; } = "";

    public required EscalationState State { get; init; }

    /// <summary>Rung of the ladder: odd when the provider is asked, even when everybody was told that it did not answer.</summary>
    public int Step { get; init; } = 1;

    /// <summary>How long the provider has each time it is asked.</summary>
    public required TimeSpan Window { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Slug of the organisation that acknowledged.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>Null for one that a person asked for.</summary>
    public SignalRef? Signal { get; init; }

    public string? Note { get; init; }

    public bool IsOpen => State != EscalationState.Closed;
}
