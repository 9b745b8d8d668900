namespace StatusHub.Feed.Delivery;

/// <summary>
/// What this process knows of its own lease, on a clock that goes on while the process is stopped. It trusts the lease for less than the
/// database does: counted from before the renewal was asked for. A lease that once lapsed is another one afterwards, so that what began
/// under the old one is not sent on.
/// </summary>
/// <param name="real">Real time.</param>
public sealed class NodeLease(TimeProvider real, TimeSpan lease)
{
    private readonly Lock _gate = new();
    private long? _renewedAt;
    private long _term;

    /// <summary>Which lease it is now; null when there is none.</summary>
    public long? Term
    {
        get
        {
            lock (_gate)
            {
                return IsGood ? _term : null;
            }
        }
    }

    private bool IsGood => _renewedAt is { } at && real.GetElapsedTime(at) < lease;

    /// <param name="askedAt">Timestamp from before the renewal was asked for.</param>
    public void Renewed(long askedAt)
    {
        lock (_gate)
        {
            _term += IsGood ? 0 : 1;
            _renewedAt = askedAt;
        }
    }
}
