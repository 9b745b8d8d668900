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

    private static readonly (byte[] Utf8, string Name)[][] UsualByLength = ByLength(
        SpecVersion, Id, Source, Type, Subject, Time, DataContentType, DataSchema, Data, DataBase64,
        "sequence", "recordedtime", "tlp", "traceparent", "tracestate", "partitionkey"); // the last ones only spare a string each time they are met

    public static string? Known(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length >= UsualByLength.Length)
        {
            return null;
        }

        foreach (var (bytes, name) in UsualByLength[utf8.Length])
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

    private static (byte[] Utf8, string Name)[][] ByLength(params string[] names) =>
        [.. Enumerable.Range(0, names.Max(n => n.Length) + 1).Select(length =>
            names.Where(n => n.Length == length).Select(n => (System.Text.Encoding.ASCII.GetBytes(n), n)).ToArray())];
}

/// <summary>Tells a name met twice, without hashing while they are few.</summary>
internal sealed class NamesMet
{
    private const int Few = 16;

    private string? _first;
    private List<string>? _others;
    private HashSet<string>? _many;

    public void Clear()
    {
        _first = null;
        _others?.Clear();
        _many = null;
    }

    /// <returns>False if the name was met before.</returns>
    public bool Add(string name)
    {
        if (_many is not null)
        {
            return _many.Add(name);
        }

        if (_first is null)
        {
            _first = name;
            return true;
        }

        if (_first == name || _others?.Contains(name) is true)
        {
            return false;
        }

        (_others ??= []).Add(name);
        if (_others.Count > Few)
        {
            _many = new HashSet<string>(_others, StringComparer.Ordinal) { _first };
        }

        return true;
    }
}
