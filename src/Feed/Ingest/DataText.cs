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
    private const int PlainMembers = 64;

    public static IngestError? Check(CloudEvent e)
    {
        if (e.Data is not { Kind: CloudEventDataKind.Json } data)
        {
            return null;
        }

        return IsPlain(data.Bytes.Span) ? null : CheckWhole(data);
    }

    /// <summary>Vouches for nearly all data there is, without an allocation: few members at a time, nothing escaped. The rest is looked at in full.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> json)
    {
        Span<(int Start, int Length)> names = stackalloc (int, int)[PlainMembers];
        Span<int> objects = stackalloc int[JsonEventFormatter.MaxDepth];
        var (met, depth) = (0, 0);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonEventFormatter.MaxDepth });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    objects[depth++] = met;
                    break;
                case JsonTokenType.EndObject:
                    met = objects[--depth];
                    break;
                case JsonTokenType.PropertyName:
                    if (reader.ValueIsEscaped || met == names.Length || IsMet(json, names[objects[depth - 1]..met], reader.ValueSpan))
                    {
                        return false;
                    }

                    names[met++] = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length); // behind its quote
                    break;
                case JsonTokenType.String when reader.ValueIsEscaped:
                    return false;
                default:
                    break;
            }
        }

        return true;
    }

    private static bool IsMet(ReadOnlySpan<byte> json, ReadOnlySpan<(int Start, int Length)> names, ReadOnlySpan<byte> name)
    {
        foreach (var (start, length) in names)
        {
            if (json.Slice(start, length).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private static IngestError? CheckWhole(CloudEventData data)
    {
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
