using StatusHub.Feed.CloudEvents;

namespace StatusHub.Feed.Meaning;

/// <summary>One wrong place in the data of an event whose type is known here.</summary>
/// <param name="Path">RFC 6901 pointer into the event's JSON form: <c>/data/window/start</c>.</param>
/// <param name="Code">Stable, for machines.</param>
/// <param name="Detail">One sentence for the sender. Repeats none of the values sent.</param>
public sealed record DataError(string Path, string Code, string Detail);

/// <summary>What the data of the types of <see cref="Domain.Events.EventTypes"/> must say to be taken. Other types say what they like.</summary>
public static class KnownTypes
{
    /// <summary>What is wrong with an event's data; nothing for a type that is not known.</summary>
    public static IReadOnlyList<DataError> Check(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return [];
    }
}
