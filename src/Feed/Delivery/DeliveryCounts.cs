using System.Diagnostics.Metrics;

namespace StatusHub.Feed.Delivery;

/// <summary>How deliveries go on this node.</summary>
/// <param name="Held">Subscriptions this node delivers to.</param>
/// <param name="Behind">Log positions the slowest of them is behind.</param>
/// <param name="BehindSeconds">Hub seconds since the oldest event it still owes was recorded.</param>
public sealed record DeliveryStatus(int Held, int InFlight, long Behind, double BehindSeconds)
{
    public static readonly DeliveryStatus None = new(0, 0, 0, 0);
}

/// <summary>Numbers of the deliveries for whoever runs the hub.</summary>
public sealed class DeliveryCounts : IDisposable
{
    private readonly Meter _meter = new("StatusHub.Deliveries");
    private readonly Counter<long> _attempts;
    private DeliveryStatus _status = DeliveryStatus.None;

    public DeliveryCounts() => _attempts = _meter.CreateCounter<long>("statushub_delivery_attempts");

    /// <summary>About a second old at most.</summary>
    public DeliveryStatus Status
    {
        get => Volatile.Read(ref _status);
        set => Volatile.Write(ref _status, value);
    }

    public void Count(string outcome) => _attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
