using StatusHub.Domain.Events;
using StatusHub.Feed.Subscriptions;

namespace StatusHub.Feed.Delivery;

/// <summary>What goes into one request: an event, or a batch of them.</summary>
/// <param name="Events">At least one, in log order.</param>
public sealed record Parcel(IReadOnlyList<LoggedEvent> Events)
{
    /// <summary>
    /// Bytes of events after which a parcel takes no further one: half of what receivers commonly read at most (1 MB), for the attributes
    /// the hub adds come on top. One event alone may be larger.
    /// </summary>
    public const int MaxBytes = 512 * 1024;

    public long Last => Events[^1].Position;

    public static bool IsBatch(SubscriptionDefinition definition) => definition is { Mode: DeliveryMode.Batch, Format: "cloudevents" };

    /// <summary>
    /// Cuts what waits into parcels, in order. Each but the last is full, by number or by bytes, so that the same events up to the same end
    /// are cut the same way again: what is sent twice is the same to the byte.
    /// </summary>
    /// <param name="through">Where what was begun before ends; null when nothing was.</param>
    /// <param name="limit">Most parcels.</param>
    public static IReadOnlyList<Parcel> Cut(IReadOnlyList<LoggedEvent> pending, SubscriptionDefinition definition, long? through, int limit)
    {
        var size = IsBatch(definition) ? Math.Max(1, definition.MaxBatch) : 1;
        var begun = through is { } end ? pending.Count(e => e.Position <= end) : 0;
        var count = begun > 0 ? begun : pending.Count;
        var parcels = new List<Parcel>();
        for (var at = 0; at < count && parcels.Count < limit; at += parcels[^1].Events.Count)
        {
            parcels.Add(First(pending, at, Math.Min(size, count - at)));
        }

        return parcels;
    }

    private static Parcel First(IReadOnlyList<LoggedEvent> pending, int from, int most)
    {
        var (count, bytes) = (1, (long)pending[from].Event.Size);
        while (count < most && bytes + pending[from + count].Event.Size <= MaxBytes)
        {
            bytes += pending[from + count].Event.Size;
            count++;
        }

        var events = new LoggedEvent[count];
        for (var i = 0; i < count; i++)
        {
            events[i] = pending[from + i];
        }

        return new Parcel(events);
    }
}
