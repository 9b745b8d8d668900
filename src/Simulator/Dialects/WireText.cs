using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StatusHub.Simulator.Dialects;

/// <summary>Reading and writing the few kinds of text both dialects share.</summary>
internal static class WireText
{
    /// <summary>Longest piece of a caller's own text that an error repeats, in characters.</summary>
    public const int MaxEcho = 200;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The inside of a JSON string: escaped, without quotes.</summary>
    public static ReadOnlySpan<byte> Escaped(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;

    public static string Short(string text) => text.Length <= MaxEcho ? text : text[..MaxEcho];

    public static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool IsTrue(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The messages' last user text, and the characters of all of them.</summary>
    public static (string Question, int Characters) Conversation(JsonElement messages)
    {
        var (question, characters) = ("", 0);
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("content", out var content))
            {
                continue;
            }

            var text = ContentText(content);
            characters += text.Length;
            question = Text(message, "role") == "user" ? text : question;
        }

        return (question, characters);
    }

    public static bool IsExpired(string key) => key.StartsWith("expired", StringComparison.Ordinal);

    /// <summary>The key after <c>Bearer</c>; null when the header is none.</summary>
    public static string? BearerKey(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header.Length > 7 ? header[7..].Trim() : null;
    }

    // Content is a string, or parts of which the text ones count.
    private static string ContentText(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString() ?? "",
        JsonValueKind.Array => string.Join('\n', content.EnumerateArray()
            .Where(p => p.ValueKind == JsonValueKind.Object).Select(p => Text(p, "text")).OfType<string>()),
        _ => "",
    };
}
