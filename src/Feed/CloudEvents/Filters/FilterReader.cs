using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using StatusHub.Feed.CloudEvents.Filters.Cesql;

namespace StatusHub.Feed.CloudEvents.Filters;

/// <summary>Why a subscription's filters are not taken.</summary>
/// <param name="Path">RFC 6901 pointer below <c>filters</c>: <c>/0/any/1/exact</c>.</param>
public sealed record FilterError(string Path, string Detail);

/// <summary>Reads the <c>filters</c> of a subscription: a list of filters that must all match, none of them wanting everything.</summary>
public sealed class FilterReader
{
    /// <summary>Deepest nesting of <c>all</c>, <c>any</c> and <c>not</c>.</summary>
    public const int MaxDepth = 10;

    /// <summary>Most filters and attribute conditions together: what one event costs one subscriber.</summary>
    public const int MaxParts = 200;

    private const int MaxShownName = 64;

    private int _parts;
    private FilterError? _error;

    private FilterReader()
    {
    }

    /// <param name="filters">The member as sent. An absent one (<see cref="JsonValueKind.Undefined"/>) or null wants everything.</param>
    public static bool TryRead(
        JsonElement filters, [NotNullWhen(true)] out CloudEventFilter? filter, [NotNullWhen(false)] out FilterError? error)
    {
        var reader = new FilterReader();
        filter = filters.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => CloudEventFilter.Everything,
            JsonValueKind.Array when filters.GetArrayLength() == 0 => CloudEventFilter.Everything,
            _ => reader.List(filters, "", 1) is { } all ? new CloudEventFilter.All(all) : null,
        };
        error = filter is null ? reader._error! : null;
        return filter is not null;
    }

    private CloudEventFilter? One(JsonElement json, string path, int depth)
    {
        if (depth > MaxDepth)
        {
            return Refuse(path, $"Filters are nested at most {MaxDepth} deep.");
        }

        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Count() != 1)
        {
            return Refuse(path, "A filter is an object with one member, named by its dialect.");
        }

        if (++_parts > MaxParts)
        {
            return Refuse(path, $"At most {MaxParts} filters and conditions are taken.");
        }

        var member = json.EnumerateObject().First();
        var dialect = NameOf(member);
        var below = $"{path}/{Shown(dialect)}";
        return dialect switch
        {
            "exact" => Conditions(member.Value, below) is { } conditions ? new CloudEventFilter.Exact(conditions) : null,
            "prefix" => Conditions(member.Value, below) is { } conditions ? new CloudEventFilter.Prefix(conditions) : null,
            "suffix" => Conditions(member.Value, below) is { } conditions ? new CloudEventFilter.Suffix(conditions) : null,
            "all" => List(member.Value, below, depth + 1) is { } filters ? new CloudEventFilter.All(filters) : null,
            "any" => List(member.Value, below, depth + 1) is { } filters ? new CloudEventFilter.Any(filters) : null,
            "not" => One(member.Value, below, depth + 1) is { } filter ? new CloudEventFilter.Not(filter) : null,
            "sql" or "cesql" => Expression(member.Value, below),
            _ => Refuse(below, "The dialects spoken here are exact, prefix, suffix, all, any, not and sql."),
        };
    }

    private CloudEventFilter? Expression(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.String || !TryText(json, out var text))
        {
            return Refuse(path, "An expression of CESQL in a string is expected.");
        }

        if (!CesqlParser.TryParse(text, out var expression, out var error))
        {
            return Refuse(path, $"At character {error.At + 1}: {error.Detail}");
        }

        _parts += expression.All.Count();
        return _parts > MaxParts ? Refuse(path, $"At most {MaxParts} filters and conditions are taken.")
            : FlawOf(expression) is { } flaw ? Refuse(path, flaw)
            : new CloudEventFilter.Sql(expression);
    }

    /// <summary>What makes an expression that can be read match nothing, ever: better said now than found out on the bad day.</summary>
    private static string? FlawOf(CesqlExpression expression)
    {
        if (expression.All.OfType<CesqlExpression.Call>().FirstOrDefault(c => !c.IsKnown) is { } call)
        {
            return $"There is no function {Shown(call.Name)} of {call.Arguments.Count} arguments.";
        }

        var names = expression.All.Select(e => (e as CesqlExpression.Attribute)?.Name ?? (e as CesqlExpression.Exists)?.Name);
        return names.FirstOrDefault(n => n?.Any(char.IsAsciiLetterUpper) == true) is { } name ? $"Attributes are named in lower case: {Shown(name)} is none."
            : expression.Type != CesqlType.Boolean ? "The expression gives no true or false."
            : null;
    }

    private List<CloudEventFilter>? List(JsonElement json, string path, int depth)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() == 0)
        {
            _error = new FilterError(path, "A list of at least one filter is expected.");
            return null;
        }

        var filters = new List<CloudEventFilter>();
        foreach (var element in json.EnumerateArray())
        {
            if (One(element, $"{path}/{filters.Count}", depth) is not { } filter)
            {
                return null;
            }

            filters.Add(filter);
        }

        return filters;
    }

    private List<KeyValuePair<string, string>>? Conditions(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.EnumerateObject().Any())
        {
            Refuse(path, "An object of attributes and the strings they are compared with is expected.");
            return null;
        }

        var conditions = new List<KeyValuePair<string, string>>();
        foreach (var member in json.EnumerateObject())
        {
            var name = NameOf(member);
            var problem = AttributeRules.Name(name)?.Detail
                ?? (member.Value.ValueKind == JsonValueKind.String && TryText(member.Value, out var text)
                    ? Added(conditions, name, text)
                    : "A string that is not empty is expected.");
            if (problem is not null)
            {
                Refuse($"{path}/{Shown(name)}", problem);
                return null;
            }
        }

        return conditions;
    }

    private string? Added(List<KeyValuePair<string, string>> conditions, string name, string value)
    {
        if (conditions.Exists(c => c.Key == name))
        {
            return "An attribute is named at most once.";
        }

        conditions.Add(new(name, value));
        return ++_parts > MaxParts ? $"At most {MaxParts} filters and conditions are taken." : null;
    }

    // Empty, which names nothing, for a name of half a surrogate pair: the framework throws there.
    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private static bool TryText(JsonElement json, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = json.GetString();
        }
        catch (InvalidOperationException)
        {
            // Halves of surrogate pairs: no attribute has them.
            text = null;
        }

        return !string.IsNullOrEmpty(text);
    }

    private static string Shown(string name) =>
        (name.Length <= MaxShownName ? name : name[..MaxShownName]).Replace("~", "~0").Replace("/", "~1");

    private CloudEventFilter? Refuse(string path, string detail)
    {
        _error = new FilterError(path, detail);
        return null;
    }
}
