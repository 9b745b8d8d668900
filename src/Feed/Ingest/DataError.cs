namespace StatusHub.Feed.Ingest;

/// <summary>One wrong place in what was sent.</summary>
/// <param name="Path">RFC 6901 pointer into the event's JSON form: <c>/data/window/start</c>.</param>
/// <param name="Code">Stable, for machines.</param>
/// <param name="Detail">One sentence for the sender. Repeats none of the values sent.</param>
public sealed record DataError(string Path, string Code, string Detail);
