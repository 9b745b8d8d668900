namespace StatusHub.Feed.Delivery;

/// <summary>
/// Deliveries a minute a receiver allows, given out evenly with a small reserve: in no span of a minute are there more than it allows.
/// </summary>
/// <param name="perMinute">At least 1.</param>
public sealed class Allowance(int perMinute)
{
    private const double SecondsAMinute = 60;

    // Reserve and refill together make the promise: reserve + refill over a minute is at most the rate.
    private readonly double _reserve = Math.Max(1, perMinute / SecondsAMinute);
    private readonly double _refillPerSecond = (perMinute - Math.Max(1, perMinute / SecondsAMinute) + 1) / SecondsAMinute * (1 - Slack);

    // A rounding error must not become a delivery too many.
    private const double Slack = 1e-6;

    private double _left = Math.Max(1, perMinute / SecondsAMinute);
    private TimeSpan _at;

    public int PerMinute { get; } = perMinute;

    /// <summary>How many may be sent now.</summary>
    /// <param name="now">Real time since some fixed instant; never goes back.</param>
    public int Left(TimeSpan now)
    {
        Refill(now);
        return (int)_left;
    }

    /// <summary>Whether nothing is to be remembered of it: another made now would give out as much.</summary>
    public bool IsFull(TimeSpan now)
    {
        Refill(now);
        return _left >= _reserve;
    }

    public void Take(int count) => _left -= count;

    /// <summary>How long until one more may be sent.</summary>
    public TimeSpan UntilOne(TimeSpan now)
    {
        Refill(now);
        return _left >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _left) / _refillPerSecond);
    }

    private void Refill(TimeSpan now)
    {
        _left = Math.Min(_reserve, _left + (Math.Max(0, (now - _at).TotalSeconds) * _refillPerSecond));
        _at = now > _at ? now : _at;
    }
}
