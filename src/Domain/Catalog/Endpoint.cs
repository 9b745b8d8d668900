namespace StatusHub.Domain.Catalog;

/// <summary>One way to reach a model: address, dialect, region and credential; belongs to an organisation.</summary>
public sealed class Endpoint
{
    /// <summary>The calm interval the judge's figures were measured with.</summary>
    public const int DefaultIntervalSeconds = 32;

    public required Guid OrgId { get; init; }

    public required Guid Id { get; init; }

    public required ModelId Model { get; set; }

    /// <summary>A wire dialect by its contract name, such as <c>anthropic-messages</c>.</summary>
    public required string Dialect { get; set; }

    /// <summary>Base address the dialect's own paths are appended to, e.g. <c>https://api.anthropic.com</c>.</summary>
    public required string Url { get; set; }

    /// <summary>The credential, encrypted at rest; null when the endpoint needs none. Never read back by any API.</summary>
    public byte[]? Credential { get; set; }

    /// <summary>Name the provider knows the model by, when it differs from the catalogue's.</summary>
    public string? WireModel { get; set; }

    public string Region { get; set; } = "default";

    /// <summary>Seconds between two probes in calm times.</summary>
    public int IntervalSeconds { get; set; } = DefaultIntervalSeconds;

    public ProbeRung Probe { get; set; } = ProbeRung.ContentCheck;

    public string[] Domains { get; set; } = [];

    public ProbeBudget Budget { get; set; } = new();

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Why it is paused, in words for its owner.</summary>
    public string? PausedBecause { get; set; }
}

/// <summary>The ladder of probes, cheap to dear (contract field <c>probe</c>).</summary>
public enum ProbeRung
{
    /// <summary>TCP and TLS only.</summary>
    Connect,

    /// <summary>The authenticated models list: key and catalogue.</summary>
    ModelsList,

    /// <summary>A minimal streamed answer: inference is alive, time to first token.</summary>
    Stream,

    /// <summary>A streamed answer whose content is checked: a random number in words comes back in digits.</summary>
    ContentCheck,
}

/// <summary>What probing one endpoint may cost.</summary>
public sealed record ProbeBudget
{
    /// <summary>Most output tokens a probe may ask for; reasoning models need room to answer at all.</summary>
    public int MaxOutputTokens { get; init; } = 64;

    /// <summary>Most probes of a UTC day, bursts included; reaching it falls back to the models list.</summary>
    public int ProbesPerDay { get; init; } = 20_000;
}
