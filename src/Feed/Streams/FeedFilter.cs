using StatusHub.Domain.Events;

namespace StatusHub.Feed.Streams;

/// <summary>Which public events a reader wants. Empty lists and nulls want all.</summary>
public sealed record FeedFilter
{
    /// <summary>Most types or subjects one reader may name.</summary>
    public const int MaxNames = 100;

    public IReadOnlySet<string> Types { get; init; } = new HashSet<string>();

    public IReadOnlySet<string> Subjects { get; init; } = new HashSet<string>();

    public string? Source { get; init; }

    public string? Id { get; init; }

    /// <summary>Everybody may read an event that belongs to nobody and is marked clear; all else stays with its owner.</summary>
    public static bool IsPublic(HubEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.OrgId is null && e.Tlp == HubEvent.Clear;
    }

    public bool Wants(HubEvent e) =>
        IsPublic(e)
        && (Types.Count == 0 || Types.Contains(e.Type))
        && (Subjects.Count == 0 || (e.Subject is not null && Subjects.Contains(e.Subject)))
        && (Source is null || e.Source == Source)
        && (Id is null || e.Id == Id);
}
