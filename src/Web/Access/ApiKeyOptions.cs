using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web.Access;

/// <summary>How API keys are looked up (section <c>ApiKeys</c>).</summary>
public sealed class ApiKeyOptions
{
    /// <summary>Seconds a looked-up key is believed without asking again: how long a revocation takes to reach the other nodes.</summary>
    [Range(0, 60)]
    public int CacheSeconds { get; set; } = 5;

    /// <summary>Keys remembered at most.</summary>
    [Range(1, 1_000_000)]
    public int CacheSize { get; set; } = 10_000;

    /// <summary>Live keys one organisation may have.</summary>
    [Range(1, 100_000)]
    public int MaxPerOrganisation { get; set; } = 1_000;
}
