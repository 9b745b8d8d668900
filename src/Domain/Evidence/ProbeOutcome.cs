using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.Evidence;

/// <summary>
/// When the marks of one exchange were reached, in milliseconds of real time after its start; null for a mark never reached.
/// </summary>
public sealed record ProbeTimings
{
    public double? DnsMs { get; init; }

    public double? ConnectMs { get; init; }

    public double? TlsMs { get; init; }

    /// <summary>Response headers read.</summary>
    public double? HeadersMs { get; init; }

    /// <summary>First event of the stream, whatever it carried.</summary>
    public double? FirstEventMs { get; init; }

    /// <summary>First text that a user could read. Roles, pings, usage and reasoning are none.</summary>
    public double? FirstTokenMs { get; init; }

    public double? FirstReasoningMs { get; init; }

    public double? LastTokenMs { get; init; }

    /// <summary>Largest silence between two text chunks.</summary>
    public double? MaxGapMs { get; init; }

    public double TotalMs { get; init; }

    public int Chunks { get; init; }

    public long Bytes { get; init; }

    public bool EndMarkerSeen { get; init; }

    /// <summary>The connection was reused, so name look-up, connect and TLS have no mark.</summary>
    public bool ConnectionReused { get; init; }
}

/// <summary>What one probe saw: the evidence everything else is judged from.</summary>
public sealed record ProbeOutcome
{
    public required Guid Id { get; init; }

    public required Guid OrgId { get; init; }

    public required Guid EndpointId { get; init; }

    public required ModelId Model { get; init; }

    public required string Region { get; init; }

    public required ProbeRung Rung { get; init; }

    /// <summary>Hub time the request was sent.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Hub time the outcome was known.</summary>
    public required DateTimeOffset At { get; init; }

    public required FailureClass Failure { get; init; }

    public required ProbeTimings Timings { get; init; }

    public int? HttpStatus { get; init; }

    public string? RequestId { get; init; }

    /// <summary>The failure in the provider's own words, at most <see cref="MaxDetailLength"/> characters, credentials struck out.</summary>
    public string? Detail { get; init; }

    public int? InputTokens { get; init; }

    public int? OutputTokens { get; init; }

    public string? AnsweredModel { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sent on the calm schedule, not by a burst or by hand: only these count in scores (bursts bias them).</summary>
    public bool BaseGrid { get; init; } = true;

    public const int MaxDetailLength = 2_000;

    public bool Succeeded => Failure == FailureClass.None;

    /// <summary>Output tokens a second after the first one; null when too few came to tell.</summary>
    public double? TokensPerSecond =>
        OutputTokens > 1 && Timings is { FirstTokenMs: { } first, LastTokenMs: { } last } && last - first >= 1
            ? (OutputTokens.Value - 1) / ((last - first) / 1000)
            : null;
}
