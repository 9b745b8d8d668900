namespace StatusHub.Domain.Deliveries;

/// <summary>Where the delivery of a subscription stands.</summary>
/// <param name="Position">Log position up to which everything is delivered, given up or not wanted.</param>
/// <param name="Attempt">Attempts made at what comes next; 0 when it goes well.</param>
/// <param name="NextAt">When the next attempt is due; null for at once.</param>
/// <param name="FailingSince">Since when nothing has got through; null when it goes well.</param>
public sealed record DeliveryStand(long Position, int Attempt, DateTimeOffset? NextAt, DateTimeOffset? FailingSince, int Failures)
{
    public static readonly DeliveryStand Start = new(0, 0, null, null, 0);
}

/// <summary>One attempt at a delivery, as its owner sees it.</summary>
/// <param name="Position">Null for a test, which stands in no log.</param>
/// <param name="Outcome">One of <see cref="DeliveryOutcomes"/>.</param>
/// <param name="Status">HTTP status; null when there was no answer.</param>
/// <param name="Millis">Real time the exchange took.</param>
/// <param name="Answer">First characters of the answer's body; null when there was none, or the target was refused.</param>
public sealed record DeliveryAttempt(
    DateTimeOffset At,
    long? Position,
    string EventId,
    string EventType,
    int Attempt,
    string Outcome,
    int? Status,
    double Millis,
    DateTimeOffset? NextAt,
    string? Answer);

/// <summary>An event given up on: nobody will try again unless asked to.</summary>
public sealed record DeadLetter(long Position, string EventId, string EventType, DateTimeOffset At, string Reason, int? Status, int Attempts);

/// <summary>How an attempt ended, by the word it is stored and shown with.</summary>
public static class DeliveryOutcomes
{
    public const string Delivered = "delivered";

    /// <summary>Answered, and not with a 2xx.</summary>
    public const string Rejected = "rejected";

    /// <summary>The hub does not go there; nothing was sent.</summary>
    public const string Refused = "refused";
    public const string TimedOut = "timed_out";
    public const string NotConnected = "not_connected";
    public const string NotSecure = "not_secure";
    public const string NameNotFound = "name_not_found";

    /// <summary>The connection broke, or what came was not HTTP.</summary>
    public const string Broken = "broken";
}
