namespace StatusHub.Feed.CloudEvents;

/// <summary>What is wrong with an event, or with what was sent as one.</summary>
public enum CloudEventFault
{
    /// <summary>Neither a CloudEvents media type nor a single <c>ce-</c> header: HTTP 415.</summary>
    NotAnEvent,

    /// <summary>An event format or a batch of one that is not spoken here: HTTP 415.</summary>
    UnsupportedFormat,

    /// <summary>A structured event in anything but UTF-8: HTTP 415.</summary>
    UnsupportedCharset,

    /// <summary>Not JSON, too deep, or not the JSON value that was called for.</summary>
    MalformedJson,

    SpecVersion,

    MissingAttribute,

    RepeatedAttribute,

    AttributeName,

    /// <summary>A JSON kind the attribute cannot have.</summary>
    AttributeType,

    AttributeValue,

    /// <summary>Data that contradicts its content type, or stands there twice.</summary>
    Data,

    /// <summary>A batch of more events than are taken: HTTP 413.</summary>
    TooMany,

    /// <summary>An event of a batch that is larger than is taken: HTTP 413.</summary>
    TooLarge,
}

/// <summary>The first thing wrong with an event. An expected outcome of decoding, not an exception.</summary>
/// <param name="Path">
/// RFC 6901 pointer into the event's JSON form, in whatever mode it came: <c>/time</c>. Empty for the whole event. In a batch it
/// begins with the event's index: <c>/3/time</c>.
/// </param>
/// <param name="Detail">One sentence for the sender. Repeats none of the values sent.</param>
public sealed record CloudEventError(CloudEventFault Fault, string Path, string Detail)
{
    /// <summary>Longest part of a sender's attribute name that is shown back.</summary>
    public const int MaxShownName = 64;

    /// <summary>Place in the batch, from 0; null outside one.</summary>
    public int? Index { get; private init; }

    /// <summary>The media type, not the content, is what was wrong: HTTP 415 rather than 400.</summary>
    public bool IsAboutMediaType =>
        Fault is CloudEventFault.NotAnEvent or CloudEventFault.UnsupportedFormat or CloudEventFault.UnsupportedCharset;

    internal static CloudEventError Of(CloudEventFault fault, string detail) => new(fault, "", detail);

    internal static CloudEventError At(string name, CloudEventFault fault, string detail)
    {
        var shown = name.Length <= MaxShownName ? name : name[..MaxShownName];
        return new CloudEventError(fault, "/" + shown.Replace("~", "~0").Replace("/", "~1"), detail);
    }

    internal CloudEventError InBatch(int index) => this with { Path = $"/{index}{Path}", Index = index };
}
