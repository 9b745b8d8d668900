using StatusHub.Domain.Events;

namespace StatusHub.Domain.Deliveries;

/// <summary>One line of the log of attempts, for the subscription's owner.</summary>
/// <param name="At">Hub time.</param>
/// <param name="Position">Null for a test, which stands in no log.</param>
/// <param name="Number">Which attempt at the event, from 1; 0 when it was passed over without one.</param>
/// <param name="Outcome">One of the names in <c>AttemptOutcomes</c>.</param>
/// <param name="Status">The HTTP status; null without an answer.</param>
/// <param name="Answer">The beginning of the answer's body, made safe to show.</param>
public sealed record AttemptLine(
    DateTimeOffset At,
    long? Position,
    string EventId,
    string EventType,
    int Number,
    string Outcome,
    int? Status,
    double Millis,
    DateTimeOffset? NextAt,
    string? Answer);

/// <summary>An event that will not be sent again by itself.</summary>
/// <param name="Reason"><c>rejected</c>, <c>exhausted</c>, <c>quarantined</c> or <c>unsendable</c>.</param>
public sealed record DeadLetterLine(long Position, string EventId, string EventType, DateTimeOffset At, string Reason, int? Status, int Attempts);

/// <summary>The subscription stops being delivered to, and why.</summary>
public sealed record Stopping(SubscriptionState State, string Because, DateTimeOffset At);

/// <summary>What is written of one subscription at once: where it now stands, and what led there. All of it, or nothing under a lost fence.</summary>
public sealed record DeliveryEntry(Guid OrgId, Guid SubscriptionId, long Fence, DeliveryStand Stand)
{
    public IReadOnlyList<AttemptLine> Attempts { get; init; } = [];

    public IReadOnlyList<DeadLetterLine> DeadLetters { get; init; } = [];

    public Stopping? Stopping { get; init; }

    /// <summary>What its owner is to be told through the log.</summary>
    public HubEvent? Notice { get; init; }
}
