using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;

namespace StatusHub.Feed.Streams;

/// <param name="Events">Wanted events, oldest first.</param>
/// <param name="Next">Where to go on: behind everything looked at, wanted or not.</param>
public sealed record FeedPage(IReadOnlyList<LoggedEvent> Events, long Next)
{
    /// <summary>Null, unless events after the cursor are no longer kept: then where to go on to miss none of the others.</summary>
    public long? ResumeAt { get; init; }
}

/// <summary>Reads the log forward through a filter.</summary>
public sealed class FeedReader(LogTail tail)
{
    /// <summary>Bytes of events after which a page ends, however many were asked for.</summary>
    public const long MaxPageBytes = 8 * 1024 * 1024;

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
        var bytes = 0L;
        var next = after;
        var head = tail.Position; // before the read: what is committed meanwhile is not missing
        long? resumeAt = null;
        for (var scanned = 0; scanned < maxScan;)
        {
            var page = await tail.ReadAfterAsync(next, Math.Min(ReadSize, maxScan - scanned), cancel);
            foreach (var logged in page)
            {
                resumeAt ??= logged.Position > next + 1 ? logged.Position - 1 : null; // positions are gap-free: what is not there was dropped
                next = logged.Position;
                if (filter.Wants(logged.Event))
                {
                    wanted.Add(logged);
                    bytes += logged.Event.Size;
                    if (wanted.Count == limit || bytes >= MaxPageBytes)
                    {
                        return new FeedPage(wanted, next) { ResumeAt = resumeAt };
                    }
                }
            }

            if (page.Count == 0)
            {
                resumeAt ??= next < head ? head : null;
                next = Math.Max(next, resumeAt ?? next);
                break;
            }

            scanned += page.Count;
        }

        return new FeedPage(wanted, next) { ResumeAt = resumeAt };
    }
}
