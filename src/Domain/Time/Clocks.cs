namespace StatusHub.Domain.Time;

/// <summary>
/// The two times of the hub. <paramref name="Hub"/> dates everything and may be moved or accelerated; <paramref name="Real"/>
/// bounds what truly takes time on a wire: time limits of an exchange and measured durations.
/// </summary>
public sealed record Clocks(TimeProvider Hub, TimeProvider Real)
{
    public DateTimeOffset Now => Hub.GetUtcNow();
}
