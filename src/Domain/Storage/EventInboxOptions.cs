using System.ComponentModel.DataAnnotations;

namespace StatusHub.Domain.Storage;

/// <summary>Limits of the way in for others' events (section <c>Inbox</c>).</summary>
public sealed class EventInboxOptions
{
    /// <summary>Events that may wait to be written; more are told to come again.</summary>
    [Range(1_000, 1_000_000)]
    public int QueueEvents { get; set; } = 50_000;

    /// <summary>Bytes of events that may wait to be written.</summary>
    [Range(8 * 1024 * 1024, 1024 * 1024 * 1024)]
    public long QueueBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Events committed together, once there are this many; so many are committed beside a commit under way. A request is never parted, so there may be one request more.</summary>
    [Range(1, EventLog.MaxAppend / 2)]
    public int CommitEvents { get; set; } = 1_000;

    /// <summary>Bytes of events committed together, as for <see cref="CommitEvents"/>.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public long CommitBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long a commit that the database's absence broke is tried again before its senders are told to come back.</summary>
    [Range(0, 10_000)]
    public int RetryForMilliseconds { get; set; } = 600;

    /// <summary>Between two such tries.</summary>
    [Range(10, 5_000)]
    public int RetryMilliseconds { get; set; } = 100;

    /// <summary>How long a sender waits at most; then it is told to come back, whatever becomes of its events.</summary>
    [Range(100, 60_000)]
    public int AnswerWithinMilliseconds { get; set; } = 4_000;

    /// <summary>What a sender is told to wait when the queue is full.</summary>
    [Range(1, 3_600)]
    public int BusyRetrySeconds { get; set; } = 1;

    /// <summary>What a sender is told to wait when the database is away.</summary>
    [Range(1, 3_600)]
    public int AwayRetrySeconds { get; set; } = 2;
}
