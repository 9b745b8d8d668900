using System.Net;

namespace StatusHub.Feed.Delivery;

/// <summary>Failures of one subscription since its last success, over all its events.</summary>
/// <param name="Since">When the first of them was recorded.</param>
/// <param name="Count">How many there were, the present one included.</param>
public sealed record FailureRun(DateTimeOffset Since, int Count);

/// <summary>What one attempt came to, as far as the next step depends on it.</summary>
/// <param name="Number">Which attempt at this event it was, from 1.</param>
/// <param name="Status">The HTTP status; null when there was no answer (no connection, no time, target refused).</param>
/// <param name="RetryAfter">The wait the receiver asked for, where it did; see <see cref="RetryAfterHeader"/>.</param>
/// <param name="Run">The failures of the subscription, this attempt included; not looked at after a success.</param>
public sealed record Attempt(int Number, HttpStatusCode? Status, TimeSpan? RetryAfter, FailureRun Run);

public enum DeadLetterReason
{
    /// <summary>The receiver will not have this event: sending it again cannot help.</summary>
    Rejected,

    /// <summary>All retries are used up.</summary>
    Exhausted,
}

/// <summary>What follows an attempt.</summary>
public abstract record NextStep
{
    private NextStep()
    {
    }

    /// <summary>Delivered: go on to the next event.</summary>
    public sealed record Delivered : NextStep;

    /// <summary>Try the same event again, not before <paramref name="At"/>.</summary>
    public sealed record Retry(DateTimeOffset At) : NextStep;

    /// <summary>Put the event aside and go on to the next.</summary>
    public sealed record DeadLetter(DeadLetterReason Reason) : NextStep;

    /// <summary>The receiver is gone for good (410): the subscription ends.</summary>
    public sealed record Ended : NextStep;

    /// <summary>Nothing but failure for too long: the subscription stops where it stands, and its owner is told.</summary>
    public sealed record Disabled : NextStep;
}

/// <summary>When a delivery is tried again, and when no more: a pure function, so that each rule is a line of a table in its tests.</summary>
public static class RetrySchedule
{
    /// <summary>How far a wait may stray, as a share of itself, so that many subscriptions do not come back as one.</summary>
    public const double Spread = 0.2;

    /// <summary>Failures that a disabling takes beside the time, so that a rarely used subscription is not ended by two.</summary>
    public const int MinFailuresToDisable = 10;

    /// <summary>Nothing but failure for this long disables.</summary>
    public static readonly TimeSpan DisableAfter = TimeSpan.FromDays(5);

    /// <summary>A receiver may ask for at least this long a wait; later in the schedule for twice its own wait.</summary>
    public static readonly TimeSpan LongestAskedWait = TimeSpan.FromHours(24);

    /// <summary>The wait after each failed attempt: the schedule Standard Webhooks 1.0.0 proposes, 75 h 35 min 35 s in all.</summary>
    public static readonly IReadOnlyList<TimeSpan> Waits =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>Decides what follows an attempt.</summary>
    /// <param name="chance">From 0 to 1, uniform: where within the spread the wait falls; 0.5 is the schedule exactly.</param>
    /// <exception cref="ArgumentOutOfRangeException">An attempt before the first, or a chance outside 0 to 1.</exception>
    public static NextStep After(Attempt attempt, DateTimeOffset now, double chance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt.Number, 1, nameof(attempt));
        if (chance is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(chance), chance, "A chance lies between 0 and 1.");
        }

        return attempt.Status is { } delivered && IsSuccess(delivered) ? new NextStep.Delivered()
            : attempt.Status == HttpStatusCode.Gone ? new NextStep.Ended()
            : HasFailedTooLong(attempt.Run, now) ? new NextStep.Disabled()
            : attempt.Status is { } status && IsRejection(status) ? new NextStep.DeadLetter(DeadLetterReason.Rejected)
            : attempt.Number > Waits.Count ? new NextStep.DeadLetter(DeadLetterReason.Exhausted)
            : new NextStep.Retry(now + Wait(Waits[attempt.Number - 1], attempt.RetryAfter, chance));
    }

    private static bool IsSuccess(HttpStatusCode status) => (int)status is >= 200 and < 300;

    /// <summary>Answers of the 400 class that say "not this", and not "not now" or "not here yet".</summary>
    private static bool IsRejection(HttpStatusCode status) =>
        (int)status is >= 400 and < 500 and not (404 or 408 or 409 or 410 or 425 or 429);

    private static bool HasFailedTooLong(FailureRun run, DateTimeOffset now) =>
        now - run.Since >= DisableAfter && run.Count >= MinFailuresToDisable;

    /// <summary>Never sooner than the schedule, whatever is asked; never so late that a number in a header silences a subscription.</summary>
    private static TimeSpan Wait(TimeSpan planned, TimeSpan? asked, double chance)
    {
        var own = planned * (1 - Spread + (2 * Spread * chance));
        var longest = TimeSpan.FromTicks(Math.Max(LongestAskedWait.Ticks, 2 * planned.Ticks));
        return asked is { } wanted && wanted > own ? (wanted < longest ? wanted : longest) : own;
    }
}
