namespace StatusHub.Feed.CloudEvents.Http;

/// <summary>The three ways an HTTP message carries events.</summary>
public enum ContentMode
{
    /// <summary>Attributes in headers, data as the body.</summary>
    Binary,

    /// <summary>One event, whole, in the body.</summary>
    Structured,

    /// <summary>Several events, whole, in the body; only for those who asked for it.</summary>
    Batch,
}

/// <summary>What an event becomes on the wire, in a request or a response alike.</summary>
/// <param name="ContentType">Null for binary data nothing is known of, and for an event without data.</param>
/// <param name="Headers">The <c>ce-</c> headers, coded; empty but for binary mode.</param>
public sealed record HttpEventMessage(string? ContentType, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body);
