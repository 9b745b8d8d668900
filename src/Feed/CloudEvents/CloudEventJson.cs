using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents.Json;

namespace StatusHub.Feed.CloudEvents;

/// <summary>
/// Logged events in the CloudEvents 1.0.2 JSON event format. An event is written once and remembered for as long as the log's
/// tail holds it: a thousand streams send the same bytes.
/// </summary>
/// <param name="publicUrl">The hub's absolute address without a trailing slash; the event types' schemas stand below it.</param>
public sealed class CloudEventJson(string publicUrl)
{
    public const string StructuredType = JsonEventFormatter.MediaType + "; charset=utf-8";

    public const string BatchType = JsonEventFormatter.BatchMediaType + "; charset=utf-8";

    /// <summary>Digits of <c>sequence</c>: enough for any position, so that it sorts as text.</summary>
    public const int SequenceDigits = 20;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.Default };

    private readonly ConditionalWeakTable<LoggedEvent, byte[]> _written = new();

    /// <summary>Where the schema of a type's data stands.</summary>
    public string SchemaOf(string type) => $"{publicUrl}/feed/schemas/{type}";

    /// <summary>One event, structured, UTF-8, on one line.</summary>
    public ReadOnlyMemory<byte> Structured(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        return logged.Event.Envelope ?? _written.GetValue(logged, Write);
    }

    /// <summary>A batch: a JSON array of structured events, empty for none.</summary>
    public ReadOnlyMemory<byte> Batch(IEnumerable<LoggedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json, Writing);
        writer.WriteStartArray();
        foreach (var logged in events)
        {
            writer.WriteRawValue(Structured(logged).Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.Flush();
        return json.WrittenMemory;
    }

    /// <summary>The event as others see it: one of the hub's own with what the log adds, one that was given as it was given.</summary>
    /// <exception cref="InvalidOperationException">The log holds an envelope that is no event: it was not written by this hub.</exception>
    public CloudEvent EventOf(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        var e = logged.Event;
        if (e.Envelope is { } envelope)
        {
            return JsonEventFormatter.TryDecodeStructuredModeMessage(envelope, out var given, out var error)
                ? given
                : throw new InvalidOperationException($"Event {logged.Position} cannot be read back: {error.Detail}");
        }

        return new CloudEvent
        {
            Id = e.Id,
            Source = e.Source,
            Type = e.Type,
            Subject = e.Subject,
            Time = TimeOf(e.Time),
            DataContentType = "application/json",
            DataSchema = SchemaOf(e.Type),
            Extensions =
            [
                new("sequence", logged.Position.ToString(CultureInfo.InvariantCulture).PadLeft(SequenceDigits, '0')),
                new("recordedtime", TimeOf(logged.RecordedAt)),
                new("tlp", e.Tlp),
            ],
            Data = e.Data.IsEmpty ? null : CloudEventData.Json(e.Data),
        };
    }

    private byte[] Write(LoggedEvent logged)
    {
        var json = new ArrayBufferWriter<byte>(JsonEventFormatter.UsualBytes);
        using var writer = new Utf8JsonWriter(json, Writing);
        JsonEventWriter.Write(writer, EventOf(logged));
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }

    /// <summary>A time as the hub writes it.</summary>
    public static string TimeOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
