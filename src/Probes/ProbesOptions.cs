using System.ComponentModel.DataAnnotations;

namespace StatusHub.Probes;

/// <summary>
/// The limits of one exchange with an endpoint. All waits run on real time (<c>Clocks.Real</c>), whatever the speed of the hub's clock;
/// together they bound the whole exchange, so a server that drips or never stops cannot hold a probe.
/// </summary>
public sealed class ProbesOptions : IValidatableObject
{
    /// <summary>Whether probes may reach loopback and private addresses.</summary>
    /// <remarks>
    /// On by default, because watching one's own vLLM or Ollama is an ordinary use of a self-hosted hub. A hub that probes on behalf of
    /// strangers turns it off. Cloud metadata, link-local, multicast and unspecified addresses are refused either way.
    /// </remarks>
    public bool AllowPrivateTargets { get; set; } = true;

    /// <summary>Seconds until name look-up, TCP and TLS must be through.</summary>
    [Range(0.05, 60)]
    public double ConnectSeconds { get; set; } = 10;

    /// <summary>Seconds from the start until the first text or reasoning must have come.</summary>
    [Range(0.05, 300)]
    public double FirstTokenSeconds { get; set; } = 30;

    /// <summary>Longest silence, in seconds, between two pieces of the answer. Pings and comments do not break a silence.</summary>
    [Range(0.05, 120)]
    public double GapSeconds { get; set; } = 15;

    /// <summary>Seconds from the start until the whole answer must have come.</summary>
    [Range(0.05, 600)]
    public double TotalSeconds { get; set; } = 60;

    /// <summary>Most bytes of a streamed answer that are read. 1 MiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Most bytes of a models list that are read: lists of gateways are large. 8 MiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxListBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Most bytes of one event of a stream.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxEventBytes { get; set; } = 256 * 1024;

    /// <summary>Most bytes of an error answer that are read for its reason.</summary>
    [Range(1024, 1024 * 1024)]
    public int MaxErrorBytes { get; set; } = 16 * 1024;

    /// <summary>Seconds an idle connection is kept for the next probe of the same host.</summary>
    [Range(0, 3600)]
    public double IdleConnectionSeconds { get; set; } = 90;

    /// <summary>Seconds after which a connection is replaced, so that a moved name is noticed.</summary>
    [Range(1, 86_400)]
    public double ConnectionLifetimeSeconds { get; set; } = 300;

    /// <summary>Most connections to one host at a time.</summary>
    [Range(1, 10_000)]
    public int MaxConnectionsPerHost { get; set; } = 512;

    internal TimeSpan Connect => TimeSpan.FromSeconds(ConnectSeconds);

    internal TimeSpan FirstToken => TimeSpan.FromSeconds(FirstTokenSeconds);

    internal TimeSpan Gap => TimeSpan.FromSeconds(GapSeconds);

    internal TimeSpan Total => TimeSpan.FromSeconds(TotalSeconds);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TotalSeconds < FirstTokenSeconds || TotalSeconds < ConnectSeconds || TotalSeconds < GapSeconds)
        {
            yield return new ValidationResult("The total must be at least every other time limit.", [nameof(TotalSeconds)]);
        }
    }
}
