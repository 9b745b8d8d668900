using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Feed.CloudEvents;

/// <summary>
/// An event of CloudEvents 1.0.2. Attributes are the strings they were given as: a source is compared as written, a time keeps
/// its offset. What a decoder returns is valid; what is built by hand says of itself whether it is (<see cref="Validate"/>).
/// </summary>
/// <remarks>Two events are equal when all they say is equal: attributes as written, extensions in any order, data byte for byte.</remarks>
public sealed record CloudEvent
{
    /// <summary>The only version written and read.</summary>
    public const string SpecVersion = "1.0";

    public required string Id { get; init; }

    /// <summary>URI-reference.</summary>
    public required string Source { get; init; }

    public required string Type { get; init; }

    public string? Subject { get; init; }

    /// <summary>RFC 3339, as written; <see cref="Instant"/> for the moment meant.</summary>
    public string? Time { get; init; }

    /// <summary>RFC 2046 media type; absent beside JSON data it means <c>application/json</c>, beside binary data nothing.</summary>
    public string? DataContentType { get; init; }

    /// <summary>Absolute URI.</summary>
    public string? DataSchema { get; init; }

    /// <summary>In the order given, each name once.</summary>
    public IReadOnlyList<CloudEventExtension> Extensions { get; init; } = [];

    /// <summary>Null for an event without data, which is not the same as data that is JSON <c>null</c>.</summary>
    public CloudEventData? Data { get; init; }

    /// <summary>What tells one event from another (section 3.1 of the specification: source and id), compared as written.</summary>
    public (string Source, string Id) Key => (Source, Id);

    /// <summary>The moment of <see cref="Time"/>, clamped to what .NET can hold; a leap second is the last tick before it ends.</summary>
    public DateTimeOffset? Instant => Time is not null && Rfc3339.TryRead(Time, out var instant) ? instant : null;

    /// <summary>An attribute's canonical string by its name, core and extension alike; null when it is not set.</summary>
    public string? this[string name] => name switch
    {
        AttributeNames.SpecVersion => SpecVersion,
        AttributeNames.Id => Id,
        AttributeNames.Source => Source,
        AttributeNames.Type => Type,
        AttributeNames.Subject => Subject,
        AttributeNames.Time => Time,
        AttributeNames.DataContentType => DataContentType,
        AttributeNames.DataSchema => DataSchema,
        _ => Extension(name)?.Text,
    };

    public CloudEventValue? Extension(string name)
    {
        for (var i = 0; i < Extensions.Count; i++)
        {
            if (Extensions[i].Name == name)
            {
                return Extensions[i].Value;
            }
        }

        return null;
    }

    /// <summary>The first rule of the specification the event breaks, or null for a valid one.</summary>
    public CloudEventError? Validate() => AttributeRules.Check(this) ?? AttributeRules.Repeated(Extensions);

    public bool Equals(CloudEvent? other) =>
        other is not null
        && (Id, Source, Type, Subject, Time, DataContentType, DataSchema)
            == (other.Id, other.Source, other.Type, other.Subject, other.Time, other.DataContentType, other.DataSchema)
        && Extensions.Count == other.Extensions.Count
        && Extensions.All(e => other.Extension(e.Name) == e.Value)
        && Equals(Data, other.Data);

    public override int GetHashCode() => Key.GetHashCode();
}
