namespace StatusHub.Feed.CloudEvents;

/// <summary>The names of the core attributes, and the two members of JSON that are none.</summary>
internal static class AttributeNames
{
    public const string SpecVersion = "specversion";
    public const string Id = "id";
    public const string Source = "source";
    public const string Type = "type";
    public const string Subject = "subject";
    public const string Time = "time";
    public const string DataContentType = "datacontenttype";
    public const string DataSchema = "dataschema";
    public const string Data = "data";
    public const string DataBase64 = "data_base64";

    // The last ones only spare a string each time they are met.
    private static readonly (byte[] Utf8, string Name)[] Usual =
    [
        .. new[]
        {
            SpecVersion, Id, Source, Type, Subject, Time, DataContentType, DataSchema, Data, DataBase64,
            "sequence", "recordedtime", "tlp", "traceparent", "tracestate", "partitionkey",
        }.Select(name => (System.Text.Encoding.ASCII.GetBytes(name), name)),
    ];

    public static string? Known(ReadOnlySpan<byte> utf8)
    {
        foreach (var (bytes, name) in Usual)
        {
            if (utf8.SequenceEqual(bytes))
            {
                return name;
            }
        }

        return null;
    }

    public static bool IsCore(string name) =>
        name is SpecVersion or Id or Source or Type or Subject or Time or DataContentType or DataSchema;
}

/// <summary>Tells a name met twice, without hashing while they are few.</summary>
internal sealed class NamesMet
{
    private const int Few = 16;

    private readonly List<string> _few = [];
    private HashSet<string>? _many;

    public void Clear()
    {
        _few.Clear();
        _many = null;
    }

    /// <returns>False if the name was met before.</returns>
    public bool Add(string name)
    {
        if (_many is not null)
        {
            return _many.Add(name);
        }

        if (_few.Contains(name))
        {
            return false;
        }

        _few.Add(name);
        if (_few.Count > Few)
        {
            _many = new HashSet<string>(_few, StringComparer.Ordinal);
        }

        return true;
    }
}
