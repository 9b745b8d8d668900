using System.Text.Json;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>
/// One JSON object of a request, read member by member; what is wrong is collected with its pointer. Members nobody asked
/// for are errors (<see cref="RejectRest"/>): a misspelt option that is silently ignored is found on the bad day.
/// </summary>
internal sealed class JsonInput
{
    /// <summary>Most errors reported for one request.</summary>
    public const int MaxErrors = 50;

    private const int MaxNameShown = 64;

    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly List<InputError> _errors;

    private JsonInput(JsonElement element, string path, List<InputError> errors)
    {
        _path = path;
        _errors = errors;
        if (element.ValueKind != JsonValueKind.Object)
        {
            Wrong(path, "type", "Must be an object.");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!_members.TryAdd(member.Name, member.Value))
            {
                Wrong(PathOf(member.Name), "duplicate", "Is given twice.");
            }
        }
    }

    public static JsonInput Of(JsonElement root, List<InputError> errors) => new(root, "", errors);

    public string? String(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Wrong(PathOf(name), "type", "Must be a string.");
        return null;
    }

    public int? Integer(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
        {
            return number;
        }

        Wrong(PathOf(name), "type", "Must be a whole number.");
        return null;
    }

    public decimal? Number(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
        {
            return number;
        }

        Wrong(PathOf(name), "type", "Must be a number.");
        return null;
    }

    public bool? Boolean(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Wrong(PathOf(name), "type", "Must be true or false.");
        return null;
    }

    public IReadOnlyList<string>? Strings(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(PathOf(name), "type", "Must be a list of strings.");
            return null;
        }

        var strings = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                strings.Add(item.GetString()!);
            }
            else
            {
                Wrong($"{PathOf(name)}/{strings.Count}", "type", "Must be a string.");
                return null;
            }
        }

        return strings;
    }

    /// <summary>A member as it was sent, JSON null too; undefined when it is not there.</summary>
    public JsonElement Raw(string name) => _members.Remove(name, out var value) ? value : default;

    /// <summary>Reports something wrong with a member that was taken.</summary>
    public void Refuse(string name, string code, string detail) => Wrong(PathOf(name), code, detail);

    public JsonInput? Object(string name) => Take(name) is { } value ? new JsonInput(value, PathOf(name), _errors) : null;

    /// <summary>A list of objects; empty when it is not there. What is not a list is reported.</summary>
    public IReadOnlyList<JsonInput> Objects(string name)
    {
        if (Take(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return [.. value.EnumerateArray().Select((item, i) => new JsonInput(item, $"{PathOf(name)}/{i}", _errors))];
        }

        Wrong(PathOf(name), "type", "Must be a list of objects.");
        return [];
    }

    /// <summary>Call last: what was not asked for is unknown.</summary>
    public void RejectRest()
    {
        foreach (var name in _members.Keys)
        {
            Wrong(PathOf(name), "unknown", "There is no such member.");
        }
    }

    private JsonElement? Take(string name) =>
        _members.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string PathOf(string name)
    {
        var shown = name.Length > MaxNameShown ? name[..MaxNameShown] : name;
        return $"{_path}/{shown.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
    }

    private void Wrong(string path, string code, string detail)
    {
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(new InputError(path, code, detail));
        }
    }
}
