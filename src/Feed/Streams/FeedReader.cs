using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;

namespace StatusHub.Feed.Streams;

/// <param name="Events">Wanted events, oldest first.</param>
/// <param name="Next">Where to go on: behind everything looked at, wanted or not.</param>
public sealed record FeedPage(IReadOnlyList<LoggedEvent> Events, long Next);

/// <summary>Reads the log forward through a filter.</summary>
public sealed class FeedReader(LogTail tail)
{
    private const int ReadSize = 1_000;

    /// <summary>Newest position this node knows.</summary>
    public long Head => tail.Position;

    public Task WhenBeyondAsync(long position) => tail.WhenBeyondAsync(position);

    /// <param name="limit">Most events to return.</param>
    /// <param name="maxScan">Most log positions to look at, so that a filter that matches nothing cannot read the log in one go.</param>
    public async Task<FeedPage> ReadAsync(long after, FeedFilter filter, int limit, int maxScan, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var wanted = new List<LoggedEvent>();
        var next = after;
        for (var scanned = 0; scanned < maxScan;)
        {
            var page = await tail.ReadAfterAsync(next, Math.Min(ReadSize, maxScan - scanned), cancel);
            foreach (var logged in page)
            {
                next = logged.Position;
                if (filter.Wants(logged.Event))
                {
                    wanted.Add(logged);
                    if (wanted.Count == limit)
                    {
                        return new FeedPage(wanted, next);
                    }
                }
            }

            if (page.Count == 0)
            {
                break;
            }

            scanned += page.Count;
        }

        return new FeedPage(wanted, next);
    }
}
