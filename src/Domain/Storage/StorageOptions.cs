using System.ComponentModel.DataAnnotations;

namespace StatusHub.Domain.Storage;

/// <summary>Limits of everything that talks to PostgreSQL.</summary>
public sealed class StorageOptions
{
    /// <summary>Connections a node keeps for its own work. Tenant requests have as many of their own.</summary>
    [Range(4, 200)]
    public int MaxConnections { get; set; } = 20;

    /// <summary>Connections for what the public may ask of the database: however many ask, evidence is still written.</summary>
    [Range(1, 200)]
    public int MaxReadConnections { get; set; } = 6;

    /// <summary>Seconds before a statement is given up.</summary>
    [Range(1, 300)]
    public int CommandTimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds before a connection attempt is given up.</summary>
    [Range(1, 60)]
    public int ConnectTimeoutSeconds { get; set; } = 5;

    /// <summary>Outcomes that may wait to be written; probing waits when they are this many.</summary>
    [Range(100, 1_000_000)]
    public int EvidenceQueue { get; set; } = 10_000;

    /// <summary>Outcomes committed together at most.</summary>
    [Range(1, 10_000)]
    public int EvidenceBatch { get; set; } = 500;

    /// <summary>Events a node keeps in memory; readers further behind read the table.</summary>
    [Range(100, 1_000_000)]
    public int TailLength { get; set; } = 10_000;

    /// <summary>Bytes of events a node keeps in memory at most, as for <see cref="TailLength"/>.</summary>
    [Range(1024 * 1024, 4L * 1024 * 1024 * 1024)]
    public long TailBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long the tail waits before it looks for events nobody announced.</summary>
    [Range(50, 60_000)]
    public int TailPollMilliseconds { get; set; } = 500;

    /// <summary>Shortest time between two announcements to the other nodes; what is committed meanwhile shares the next.</summary>
    [Range(1, 60_000)]
    public int AnnounceEveryMilliseconds { get; set; } = 10;

    /// <summary>How long to wait before trying a lost database again.</summary>
    [Range(50, 60_000)]
    public int RetryMilliseconds { get; set; } = 500;
}
