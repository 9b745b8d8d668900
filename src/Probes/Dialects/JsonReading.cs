using System.Net.Http.Headers;
using System.Text.Json;

namespace StatusHub.Probes.Dialects;

/// <summary>Small steps of reading untrusted JSON: the reader stands on a property name, and stands on the end of its value afterwards.</summary>
internal static class JsonReading
{
    /// <summary>The value as text; null, and skipped, when it is anything but a string.</summary>
    public static string? ReadText(this ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException("half a surrogate pair", e);
            }
        }

        reader.Skip();
        return null;
    }

    /// <summary>The value as a count; null, and skipped, when it is anything but a whole number that is not negative.</summary>
    public static int? ReadCount(this ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) && count >= 0)
        {
            return count;
        }

        reader.Skip();
        return null;
    }
}

internal static class JsonBody
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public static ReadOnlyMemoryContent Of(ReadOnlyMemory<byte> body)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = Json;
        return content;
    }
}
