using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace StatusHub.Feed.CloudEvents.Json;

/// <summary>How much of a batch is read.</summary>
/// <param name="EventBytes">Of one event, as it stands in the batch.</param>
public sealed record BatchLimits(int Events, int EventBytes);

/// <summary>
/// The JSON event format of CloudEvents 1.0.2 and its batches, read and written in one pass. Data is kept as the bytes it came
/// as; a JSON value is never parsed into numbers and written anew.
/// </summary>
public static class JsonEventFormatter
{
    public const string MediaType = "application/cloudevents+json";

    public const string BatchMediaType = "application/cloudevents-batch+json";

    /// <summary>Deepest nesting of an event, the event itself being the first level.</summary>
    public const int MaxDepth = 64;

    // Room for the usual event: the writer asks for four times as much as soon as its first buffer is full.
    internal const int UsualBytes = 1_024;

    // Room made at once for a batch, in usual events.
    private const int MostReserved = 128;

    // Every event that comes in is written once: what writes it is kept by each thread.
    private const int ScratchBytes = 64 * UsualBytes;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Json, Utf8JsonWriter Writer)? _scratch;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.Default };

    /// <summary>Reads one event.</summary>
    /// <param name="body">UTF-8, with or without a byte order mark. The event's data is a slice of it: not to be reused.</param>
    public static bool TryDecodeStructuredModeMessage(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out CloudEvent? cloudEvent, [NotNullWhen(false)] out CloudEventError? error)
    {
        cloudEvent = null;
        if (!TryText(ref body, out error))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            return JsonEventReader.TryRead(ref reader, body, out var read, out error) && TryEnd(ref reader, read, out cloudEvent);
        }
        catch (JsonException e)
        {
            error = Malformed(e);
            return false;
        }
    }

    /// <summary>Reads a batch: all of it, or the first error with its index.</summary>
    /// <param name="body">As for one event; the data of all its events are slices of it.</param>
    /// <param name="limits">Null for any number of events of any size. Reading stops where a limit is passed.</param>
    public static bool TryDecodeBatchModeMessage(
        ReadOnlyMemory<byte> body,
        [NotNullWhen(true)] out IReadOnlyList<CloudEvent>? events,
        [NotNullWhen(false)] out CloudEventError? error,
        BatchLimits? limits = null)
    {
        events = null;
        if (!TryText(ref body, out error))
        {
            return false;
        }

        var batch = new List<CloudEvent>();
        var isOpen = false;
        try
        {
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                error = CloudEventError.Of(CloudEventFault.MalformedJson, "A batch is a JSON array.");
                return false;
            }

            for (isOpen = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray;)
            {
                var start = reader.TokenStartIndex;
                error = limits?.Events == batch.Count ? CloudEventError.Of(CloudEventFault.TooMany, $"A batch holds at most {limits.Events} events.") : null;
                if (error is not null || !JsonEventReader.TryRead(ref reader, body, out var read, out error))
                {
                    error = error.InBatch(batch.Count);
                    return false;
                }

                if (reader.BytesConsumed - start > limits?.EventBytes)
                {
                    error = CloudEventError.Of(CloudEventFault.TooLarge, $"An event is at most {limits.EventBytes} bytes.").InBatch(batch.Count);
                    return false;
                }

                batch.Add(read);
            }

            isOpen = false;
            return TryEnd(ref reader, batch, out events);
        }
        catch (JsonException e)
        {
            error = isOpen ? Malformed(e).InBatch(batch.Count) : Malformed(e);
            return false;
        }
    }

    /// <summary>One event on one line, UTF-8.</summary>
    /// <exception cref="ArgumentException">The event breaks a rule of <see cref="CloudEvent.Validate"/>.</exception>
    public static ReadOnlyMemory<byte> EncodeStructuredModeMessage(CloudEvent cloudEvent)
    {
        Demand(cloudEvent);
        return EncodeKnownValid(cloudEvent);
    }

    /// <summary>A JSON array of events, empty for none.</summary>
    /// <exception cref="ArgumentException">An event breaks a rule of <see cref="CloudEvent.Validate"/>.</exception>
    public static ReadOnlyMemory<byte> EncodeBatchModeMessage(IEnumerable<CloudEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var json = new ArrayBufferWriter<byte>(events.TryGetNonEnumeratedCount(out var count) ? Math.Clamp(count, 1, MostReserved) * UsualBytes : UsualBytes);
        using var writer = new Utf8JsonWriter(json, Writing);
        writer.WriteStartArray();
        foreach (var cloudEvent in events)
        {
            WriteValid(writer, cloudEvent);
        }

        writer.WriteEndArray();
        writer.Flush();
        return json.WrittenMemory;
    }

    /// <summary>One event that a decoder returned, or that differs from one only in order: an array that holds it and nothing else.</summary>
    internal static byte[] EncodeKnownValid(CloudEvent cloudEvent)
    {
        var (json, writer) = _scratch ?? NewScratch();
        _scratch = null; // one that throws is not used again
        JsonEventWriter.Write(writer, cloudEvent);
        writer.Flush();
        var whole = json.WrittenSpan.ToArray();
        if (json.Capacity <= ScratchBytes)
        {
            json.ResetWrittenCount();
            writer.Reset(json);
            _scratch = (json, writer);
        }

        return whole;
    }

    private static (ArrayBufferWriter<byte> Json, Utf8JsonWriter Writer) NewScratch()
    {
        var json = new ArrayBufferWriter<byte>(UsualBytes);
        return (json, new Utf8JsonWriter(json, Writing));
    }

    private static void WriteValid(Utf8JsonWriter writer, CloudEvent cloudEvent)
    {
        Demand(cloudEvent);
        JsonEventWriter.Write(writer, cloudEvent);
    }

    private static void Demand(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        if (cloudEvent.Validate() is { } error)
        {
            throw new ArgumentException($"{error.Path}: {error.Detail}", nameof(cloudEvent));
        }
    }

    // The reader looks for trailing garbage only when asked for what follows.
    private static bool TryEnd<T>(ref Utf8JsonReader reader, T read, [NotNullWhen(true)] out T? end)
        where T : class
    {
        end = reader.Read() ? throw new JsonException() : read;
        return true;
    }

    // RFC 8259, section 8.1: a byte order mark may be passed over. The reader itself does not look into strings it skips.
    private static bool TryText(ref ReadOnlyMemory<byte> body, [NotNullWhen(false)] out CloudEventError? error)
    {
        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body = body["\uFEFF"u8.Length..];
        }

        error = Utf8.IsValid(body.Span) ? null : CloudEventError.Of(CloudEventFault.MalformedJson, "The body is not UTF-8.");
        return error is null;
    }

    private static CloudEventError Malformed(JsonException e) => CloudEventError.Of(
        CloudEventFault.MalformedJson, $"The body is not JSON from line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on.");
}
