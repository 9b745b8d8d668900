using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web.Duties;

/// <summary>How often the duties of which there must be exactly one are done, and how long things are kept.</summary>
public sealed class DutyOptions
{
    /// <summary>Seconds (real) between two looks for verdicts grown stale.</summary>
    [Range(1, 3_600)]
    public int AgeSeconds { get; set; } = 5;

    /// <summary>Seconds (real) between two looks at the estimates of open incidents.</summary>
    [Range(1, 3_600)]
    public int ReviseSeconds { get; set; } = 5;

    /// <summary>Minutes (real) between two lessons from the hub's own ended incidents.</summary>
    [Range(1, 1_440)]
    public int LearnMinutes { get; set; } = 30;

    /// <summary>Seconds (real) between two looks whether a week is due: a quarter of an hour after its end by hub time, or later when the hub was away.</summary>
    [Range(1, 3_600)]
    public int PublishScoresSeconds { get; set; } = 20;

    /// <summary>Minutes (real) between two clearings-out.</summary>
    [Range(1, 10_080)]
    public int ClearMinutes { get; set; } = 60;

    /// <summary>Days (hub time) raw observations are kept; their partitions are dropped whole.</summary>
    [Range(2, 3_650)]
    public int KeepObservationDays { get; set; } = 30;

    /// <summary>Days (hub time) events are kept in the log; those an active subscription still waits for stay longer.</summary>
    [Range(7, 3_650)]
    public int KeepEventDays { get; set; } = 90;

    /// <summary>
    /// Days (hub time) after which an event is dropped though an active subscription still waits for it, and its owner is told; no fewer
    /// than <see cref="KeepEventDays"/>.
    /// </summary>
    [Range(7, 3_650)]
    public int KeepUndeliveredDays { get; set; } = 180;

    /// <summary>Days (hub time) minute summaries are kept.</summary>
    [Range(1, 3_650)]
    public int KeepMinuteDays { get; set; } = 3;

    /// <summary>Days (hub time) quarter-hour summaries are kept: a week's scores are made of them, so at least a week and a day; one missed longer is not made up for.</summary>
    [Range(8, 3_650)]
    public int KeepQuarterDays { get; set; } = 15;

    /// <summary>Days (hub time) hourly summaries are kept. Days are kept for good.</summary>
    [Range(90, 3_650)]
    public int KeepHourDays { get; set; } = 400;

    /// <summary>Days (hub time) the log of delivery attempts is kept; its partitions are dropped whole.</summary>
    [Range(1, 3_650)]
    public int KeepAttemptDays { get; set; } = 14;

    /// <summary>
    /// Days (hub time) what others said is remembered after the last word: an organisation's usual failing share, its trust, a provider's words. Trust
    /// is back where a newcomer's begins after twenty quiet days, so forgetting it then forgives nothing.
    /// </summary>
    [Range(30, 3_650)]
    public int KeepOutsideDays { get; set; } = 90;
}
