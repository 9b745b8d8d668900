namespace StatusHub.Feed.Delivery;

/// <summary>Rung when subscriptions were changed on this node, so that its deliveries look at once. Whoever does not ring is noticed within a second.</summary>
public sealed class DeliveryBell
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    public void Ring()
    {
        try
        {
            _rung.Release();
        }
        catch (SemaphoreFullException)
        {
            return; // already ringing
        }
    }

    /// <summary>Completes when it was rung, or after the limit.</summary>
    internal Task WaitAsync(TimeSpan limit, CancellationToken cancel) => _rung.WaitAsync(limit, cancel);
}
