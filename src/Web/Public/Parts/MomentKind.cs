namespace StatusHub.Web.Public.Parts;

/// <summary>How a time is told: in UTC by the page, in the reader's own zone or relative to now once the script runs.</summary>
public enum MomentKind
{
    /// <summary>The time of day, with the date where it is not today.</summary>
    Clock,

    /// <summary>To the second, becoming "12 s ago".</summary>
    Ago,

    /// <summary>How long it has lasted.</summary>
    Lasting,

    /// <summary>Date and time to the second.</summary>
    Exact,
}
