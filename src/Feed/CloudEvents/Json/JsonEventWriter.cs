using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace StatusHub.Feed.CloudEvents.Json;

/// <summary>Writes an event known to be valid.</summary>
internal static class JsonEventWriter
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    public static void Write(Utf8JsonWriter writer, CloudEvent e)
    {
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, CloudEvent.SpecVersion);
        writer.WriteString("id"u8, e.Id);
        writer.WriteString("source"u8, e.Source);
        writer.WriteString("type"u8, e.Type);
        WriteSet(writer, "subject"u8, e.Subject);
        WriteSet(writer, "time"u8, e.Time);
        WriteSet(writer, "datacontenttype"u8, e.DataContentType);
        WriteSet(writer, "dataschema"u8, e.DataSchema);
        for (var i = 0; i < e.Extensions.Count; i++)
        {
            WriteExtension(writer, e.Extensions[i].Name, e.Extensions[i].Value);
        }

        if (e.Data is not null)
        {
            WriteData(writer, e.Data);
        }

        writer.WriteEndObject();
    }

    private static void WriteSet(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteExtension(Utf8JsonWriter writer, string name, CloudEventValue value)
    {
        switch (value.Type)
        {
            case CloudEventAttributeType.Integer:
                writer.WriteNumber(name, int.Parse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
                break;
            case CloudEventAttributeType.Boolean:
                writer.WriteBoolean(name, value.Text == "true");
                break;
            default:
                writer.WriteString(name, value.Text);
                break;
        }
    }

    private static void WriteData(Utf8JsonWriter writer, CloudEventData data)
    {
        switch (data.Kind)
        {
            case CloudEventDataKind.Json:
                writer.WritePropertyName("data"u8);
                writer.WriteRawValue(OnOneLine(data.Bytes.Span), skipInputValidation: true);
                break;
            case CloudEventDataKind.Text:
                writer.WriteString("data"u8, data.Bytes.Span);
                break;
            default:
                writer.WriteBase64String("data_base64"u8, data.Bytes.Span);
                break;
        }
    }

    // A line break would end the line of a server-sent event. In JSON it stands only between tokens, where a space does as well.
    private static ReadOnlySpan<byte> OnOneLine(ReadOnlySpan<byte> json)
    {
        if (!json.ContainsAny(LineEnds))
        {
            return json;
        }

        var line = json.ToArray();
        line.AsSpan().ReplaceAny(LineEnds, (byte)' ');
        return line;
    }
}
