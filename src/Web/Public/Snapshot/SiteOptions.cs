using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web.Public.Snapshot;

/// <summary>How often the public view is renewed, and how it is served.</summary>
public sealed class SiteOptions
{
    /// <summary>Milliseconds (real) that changes are gathered before the view is built anew.</summary>
    [Range(50, 10_000)]
    public int GatherMilliseconds { get; set; } = 250;

    /// <summary>Milliseconds (real) after which the view is built anew though the log is quiet: ages and latencies move on.</summary>
    [Range(250, 60_000)]
    public int RefreshMilliseconds { get; set; } = 5_000;

    /// <summary>The same while events of others are in the log and not yet weighed: they are a moment away.</summary>
    [Range(50, 60_000)]
    public int WeighingMilliseconds { get; set; } = 500;

    /// <summary>Readers of <c>/live</c> at a time; more are asked to come back later.</summary>
    [Range(1, 1_000_000)]
    public int MaxLiveReaders { get; set; } = 20_000;

    /// <summary>Readers of <c>/live</c> one address may have at a time: a whole office may share one.</summary>
    [Range(1, 1_000_000)]
    public int LiveReadersPerAddress { get; set; } = 1_000;

    /// <summary>Milliseconds (real) between two signs of life on <c>/live</c>.</summary>
    [Range(1_000, 60_000)]
    public int HeartbeatMilliseconds { get; set; } = 15_000;

    /// <summary>Milliseconds (real) one write to a reader may take before the reader is let go.</summary>
    [Range(100, 60_000)]
    public int WriteMilliseconds { get; set; } = 10_000;

    /// <summary>Incidents resolved longer ago than this many days are left out of the view.</summary>
    [Range(1, 3_650)]
    public int HistoryDays { get; set; } = 90;

    /// <summary>Most incidents in the view, newest first.</summary>
    [Range(10, 10_000)]
    public int MaxIncidents { get; set; } = 500;
}
