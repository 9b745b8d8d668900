using StatusHub.Domain.Events;
using StatusHub.Feed.Subscriptions;

namespace StatusHub.Feed.Delivery;

/// <summary>What goes into one request: an event, or a batch of them.</summary>
/// <param name="Events">At least one, in log order.</param>
public sealed record Parcel(IReadOnlyList<LoggedEvent> Events)
{
    public long Last => Events[^1].Position;

    public static bool IsBatch(SubscriptionDefinition definition) => definition is { Mode: DeliveryMode.Batch, Format: "cloudevents" };

    /// <summary>
    /// Cuts what waits into parcels, in order. Each but the last is full, so that the same events up to the same end are cut the same
    /// way again: what is sent twice is the same to the byte.
    /// </summary>
    /// <param name="through">Where what was begun before ends; null when nothing was.</param>
    /// <param name="limit">Most parcels.</param>
    public static IReadOnlyList<Parcel> Cut(IReadOnlyList<LoggedEvent> pending, SubscriptionDefinition definition, long? through, int limit)
    {
        var size = IsBatch(definition) ? Math.Max(1, definition.MaxBatch) : 1;
        var begun = through is { } end ? pending.Count(e => e.Position <= end) : 0;
        var count = Math.Min(begun > 0 ? begun : pending.Count, (int)Math.Min(int.MaxValue, (long)size * limit));
        var parcels = new List<Parcel>((count + size - 1) / size);
        for (var at = 0; at < count; at += size)
        {
            parcels.Add(new Parcel([.. pending.Skip(at).Take(Math.Min(size, count - at))]));
        }

        return parcels;
    }
}
