using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;

namespace StatusHub.Feed.Delivery;

/// <summary>
/// Events whose attempts ended, time and again, without any record: either they end the process, or something else does and they were only there.
/// They are told apart by trying them one at a time, and only in a process that has lived for a while: a host that starts over and over blames nobody.
/// </summary>
internal sealed class Suspects(Clocks clocks, IOptions<DeliveryOptions> options)
{
    // Short: what a lane waits for is written with its stand, and the next process may have lived long enough.
    private static readonly TimeSpan LooksAgain = TimeSpan.FromSeconds(1);

    private readonly long _bornAt = clocks.Real.GetTimestamp();
    private Lane? _tried;

    /// <summary>Enters a lane that has a suspect next, if it may be tried now.</summary>
    /// <returns>How long it has to wait instead; null when it may go on. <see cref="Leave"/> is called in either case.</returns>
    public TimeSpan? Enter(Lane lane)
    {
        if (!DeliveryRules.IsSuspect(lane.Stand))
        {
            return null;
        }

        var isSettled = clocks.Real.GetElapsedTime(_bornAt) >= TimeSpan.FromSeconds(options.Value.SettledSeconds);
        return isSettled && (Interlocked.CompareExchange(ref _tried, lane, null) is not { } other || other == lane) ? null : LooksAgain;
    }

    /// <summary>What was tried of the lane is recorded, or its process no longer is the one to record it.</summary>
    public void Leave(Lane lane) => Interlocked.CompareExchange(ref _tried, null, lane);
}
