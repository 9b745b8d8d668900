using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StatusHub.Domain.Catalog;

/// <summary>
/// The public name of a model, <c>{provider}/{model}</c>: lower case, <c>[a-z0-9.-]</c> on both sides of the slash.
/// It is the subject of every event about that model.
/// </summary>
[JsonConverter(typeof(ModelIdJson))]
public readonly record struct ModelId : IComparable<ModelId>
{
    /// <summary>Longest accepted id, in characters.</summary>
    public const int MaxLength = 128;

    private ModelId(string value) => Value = value;

    public string Value { get => field ?? ""; }

    public string Provider => Value[..Math.Max(0, Value.IndexOf('/'))];

    public string Name => Value[(Value.IndexOf('/') + 1)..];

    /// <exception cref="FormatException">The text is not a model id.</exception>
    public static ModelId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a model id of the form provider/model.");

    public static bool TryParse([NotNullWhen(true)] string? text, out ModelId id)
    {
        id = default;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        var slash = text.IndexOf('/');
        if (slash <= 0 || slash == text.Length - 1 || text.LastIndexOf('/') != slash)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-' or '/'))
            {
                return false;
            }
        }

        id = new ModelId(text);
        return true;
    }

    public int CompareTo(ModelId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(ModelId left, ModelId right) => left.CompareTo(right) < 0;

    public static bool operator >(ModelId left, ModelId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ModelId left, ModelId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ModelId left, ModelId right) => left.CompareTo(right) >= 0;
}

internal sealed class ModelIdJson : JsonConverter<ModelId>
{
    public override ModelId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ModelId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("not a model id");

    public override void Write(Utf8JsonWriter writer, ModelId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
