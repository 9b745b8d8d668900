using StatusHub.Domain.Deliveries;

namespace StatusHub.Feed.Delivery;

/// <summary>How a subscription's stand moves: prepare, call, record, as pure functions.</summary>
public static class DeliveryRules
{
    /// <summary>Attempts without any result after which an event is suspected to be what ends the process: from then on it is tried alone.</summary>
    public const int MaxUnrecorded = 5;

    /// <summary>Such attempts, each alone and in a process that had lived for a while, after which the suspicion is held to be true.</summary>
    public const int MaxAlone = 3;

    /// <summary>Attempts after which an event is put aside that the hub itself cannot make a request of.</summary>
    public const int MaxUnsendable = 5;

    /// <summary>Days of failure after which its owner is warned, two before the subscription stops.</summary>
    public static readonly TimeSpan WarnAfter = TimeSpan.FromDays(3);

    /// <summary>Written before anything is sent: if nothing is recorded afterwards, this tells that something was begun, and how far it may have come.</summary>
    public static DeliveryStand Prepared(DeliveryStand stand, long through) =>
        stand with { Attempt = stand.Attempt + 1, Unrecorded = stand.Unrecorded + 1, Through = through, NextAt = null };

    public static bool IsSuspect(DeliveryStand stand) => stand.Unrecorded >= MaxUnrecorded;

    /// <summary>Whether what was prepared is not sent but put aside.</summary>
    public static bool EndsTheProcess(DeliveryStand prepared) => prepared.Unrecorded > MaxUnrecorded + MaxAlone;

    public static DeliveryStand Delivered(DeliveryStand stand, long last) => new(Math.Max(stand.Position, last));

    /// <summary>As what was passed over without an attempt leaves it: failures stay failures.</summary>
    public static DeliveryStand Passed(DeliveryStand stand, long last) =>
        stand with { Position = Math.Max(stand.Position, last), Attempt = 0, Unrecorded = 0, Through = null, NextAt = null };

    /// <summary>The failures so far, the present one included.</summary>
    public static FailureRun Failure(DeliveryStand stand, DateTimeOffset now) => new(stand.FailingSince ?? now, stand.Failures + 1);

    /// <param name="last">Where the parcel that failed ends.</param>
    /// <param name="step">What follows; not <see cref="NextStep.Delivered"/>.</param>
    public static DeliveryStand Failed(DeliveryStand stand, FailureRun run, NextStep step, long last)
    {
        var failed = stand with { Unrecorded = 0, FailingSince = run.Since, Failures = run.Count };
        return step switch
        {
            NextStep.Retry retry => failed with { Through = last, NextAt = retry.At },
            NextStep.DeadLetter => Passed(failed, last),

            // Stopped: whoever starts it again starts with a clean sheet, or the first failure would stop it at once.
            _ => new DeliveryStand(stand.Position),
        };
    }

    /// <summary>Whether its owner is to be warned now: once in a run of failures, and not when it stops anyway.</summary>
    public static bool IsToWarn(DeliveryStand stand, FailureRun run, NextStep step, DateTimeOffset now) =>
        !stand.Warned && step is (NextStep.Retry or NextStep.DeadLetter) && now - run.Since >= WarnAfter;

    /// <summary>
    /// How many deliveries the next preparation covers. It grows while all goes well, so that a backlog costs few statements; anything
    /// unrecorded or failed is first tried alone.
    /// </summary>
    public static int NextWindow(int window, bool allDelivered, int most) => allDelivered ? Math.Min(most, window * 2) : 1;

    public static int Window(DeliveryStand stand, int window) => stand.Unrecorded > 0 || stand.Failures > 0 ? 1 : window;

    /// <summary>Whether a receiver is given only what places slow ones have: it was slow, or it fails.</summary>
    public static bool IsSlow(DeliveryStand stand, TimeSpan lastTook, TimeSpan slow) => stand.Failures > 0 || lastTook >= slow;
}
