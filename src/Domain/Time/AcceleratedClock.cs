namespace StatusHub.Domain.Time;

/// <summary>
/// A clock that starts at a chosen instant and runs a whole number of times faster than life: the hub and the simulator share
/// one to replay a scenario. Timestamps (<see cref="TimeProvider.GetTimestamp"/>) stay real, so measured durations stay real.
/// Timers due in hub time are divided by the speed.
/// </summary>
public sealed class AcceleratedClock(DateTimeOffset startsAt, DateTimeOffset realStart, double speed, TimeProvider real) : TimeProvider
{
    public double Speed => speed;

    public override DateTimeOffset GetUtcNow() => startsAt + ((real.GetUtcNow() - realStart) * speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, Real(dueTime), Real(period));

    /// <summary>
    /// Reads <c>2026-06-07T10:30:00Z@2026-11-20T17:00:00Z@60</c>: hub start, the real instant it stands for, and the speed.
    /// </summary>
    /// <exception cref="FormatException">The text has another shape, or the speed is not a positive number.</exception>
    public static AcceleratedClock Parse(string text, TimeProvider real)
    {
        var parts = text.Split('@');
        if (parts.Length != 3 || !double.TryParse(parts[2], out var speed) || speed <= 0)
        {
            throw new FormatException($"'{text}' is not a clock of the form start@realStart@speed.");
        }

        return new AcceleratedClock(DateTimeOffset.Parse(parts[0]), DateTimeOffset.Parse(parts[1]), speed, real);
    }

    private TimeSpan Real(TimeSpan hub)
    {
        if (hub <= TimeSpan.Zero)
        {
            return hub; // zero and "never" (-1 ms) keep their meaning
        }

        return TimeSpan.FromMilliseconds(Math.Max(1, hub.TotalMilliseconds / speed));
    }
}
