using System.Buffers;
using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Feed.Meaning;

/// <summary>
/// One JSON object of an event's data, read member by member; what is wrong is collected with its pointer. Members nobody knows are
/// no error: senders may say more than we understand. A member that is null counts as left out.
/// </summary>
internal sealed class DataObject(JsonElement element, string path, List<(string Pointer, string Code, string Detail)> errors)
{
    /// <summary>Most errors told of one event.</summary>
    public const int MaxErrors = 20;

    public static DataObject? Of(JsonElement element, string path, List<(string Pointer, string Code, string Detail)> errors)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return new DataObject(element, path, errors);
        }

        Add(errors, path, "type", "Must be an object.");
        return null;
    }

    public string? Text(string name, int longest, bool required = false)
    {
        if (Take(name, required) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong<string>(name, "type", "Must be a string.");
        }

        var text = value.GetString()!;
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return Wrong<string>(name, "text", "Must be text without NUL."); // no database keeps it
        }

        return text.Length > longest || (required && text.Length == 0)
            ? Wrong<string>(name, "length", $"Must have {(required ? 1 : 0)} to {longest} characters.")
            : text;
    }

    public ModelId? Model(string name) => Text(name, ModelId.MaxLength, required: true) is not { } text ? null
        : ModelId.TryParse(text, out var id) ? id
        : Nothing<ModelId>(name, "format", "Must be a model id of the form provider/model.");

    public DateTimeOffset? Moment(string name, bool required = false) => Text(name, 64, required) is not { } text ? null
        : Rfc3339.TryRead(text, out var at) ? at
        : Nothing<DateTimeOffset>(name, "format", "Must be a time of RFC 3339 with its offset.");

    public Guid? Id(string name) => Text(name, 64, required: true) is not { } text ? null
        : Guid.TryParseExact(text, "D", out var id) ? id
        : Nothing<Guid>(name, "format", "Must be a UUID.");

    public string? Matching(string name, int longest, SearchValues<char> allowed, string detail) => Text(name, longest) is not { } text ? null
        : text.Length > 0 && !text.AsSpan().ContainsAnyExcept(allowed) ? text
        : Wrong<string>(name, "format", detail);

    /// <summary>The place of the text among the choices; null when left out or wrong.</summary>
    public int? OneOf(string name, IReadOnlyList<string> choices, bool required = false)
    {
        if (Text(name, 64, required) is not { } text)
        {
            return null;
        }

        for (var i = 0; i < choices.Count; i++)
        {
            if (choices[i] == text)
            {
                return i;
            }
        }

        return Nothing<int>(name, "choice", $"Must be one of {string.Join(", ", choices)}.");
    }

    public long? Whole(string name, long least, long most, bool required = false)
    {
        if (Take(name, required) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == decimal.Truncate(number) && number >= least && number <= most
            ? (long)number
            : Nothing<long>(name, "range", $"Must be a whole number from {least} to {most}.");
    }

    public double? Number(string name, double least, double most)
    {
        if (Take(name, required: false) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
            ? number
            : Nothing<double>(name, "range", $"Must be a number from {least} to {most}.");
    }

    public bool? Flag(string name) => Take(name, required: false) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : Nothing<bool>(name, "type", "Must be true or false.");

    public DataObject? Child(string name) => Take(name, required: false) is { } value ? Of(value, PathOf(name), errors) : null;

    /// <summary>The items of a list with their places; empty when it is left out or wrong.</summary>
    public IReadOnlyList<JsonElement> List(string name, int least, int most)
    {
        if (Take(name, least > 0) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is var count && count >= least && count <= most)
        {
            return [.. value.EnumerateArray()];
        }

        Wrong<string>(name, "length", $"Must be a list of {least} to {most}.");
        return [];
    }

    public IEnumerable<(DataObject Item, int Index)> Objects(string name, int least, int most)
    {
        var items = List(name, least, most);
        for (var i = 0; i < items.Count; i++)
        {
            if (Of(items[i], $"{PathOf(name)}/{i}", errors) is { } item)
            {
                yield return (item, i);
            }
        }
    }

    /// <summary>Members by name, each once: of a name given twice the last counts, as for most readers.</summary>
    public IReadOnlyDictionary<string, JsonElement> Members()
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return members;
    }

    public JsonElement? Take(string name, bool required)
    {
        if (element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            return value;
        }

        if (required)
        {
            Wrong<string>(name, "required", "Is required.");
        }

        return null;
    }

    public string PathOf(string name) =>
        $"{path}/{(name.Length > 64 ? name[..64] : name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public T? Wrong<T>(string name, string code, string detail)
        where T : class
    {
        Add(errors, PathOf(name), code, detail);
        return null;
    }

    public T? Nothing<T>(string name, string code, string detail)
        where T : struct
    {
        Add(errors, PathOf(name), code, detail);
        return null;
    }

    private static void Add(List<(string Pointer, string Code, string Detail)> errors, string pointer, string code, string detail)
    {
        if (errors.Count < MaxErrors)
        {
            errors.Add((pointer, code, detail));
        }
    }
}
