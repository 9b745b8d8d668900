using System.ComponentModel.DataAnnotations;

namespace StatusHub.Feed.Official;

/// <summary>How often providers' own pages are read, and how much of them.</summary>
public sealed class OfficialOptions
{
    /// <summary>Seconds (real) between two looks for pages whose turn it is.</summary>
    [Range(1, 3_600)]
    public int LookSeconds { get; set; } = 10;

    /// <summary>Seconds (hub time) between two readings of one page.</summary>
    [Range(15, 3_600)]
    public double EverySeconds { get; set; } = 120;

    /// <summary>Seconds (hub time) after which what a page said says nothing about now.</summary>
    [Range(60, 86_400)]
    public double StaleSeconds { get; set; } = 900;

    /// <summary>Pages read at a time.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = 4;

    /// <summary>Pages read at one look.</summary>
    [Range(1, 1_000)]
    public int MostAtOneLook { get; set; } = 100;

    /// <summary>Seconds (real) one exchange may take.</summary>
    [Range(1, 120)]
    public double ExchangeSeconds { get; set; } = 20;

    /// <summary>Bytes of a page that are read; the largest known, of an incident history, is near 3 MiB.</summary>
    [Range(1_024, 64 * 1024 * 1024)]
    public int MaxPageBytes { get; set; } = 8 * 1024 * 1024;

    public TimeSpan Stale => TimeSpan.FromSeconds(StaleSeconds);
}
