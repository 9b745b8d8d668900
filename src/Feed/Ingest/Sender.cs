using StatusHub.Domain.Events;

namespace StatusHub.Feed.Ingest;

/// <summary>Who sends events, and what it may send: everything the rules need to know about a key.</summary>
public sealed record Sender
{
    /// <summary>Whose the events will be.</summary>
    public required Guid OrgId { get; init; }

    /// <summary>
    /// Sources it may speak for: each exactly as written, or, ending in <c>/</c> or <c>*</c>, everything that begins with it (without the star).
    /// </summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Types it may send; null for all but the reserved ones.</summary>
    public IReadOnlySet<string>? Types { get; init; }

    /// <summary>It probes for its organisation: what it reports is judged like the hub's own probes.</summary>
    public bool IsAgent { get; init; }

    /// <summary>The types that hubs make and all others only read.</summary>
    public static readonly IReadOnlySet<string> Reserved = new HashSet<string>(StringComparer.Ordinal)
    {
        EventTypes.ModelStatus, EventTypes.Official, EventTypes.Fallback, EventTypes.Score, EventTypes.Test, EventTypes.Subscription,
        EventTypes.Objective,
    };

    /// <summary>All of an organisation's own sources: its name, and what is below it.</summary>
    public static IReadOnlyList<string> SourcesOf(string orgSlug) =>
        [$"urn:statushub:org:{orgSlug}", $"urn:statushub:org:{orgSlug}:*", $"urn:statushub:org:{orgSlug}/"];

    public static IReadOnlyList<string> AnySource { get; } = ["*"];

    /// <summary>Whether it may speak for a source. Sources are compared as written (CloudEvents 1.0.2, section 3.1).</summary>
    public bool SpeaksFor(string source)
    {
        foreach (var pattern in Sources)
        {
            if (pattern switch
            {
                [.., '*'] => source.AsSpan().StartsWith(pattern.AsSpan(..^1), StringComparison.Ordinal),
                [.., '/'] => source.StartsWith(pattern, StringComparison.Ordinal),
                _ => source == pattern,
            })
            {
                return true;
            }
        }

        return false;
    }

    public bool MaySend(string type) => (Types?.Contains(type) ?? !Reserved.Contains(type)) && (IsAgent || type != EventTypes.Probe);
}
