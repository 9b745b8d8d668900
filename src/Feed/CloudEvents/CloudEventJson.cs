using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using StatusHub.Domain.Events;

namespace StatusHub.Feed.CloudEvents;

/// <summary>
/// Logged events in the CloudEvents 1.0.2 JSON event format. An event is written once and remembered for as long as the log's
/// tail holds it: a thousand streams send the same bytes.
/// </summary>
/// <param name="publicUrl">The hub's absolute address without a trailing slash; the event types' schemas stand below it.</param>
public sealed class CloudEventJson(string publicUrl)
{
    public const string StructuredType = "application/cloudevents+json; charset=utf-8";

    public const string BatchType = "application/cloudevents-batch+json; charset=utf-8";

    /// <summary>Digits of <c>sequence</c>: enough for any position, so that it sorts as text.</summary>
    public const int SequenceDigits = 20;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.Default };

    private readonly ConditionalWeakTable<LoggedEvent, byte[]> _written = new();

    /// <summary>One event, structured, UTF-8, on one line.</summary>
    public ReadOnlyMemory<byte> Structured(LoggedEvent logged) => _written.GetValue(logged, Write);

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

    private byte[] Write(LoggedEvent logged)
    {
        var e = logged.Event;
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json, Writing);
        writer.WriteStartObject();
        writer.WriteString("specversion", "1.0");
        writer.WriteString("id", e.Id);
        writer.WriteString("source", e.Source);
        writer.WriteString("type", e.Type);
        if (e.Subject is not null)
        {
            writer.WriteString("subject", e.Subject);
        }

        writer.WriteString("time", Time(e.Time));
        writer.WriteString("datacontenttype", "application/json");
        writer.WriteString("dataschema", $"{publicUrl}/feed/schemas/{e.Type}");
        writer.WriteString("sequence", logged.Position.ToString(CultureInfo.InvariantCulture).PadLeft(SequenceDigits, '0'));
        writer.WriteString("recordedtime", Time(logged.RecordedAt));
        writer.WriteString("tlp", e.Tlp);
        if (!e.Data.IsEmpty)
        {
            WriteData(writer, e.Data.Span);
        }

        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }

    // Written anew rather than copied: a line break between tokens would end the line of a server-sent event.
    private static void WriteData(Utf8JsonWriter writer, ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        writer.WritePropertyName("data");
        JsonElement.ParseValue(ref reader).WriteTo(writer);
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
