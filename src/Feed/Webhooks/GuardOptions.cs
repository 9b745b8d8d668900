using System.ComponentModel.DataAnnotations;

namespace StatusHub.Feed.Webhooks;

/// <summary>
/// Where the hub may call out to on behalf of others, and how long and how much. All waits run on real time (<c>Clocks.Real</c>).
/// Set by the operator alone: no tenant's input comes in here.
/// </summary>
public sealed class GuardOptions : IValidatableObject
{
    /// <summary>
    /// Private networks that may be reached (<c>STATUSHUB_ALLOW_TARGETS</c>): CIDR or single addresses, parted by commas, semicolons or
    /// white space. Metadata, link-local, multicast and unspecified addresses stay refused, whatever stands here.
    /// </summary>
    public string AllowTargets { get; set; } = "";

    /// <summary>Whether only https is allowed. A hub that serves strangers turns it on.</summary>
    public bool RequireHttps { get; set; }

    /// <summary>Seconds until name look-up and TCP must be through; TLS falls under the whole exchange.</summary>
    [Range(0.05, 60)]
    public double ConnectSeconds { get; set; } = 10;

    /// <summary>Seconds from the start until the whole exchange is over, headers and body.</summary>
    [Range(0.05, 120)]
    public double ExchangeSeconds { get; set; } = 15;

    /// <summary>Seconds the body may take after the headers; what has come by then is kept.</summary>
    [Range(0.05, 60)]
    public double BodySeconds { get; set; } = 5;

    /// <summary>Most bytes of an answer's body that are read.</summary>
    [Range(1, 64 * 1024)]
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>Seconds after which a connection is replaced, so that a moved name is judged anew.</summary>
    [Range(1, 3600)]
    public double ConnectionLifetimeSeconds { get; set; } = 120;

    /// <summary>Most connections to one host at a time, over all organisations.</summary>
    [Range(1, 1000)]
    public int MaxConnectionsPerHost { get; set; } = 16;

    /// <summary>
    /// Connections open at once above which no further one is kept for the next call: an incident at ten thousand receivers must not use up
    /// the files a process may have open.
    /// </summary>
    [Range(0, 100_000)]
    public int KeptConnections { get; set; } = 2_000;

    internal TimeSpan Connect => TimeSpan.FromSeconds(ConnectSeconds);

    internal TimeSpan Exchange => TimeSpan.FromSeconds(ExchangeSeconds);

    internal TimeSpan Body => TimeSpan.FromSeconds(BodySeconds);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!AllowedNetworks.TryParse(AllowTargets, out _, out var wrong))
        {
            yield return new ValidationResult($"'{wrong}' in the allowed targets is neither a network nor an address.", [nameof(AllowTargets)]);
        }
    }
}
