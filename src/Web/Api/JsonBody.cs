using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>
/// A request body read strictly: size, media type, encoding and JSON are checked before anything looks at the meaning, so
/// that every wrong input is an answer of its own and none an exception.
/// </summary>
internal sealed record JsonBody(JsonElement Root)
{
    /// <summary>Most bytes of a v1 request body.</summary>
    public const int MaxBytes = 64 * 1024;

    public const int MaxDepth = 16;

    private const int BufferSize = 8 * 1024;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>The body, or the problem to answer with.</summary>
    public static async Task<(JsonBody? Body, Answer? Problem)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!IsJson(request))
        {
            return (null, Api.Problem.Answer(ProblemKind.MediaType, "Send application/json in UTF-8, not compressed."));
        }

        var bytes = await ReadBytesAsync(request, cancel);
        if (bytes is null)
        {
            return (null, Api.Problem.Answer(ProblemKind.TooLarge, $"A body is at most {MaxBytes} bytes."));
        }

        return Parse(bytes) switch
        {
            { } root => (new JsonBody(root), null),
            null => (null, Api.Problem.Answer(ProblemKind.Malformed, "The body is not one JSON value.", [Fault(bytes)])),
        };
    }

    /// <summary>The whole body, from memory when it was read before; null when it is too large.</summary>
    public static async Task<byte[]?> ReadBytesAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.HttpContext.Items[typeof(JsonBody)] is byte[] read)
        {
            return read;
        }

        if (request.ContentLength > MaxBytes)
        {
            return null;
        }

        var bytes = new ArrayBufferWriter<byte>(BufferSize);
        while (bytes.WrittenCount <= MaxBytes)
        {
            var count = await request.Body.ReadAsync(bytes.GetMemory(BufferSize), cancel);
            if (count == 0)
            {
                read = bytes.WrittenSpan.ToArray();
                request.HttpContext.Items[typeof(JsonBody)] = read;
                return read;
            }

            bytes.Advance(count);
        }

        return null;
    }

    private static bool IsJson(HttpRequest request) =>
        request.Headers.ContentEncoding.Count == 0
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));

    private static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            var json = Text(bytes);
            if (!Utf8.IsValid(json.Span) || !HasOnlyWholeText(json.Span))
            {
                return null;
            }

            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static InputError Fault(byte[] bytes) =>
        bytes.Length == 0 ? new("", "empty", "The body is empty.")
        : !Utf8.IsValid(Text(bytes).Span) ? new("", "encoding", "The body is not UTF-8.")
        : new("", "json", $"The body is not JSON, is nested deeper than {MaxDepth}, or holds a string that is no text.");

    private static ReadOnlyMemory<byte> Text(byte[] bytes) => bytes.AsSpan().StartsWith(ByteOrderMark) ? bytes.AsMemory(ByteOrderMark.Length) : bytes;

    // A lone surrogate or a NUL passes the parser and fails later, in a reader or in the database.
    private static bool HasOnlyWholeText(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString()!.Contains('\0'))
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
