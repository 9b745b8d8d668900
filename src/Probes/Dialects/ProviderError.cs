using System.Text;
using System.Text.Json;

namespace StatusHub.Probes.Dialects;

/// <summary>An error in a provider's own words, whichever of the usual shapes it came in.</summary>
/// <param name="Type">Its type (<c>overloaded_error</c>) or status word; empty when it names none.</param>
/// <param name="Code">Its code, numbers as text; empty when it names none.</param>
/// <param name="Message">Its message, or the body itself where it is no JSON.</param>
/// <param name="IsStructured">It came as JSON of a known shape, so it was written by an API and not by a proxy before it.</param>
internal sealed record ProviderError(string Type, string Code, string Message, bool IsStructured)
{
    private const int MaxDepth = 16;

    /// <summary>Whether any part of it contains the text, letter case aside.</summary>
    public bool Says(string text) =>
        Message.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Code.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Type.Contains(text, StringComparison.OrdinalIgnoreCase);

    public bool SaysAny(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (Says(text))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number in its code, where a gateway puts the status of the provider behind it; 0 when there is none.</summary>
    public int StatusInCode => int.TryParse(Code, out var status) && status is >= 400 and < 600 ? status : 0;

    public override string ToString()
    {
        var name = Type.Length > 0 ? Type : Code;
        return name.Length == 0 ? Message : Message.Length == 0 ? name : $"{name}: {Message}";
    }

    /// <summary>
    /// Reads <c>{"error":{…}}</c>, <c>{"type":"error","error":{…}}</c>, <c>{"error":"text"}</c>, <c>{"message":…}</c>, <c>{"detail":…}</c>,
    /// a list of one of these, or plain text.
    /// </summary>
    public static ProviderError Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            {
                root = root[0];
            }

            if (root.ValueKind == JsonValueKind.Object && Shaped(root) is { } error)
            {
                return error;
            }
        }
        catch (JsonException)
        {
            // Proxies answer in HTML or plain text; then the text itself is all there is to say.
        }

        return new ProviderError("", "", Encoding.UTF8.GetString(body.Span), IsStructured: false);
    }

    private static ProviderError? Shaped(JsonElement root)
    {
        if (root.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String)
        {
            return error.ValueKind == JsonValueKind.String ? new ProviderError("", "", Text(error), true) : Read(error);
        }

        return root.TryGetProperty("message", out _) || root.TryGetProperty("detail", out _) ? Read(root) : null;
    }

    private static ProviderError Read(JsonElement error)
    {
        var code = Of(error, "code");
        if (error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object && Of(details, "error_code") is { Length: > 0 } inner)
        {
            code = inner;
        }

        var type = Of(error, "type");
        var message = Of(error, "message");
        return new ProviderError(type.Length > 0 ? type : Of(error, "status"), code, message.Length > 0 ? message : Of(error, "detail"), true);
    }

    private static string Of(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Text(value) : "";

    private static string Text(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Null or JsonValueKind.Undefined => "",
                JsonValueKind.String => value.GetString()!,
                _ => value.GetRawText(),
            };
        }
        catch (InvalidOperationException)
        {
            return ""; // half a surrogate pair
        }
    }
}
