namespace StatusHub.Domain.Time;

/// <summary>
/// The two times of the hub. <paramref name="Hub"/> dates everything and may be moved or accelerated; <paramref name="Real"/>
/// bounds what truly takes time on a wire: time limits of an exchange and measured durations.
/// </summary>
public sealed record Clocks(TimeProvider Hub, TimeProvider Real)
{
    public DateTimeOffset Now => Hub.GetUtcNow();

    /// <summary>How many times faster than life hub time runs.</summary>
    public double Speed => Hub is AcceleratedClock accelerated ? accelerated.Speed : 1;

    /// <summary>How long a stretch of hub time takes in real time; never less than a millisecond, unless it is none.</summary>
    public TimeSpan RealOf(TimeSpan hub) =>
        hub <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Max(1, hub.TotalMilliseconds / Speed));
}
