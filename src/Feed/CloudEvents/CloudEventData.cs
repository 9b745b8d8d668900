using System.Text;

namespace StatusHub.Feed.CloudEvents;

public enum CloudEventDataKind
{
    /// <summary>One JSON value, UTF-8, as it was written: numbers beyond a double and all escapes are kept.</summary>
    Json,

    /// <summary>Text in UTF-8, of a content type that is not JSON.</summary>
    Text,

    /// <summary>Bytes, about which nothing is assumed.</summary>
    Binary,
}

/// <summary>
/// An event's data as raw bytes: the body of a binary-mode message. A JSON <c>null</c> is data too; an event without data has
/// none of these.
/// </summary>
public sealed class CloudEventData : IEquatable<CloudEventData>
{
    private CloudEventData(CloudEventDataKind kind, ReadOnlyMemory<byte> bytes) => (Kind, Bytes) = (kind, bytes);

    public CloudEventDataKind Kind { get; }

    /// <summary>Decoded data is a slice of the buffer decoded from wherever it can be, and keeps that buffer alive.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <param name="utf8">One well-formed JSON value, UTF-8; not checked here.</param>
    public static CloudEventData Json(ReadOnlyMemory<byte> utf8) => new(CloudEventDataKind.Json, utf8);

    public static CloudEventData Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public static CloudEventData Binary(ReadOnlyMemory<byte> bytes) => new(CloudEventDataKind.Binary, bytes);

    public bool Equals(CloudEventData? other) => other is not null && Kind == other.Kind && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override bool Equals(object? obj) => Equals(obj as CloudEventData);

    public override int GetHashCode() => HashCode.Combine(Kind, Bytes.Length);

    internal static CloudEventData Text(ReadOnlyMemory<byte> utf8) => new(CloudEventDataKind.Text, utf8);
}
