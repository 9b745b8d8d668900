using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web.Public.Rendering;

/// <summary>How the public pages are rendered; the same for every page of one site.</summary>
public sealed record PageOptions
{
    /// <summary>Put before every link, without a trailing slash: empty for the hub's page, <c>/o/acme</c> for an organisation's.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>Absolute address of the hub, without a trailing slash: stands in lines that readers paste.</summary>
    [Required, Url]
    public string PublicUrl { get; init; } = "http://localhost:5080";

    /// <summary>Age of the data, in seconds, from which a page says that it is old.</summary>
    [Range(10, 86_400)]
    public int StaleAfterSeconds { get; init; } = 120;

    /// <summary>Age of the data, in seconds, from which no state is claimed any more: every model is shown unknown.</summary>
    [Range(10, 86_400)]
    public int UnknownAfterSeconds { get; init; } = 900;

    /// <summary>How many times faster than life the hub's clock runs; 1 except in the demo world's scenarios.</summary>
    [Range(0.01, 100_000)]
    public double ClockSpeed { get; init; } = 1;
}
