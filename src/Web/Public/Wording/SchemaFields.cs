using System.Text.Json;
using StatusHub.Feed.Meaning;

namespace StatusHub.Web.Public.Wording;

/// <summary>One field of an event's data, in words.</summary>
/// <param name="Shape">What may stand there: <c>text</c>, <c>time</c>, the words of a list.</param>
public sealed record SchemaField(string Name, string Shape, bool IsRequired, string? Description);

/// <summary>Reads the fields of a type out of its schema, so that the page cannot say anything else.</summary>
public static class SchemaFields
{
    public static IReadOnlyList<SchemaField> Of(string type)
    {
        using var schema = JsonDocument.Parse(Schemas.Of(type) ?? throw new ArgumentException("Not a type of ours.", nameof(type)));
        var root = schema.RootElement;
        var required = root.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()).ToHashSet() : [];
        return root.TryGetProperty("properties", out var fields)
            ? [.. fields.EnumerateObject().Select(f => new SchemaField(
                f.Name, Shape(f.Value), required.Contains(f.Name), f.Value.TryGetProperty("description", out var words) ? words.GetString() : null))]
            : [];
    }

    private static string Shape(JsonElement field)
    {
        if (field.TryGetProperty("anyOf", out var any))
        {
            return string.Join(" or ", any.EnumerateArray().Select(Shape).Distinct(StringComparer.Ordinal));
        }

        if (field.TryGetProperty("enum", out var words))
        {
            return string.Join(", ", words.EnumerateArray().Select(w => w.ToString()));
        }

        if (field.TryGetProperty("const", out var word))
        {
            return word.ToString();
        }

        return field.TryGetProperty("type", out var type) ? Named(type.ToString(), field) : "anything";
    }

    private static string Named(string type, JsonElement field) => type switch
    {
        "string" => field.TryGetProperty("format", out var format) && format.GetString() is { } name
            ? name == "date-time" ? "time" : name
            : field.TryGetProperty("pattern", out _) ? "id" : "text",
        "array" => field.TryGetProperty("items", out var items) ? $"list of {Shape(items)}" : "list",
        "integer" => "whole number",
        "boolean" => "true or false",
        _ => type,
    };
}
