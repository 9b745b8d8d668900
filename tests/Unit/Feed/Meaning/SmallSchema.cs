using System.Text.Json;
using System.Text.RegularExpressions;

namespace StatusHub.Unit.Feed.Meaning;

/// <summary>As much of JSON Schema 2020-12 as the event types use; a keyword it does not know fails the test that meets it.</summary>
internal static class SmallSchema
{
    private static readonly HashSet<string> Notes = ["$schema", "title", "description"];

    public static bool Fits(JsonElement schema, JsonElement value)
    {
        foreach (var keyword in schema.EnumerateObject().Where(k => !Notes.Contains(k.Name)))
        {
            if (!Fits(keyword.Name, keyword.Value, value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Fits(string keyword, JsonElement rule, JsonElement value) => keyword switch
    {
        "type" => IsType(rule.GetString()!, value),
        "enum" => rule.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)),
        "anyOf" => rule.EnumerateArray().Any(s => Fits(s, value)),
        "required" => value.ValueKind != JsonValueKind.Object || rule.EnumerateArray().All(n => value.TryGetProperty(n.GetString()!, out _)),
        "properties" => value.ValueKind != JsonValueKind.Object || rule.EnumerateObject().All(p => !value.TryGetProperty(p.Name, out var v) || Fits(p.Value, v)),
        "additionalProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().All(p => Fits(rule, p.Value)),
        "propertyNames" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().All(p => Matches(p.Name, rule.GetProperty("pattern").GetString()!)),
        "maxProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() <= rule.GetInt32(),
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(v => Fits(rule, v)),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.GetInt32(),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.GetInt32(),
        "pattern" => value.ValueKind != JsonValueKind.String || Matches(value.GetString()!, rule.GetString()!),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.GetDouble(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.GetDouble(),
        "format" => value.ValueKind != JsonValueKind.String || IsFormat(rule.GetString()!, value.GetString()!),
        _ => throw new NotSupportedException($"The keyword {keyword} is not known here."),
    };

    private static bool IsType(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"The type {type} is not known here."),
    };

    private static bool IsFormat(string format, string text) => format switch
    {
        "date-time" => Matches(text, @"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$"),
        "uuid" => Guid.TryParse(text, out _),
        "uri-reference" => !text.Contains(' ', StringComparison.Ordinal),
        _ => throw new NotSupportedException($"The format {format} is not known here."),
    };

    private static bool Matches(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking);
}
