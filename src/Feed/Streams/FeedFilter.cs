using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;

namespace StatusHub.Feed.Streams;

/// <summary>Which events a reader wants, of those it may read. Empty lists and nulls want all.</summary>
public sealed record FeedFilter
{
    /// <summary>Most types or subjects one reader may name.</summary>
    public const int MaxNames = 100;

    public IReadOnlySet<string> Types { get; init; } = new HashSet<string>();

    public IReadOnlySet<string> Subjects { get; init; } = new HashSet<string>();

    public string? Source { get; init; }

    public string? Id { get; init; }

    public EventReader Reader { get; init; } = EventReader.Anyone;

    public bool Wants(HubEvent e) =>
        SharingRules.MayRead(e, Reader)
        && (Types.Count == 0 || Types.Contains(e.Type))
        && (Subjects.Count == 0 || (e.Subject is not null && Subjects.Contains(e.Subject)))
        && (Source is null || e.Source == Source)
        && (Id is null || e.Id == Id);
}
