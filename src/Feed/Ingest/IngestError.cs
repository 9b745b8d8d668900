using StatusHub.Feed.CloudEvents;

namespace StatusHub.Feed.Ingest;

/// <summary>Why events are not taken.</summary>
public enum IngestFault
{
    /// <summary>The event breaks a rule of CloudEvents or a limit of the hub.</summary>
    Malformed,

    /// <summary>More, or larger, than is taken.</summary>
    TooLarge,

    /// <summary>The media type is not one of events.</summary>
    MediaType,

    /// <summary>The sender does not speak for the source.</summary>
    SourceNotOwned,

    /// <summary>Events of the type are the hub's own to make.</summary>
    TypeReserved,

    /// <summary>The event's time lies ahead of the hub's clock.</summary>
    TimeFuture,

    /// <summary>The data is not what its type calls for.</summary>
    Data,
}

/// <summary>Why events are not taken, with every wrong place that was found. Expected, not an exception.</summary>
/// <param name="Places">In a batch each pointer begins with the event's index.</param>
public sealed record IngestError(IngestFault Fault, IReadOnlyList<DataError> Places)
{
    internal static IngestError At(IngestFault fault, string path, string code, string detail) => new(fault, [new DataError(path, code, detail)]);

    internal static IngestError Of(CloudEventError error) => At(
        error.IsAboutMediaType ? IngestFault.MediaType
            : error.Fault is CloudEventFault.TooMany or CloudEventFault.TooLarge ? IngestFault.TooLarge
            : IngestFault.Malformed,
        error.Path, CodeOf(error.Fault), error.Detail);

    internal IngestError InBatch(int index) => this with { Places = [.. Places.Select(p => p with { Path = $"/{index}{p.Path}" })] };

    private static string CodeOf(CloudEventFault fault) => fault switch
    {
        CloudEventFault.NotAnEvent => "not-an-event",
        CloudEventFault.UnsupportedFormat => "format",
        CloudEventFault.UnsupportedCharset => "charset",
        CloudEventFault.MalformedJson => "json",
        CloudEventFault.SpecVersion => "specversion",
        CloudEventFault.MissingAttribute => "required",
        CloudEventFault.RepeatedAttribute => "duplicate",
        CloudEventFault.AttributeName => "name",
        CloudEventFault.AttributeType => "type",
        CloudEventFault.AttributeValue => "value",
        CloudEventFault.TooMany => "count",
        CloudEventFault.TooLarge => "size",
        _ => "data",
    };
}
