namespace StatusHub.Feed.Ingest;

/// <summary>How much of an event, and how many at once, the hub takes from others.</summary>
public static class IngestLimits
{
    /// <summary>Largest event in bytes, as it was sent: a body, or its part of a batch.</summary>
    public const int EventBytes = 256 * 1024;

    /// <summary>Largest event in bytes, as it is kept and passed on: escapes can make what was sent six times as long, and a reader's page must hold it.</summary>
    public const int EnvelopeBytes = 2 * EventBytes;

    /// <summary>Largest request in bytes.</summary>
    public const int RequestBytes = 4 * 1024 * 1024;

    /// <summary>Most events of one batch.</summary>
    public const int BatchEvents = 1_000;

    /// <summary>Longest attributes, in UTF-16 code units.</summary>
    public const int IdLength = 256;

    public const int SourceLength = 2_048;

    public const int TypeLength = 256;

    public const int SubjectLength = 1_024;

    /// <summary>Most extension attributes.</summary>
    public const int Extensions = 64;

    /// <summary>How far an event's time may lie ahead of the hub's: clocks differ, and nothing else has a reason to.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);
}
