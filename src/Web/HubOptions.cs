using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web;

/// <summary>What an operator sets about the hub itself.</summary>
public sealed class HubOptions
{
    [Required, StringLength(100)]
    public string Name { get; set; } = "StatusHub";

    /// <summary>Absolute address the hub is reached at, without a trailing slash; goes into feeds, badges and the Statuspage API.</summary>
    [Required, Url]
    public string PublicUrl { get; set; } = "http://localhost:5080";

    /// <summary>Folder for what a node keeps on disk: the last page snapshot.</summary>
    [Required]
    public string Data { get; set; } = ".statushub";

    /// <summary>This node's name in leases and logs.</summary>
    [Required, StringLength(100)]
    public string Node { get; set; } = Environment.MachineName;

    /// <summary>Address of a simulator whose world this hub is to watch; null for none.</summary>
    [Url]
    public string? Simulator { get; set; }

    /// <summary>Endpoints, models, plans and objectives from a file under version control; null for none.</summary>
    public string? Config { get; set; }

    /// <summary>Whether this node probes. A node that does not still serves pages and feeds.</summary>
    public bool Probe { get; set; } = true;

    /// <summary>Whether this node delivers to subscriptions.</summary>
    public bool Deliver { get; set; } = true;

    /// <summary>The short names operators set in the environment, as options of this section.</summary>
    internal static void ReadEnvironment(ConfigurationManager configuration)
    {
        var given = new Dictionary<string, string?>
        {
            ["Hub:Simulator"] = configuration["STATUSHUB_SIMULATOR"],
            ["Hub:Config"] = configuration["STATUSHUB_CONFIG"],
            ["Hub:Data"] = configuration["STATUSHUB_DATA"],
            ["Guard:AllowTargets"] = configuration["STATUSHUB_ALLOW_TARGETS"],
            ["Hub:Node"] = configuration["STATUSHUB_NODE"],
            ["Hub:PublicUrl"] = configuration["STATUSHUB_PUBLIC_URL"] ?? configuration["Hub:PublicUrl"] ?? FirstAddress(configuration["urls"]),
        };
        configuration.AddInMemoryCollection(given.Where(pair => !string.IsNullOrEmpty(pair.Value)));
    }

    // Where the hub listens is the best guess at where it is reached, until somebody says better.
    private static string? FirstAddress(string? urls) =>
        urls?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..] && !first.Contains('*') && !first.Contains('+') && !first.Contains("0.0.0.0") && !first.Contains("[::]")
            ? first.TrimEnd('/')
            : null;
}
