using System.Text.Json;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;

namespace StatusHub.Feed.Ingest;

/// <summary>
/// JSON data that parses and still means different things to different readers: a member given twice, a NUL, half a surrogate
/// pair. It is refused at the door, because behind it everybody reads the same bytes.
/// </summary>
internal static class DataText
{
    private const string At = "/data";

    public static IngestError? Check(CloudEvent e)
    {
        if (e.Data is not { Kind: CloudEventDataKind.Json } data)
        {
            return null;
        }

        var members = new Members();
        var reader = new Utf8JsonReader(data.Bytes.Span, new JsonReaderOptions { MaxDepth = JsonEventFormatter.MaxDepth });
        while (reader.Read())
        {
            var error = reader.TokenType switch
            {
                JsonTokenType.StartObject => members.Open(),
                JsonTokenType.EndObject => members.Close(),
                JsonTokenType.PropertyName => Text(ref reader) ?? members.Meet(ref reader),
                JsonTokenType.String => Text(ref reader),
                _ => null,
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    // Raw, neither can be there: control characters are no JSON, halves of pairs no UTF-8.
    private static IngestError? Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return null;
        }

        try
        {
            return reader.GetString()!.Contains('\0')
                ? IngestError.At(IngestFault.Malformed, At, "control-character", "A string holds U+0000.")
                : null;
        }
        catch (InvalidOperationException)
        {
            return IngestError.At(IngestFault.Malformed, At, "encoding", "A string holds half a surrogate pair.");
        }
    }

    /// <summary>The names met in the objects now open. Few are compared, many are hashed.</summary>
    private sealed class Members
    {
        private readonly List<NamesMet> _objects = [];
        private int _open;

        public IngestError? Open()
        {
            if (_open == _objects.Count)
            {
                _objects.Add(new NamesMet());
            }

            _objects[_open++].Clear();
            return null;
        }

        public IngestError? Close()
        {
            _open--;
            return null;
        }

        public IngestError? Meet(ref Utf8JsonReader reader) => _objects[_open - 1].Add(reader.GetString()!)
            ? null
            : IngestError.At(IngestFault.Malformed, At, "duplicate", "An object has a member twice.");
    }
}
