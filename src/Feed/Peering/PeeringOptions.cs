using System.ComponentModel.DataAnnotations;

namespace StatusHub.Feed.Peering;

/// <summary>Limits of the exchange with other hubs. All times are real time.</summary>
public sealed class PeeringOptions
{
    /// <summary>Whether this node pulls from peers.</summary>
    public bool Pull { get; set; } = true;

    /// <summary>Seconds a pull waits at the peer for news: the longest the feed allows.</summary>
    [Range(0, 30)]
    public int WaitSeconds { get; set; } = 30;

    /// <summary>Most events asked for at once. A page that is over <see cref="MaxPageBytes"/> is asked for again by halves.</summary>
    [Range(1, 1_000)]
    public int PageSize { get; set; } = 200;

    /// <summary>Most bytes of one page; more than one of the largest events a hub keeps, or it would never be got past.</summary>
    [Range(600 * 1024, 16 * 1024 * 1024)]
    public int MaxPageBytes { get; set; } = 1024 * 1024;

    /// <summary>Most events a second taken from one peer, so that days of catching up leave room for today.</summary>
    [Range(1, 100_000)]
    public int MaxEventsPerSecond { get; set; } = 500;

    /// <summary>Seconds a node holds a peer; after a crash another goes on when they are over.</summary>
    [Range(2, 120)]
    public int LeaseSeconds { get; set; } = 10;

    /// <summary>Milliseconds between two looks for peers to take on and changes of agreements; a third of the lease at most.</summary>
    [Range(20, 10_000)]
    public int LookMilliseconds { get; set; } = 2_000;

    /// <summary>Seconds before the first repetition of a failed pull; each further one waits twice as long.</summary>
    [Range(0.01, 60)]
    public double FirstRetrySeconds { get; set; } = 1;

    /// <summary>Longest wait between two tries, in seconds.</summary>
    [Range(0.01, 3_600)]
    public double MaxRetrySeconds { get; set; } = 60;

    /// <summary>Hours a replaced public key stays listed and still signs.</summary>
    [Range(1, 24 * 30)]
    public int KeyOverlapHours { get; set; } = 48;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    internal TimeSpan Look => TimeSpan.FromMilliseconds(LookMilliseconds);
}
