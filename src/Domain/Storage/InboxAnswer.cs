namespace StatusHub.Domain.Storage;

/// <summary>What became of events somebody sent.</summary>
public abstract record InboxAnswer
{
    private InboxAnswer()
    {
    }

    /// <summary>Durable: all of them stand in the log now, or stood there before with the same content.</summary>
    /// <param name="New">How many were not known yet.</param>
    public sealed record Stored(int New) : InboxAnswer;

    /// <summary>One has the source and id of a known event and another content; none was stored.</summary>
    /// <param name="Index">Which one, from 0.</param>
    public sealed record Conflict(int Index) : InboxAnswer;

    /// <summary>As many wait as may; nothing was stored.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : InboxAnswer;

    /// <summary>The database cannot be written; nothing is known to be stored.</summary>
    public sealed record Away(TimeSpan RetryAfter) : InboxAnswer;
}
