using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Feed.CloudEvents.Json;

/// <summary>Reads one event off a reader that stands on its first token, and leaves it on the last.</summary>
internal static class JsonEventReader
{
    private const int Base64Group = 4;
    private const int Base64Bytes = 3;

    public static bool TryRead(
        ref Utf8JsonReader reader,
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out CloudEvent? cloudEvent,
        [NotNullWhen(false)] out CloudEventError? error)
    {
        cloudEvent = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            error = CloudEventError.Of(CloudEventFault.MalformedJson, "An event is a JSON object.");
            return false;
        }

        var draft = new CloudEventDraft();
        var payload = default(Payload);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryName(ref reader, out var name))
            {
                error = CloudEventError.Of(CloudEventFault.AttributeName, "A member's name is no text.");
                return false;
            }

            reader.Read();
            error = name switch
            {
                AttributeNames.Data => payload.TakeData(ref reader, json),
                AttributeNames.DataBase64 => payload.TakeBinary(ref reader),
                _ => TryValue(ref reader, name, out var value) is { } wrong ? wrong : draft.Add(name, value),
            };
            if (error is not null)
            {
                return false;
            }
        }

        return payload.TryResolve(draft.DataContentType, out var data, out error) && draft.TryFinish(data, out cloudEvent, out error);
    }

    private static bool TryName(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? name)
    {
        name = reader.ValueIsEscaped ? null : AttributeNames.Known(reader.ValueSpan);
        return name is not null || TryText(ref reader, out name);
    }

    private static CloudEventError? TryValue(ref Utf8JsonReader reader, string name, out CloudEventValue? value)
    {
        value = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.True or JsonTokenType.False:
                value = CloudEventValue.Of(reader.GetBoolean());
                return null;
            case JsonTokenType.Number when reader.TryGetInt32(out var number):
                value = CloudEventValue.Of(number);
                return null;
            case JsonTokenType.Number:
                return CloudEventError.At(name, CloudEventFault.AttributeType, "A number is a whole one of 32 bits, without fraction or exponent.");
            case JsonTokenType.String when Usual(ref reader, name) is { } usual:
                value = CloudEventValue.Of(usual);
                return null;
            case JsonTokenType.String when TryText(ref reader, out var text):
                value = CloudEventValue.Of(text);
                return null;
            case JsonTokenType.String:
                return CloudEventError.At(name, CloudEventFault.AttributeValue, "Halves of surrogate pairs are not allowed.");
            default:
                return CloudEventError.At(name, CloudEventFault.AttributeType, "An attribute is a string, a number or a boolean.");
        }
    }

    // What nearly every event says, or many do, without a new string for it each time.
    private static string? Usual(ref Utf8JsonReader reader, string name) => name switch
    {
        _ when reader.ValueIsEscaped => null,
        AttributeNames.SpecVersion when reader.ValueSpan.SequenceEqual("1.0"u8) => CloudEvent.SpecVersion,
        AttributeNames.DataContentType when reader.ValueSpan.SequenceEqual("application/json"u8) => "application/json",
        AttributeNames.Source or AttributeNames.Type or AttributeNames.Subject => UsualText.Of(reader.ValueSpan),
        _ => null,
    };

    // The reader has no way to ask whether escapes make up a text; it throws where they do not.
    private static bool TryText(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>The two members an event's data can stand in. Which kind it is shows only when the content type is known.</summary>
    private struct Payload
    {
        private bool _metData;
        private bool _metBinary;
        private ReadOnlyMemory<byte> _data;
        private byte[]? _binary;

        public CloudEventError? TakeData(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
        {
            if (_metData)
            {
                return AttributeRules.Repeated(AttributeNames.Data);
            }

            _metData = true;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            _data = json[start..(int)reader.BytesConsumed];
            return null;
        }

        public CloudEventError? TakeBinary(ref Utf8JsonReader reader)
        {
            if (_metBinary)
            {
                return AttributeRules.Repeated(AttributeNames.DataBase64);
            }

            _metBinary = true;
            if (reader.TokenType == JsonTokenType.Null)
            {
                return null;
            }

            return reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out _binary) && IsWhole(ref reader, _binary.Length)
                ? null
                : CloudEventError.At(AttributeNames.DataBase64, CloudEventFault.Data, "Base64 of RFC 4648 is expected.");
        }

        public readonly bool TryResolve(string? contentType, out CloudEventData? data, [NotNullWhen(false)] out CloudEventError? error)
        {
            data = null;
            error = null;
            if (_metData && _binary is not null)
            {
                error = CloudEventError.At(AttributeNames.DataBase64, CloudEventFault.Data, "Data stands in data or in data_base64, not in both.");
                return false;
            }

            if (_binary is not null)
            {
                data = CloudEventData.Binary(_binary);
            }
            else if (_metData && IsText(contentType))
            {
                data = TextOf(_data);
                error = data is null ? CloudEventError.At(AttributeNames.Data, CloudEventFault.Data, "The string is no text.") : null;
            }
            else if (_metData)
            {
                data = CloudEventData.Json(_data);
            }

            return error is null;
        }

        // A string beside JSON stays JSON. Any other value beside another type stays JSON as well, and is refused as such.
        private readonly bool IsText(string? contentType) =>
            contentType is not null && _data.Span.StartsWith((byte)'"')
            && MediaType.TryParse(contentType, out var media) && !media.IsJson;

        private static CloudEventData? TextOf(ReadOnlyMemory<byte> json)
        {
            var reader = new Utf8JsonReader(json.Span);
            reader.Read();
            if (!reader.ValueIsEscaped)
            {
                return CloudEventData.Text(json[1..^1]);
            }

            return TryText(ref reader, out var text) ? CloudEventData.Text(text) : null;
        }

        // The framework passes over white space in base64; RFC 4648 has none, so the length tells.
        private static bool IsWhole(ref Utf8JsonReader reader, int bytes)
        {
            var length = reader.ValueIsEscaped ? reader.GetString()!.Length : reader.ValueSpan.Length;
            return length == (bytes + Base64Bytes - 1) / Base64Bytes * Base64Group;
        }
    }
}
