using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Web.Endpoints;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StatusHub.Web.Start;

/// <summary>
/// A YAML file as JSON, so that what stands in it is read by the same readers as requests of the API, and errors by JSON pointer find their
/// line.
/// </summary>
internal sealed class ConfigTree
{
    /// <summary>Most values; an alias counts as often as it is used.</summary>
    private const int MaxNodes = 50_000;

    private readonly Dictionary<string, long> _lines = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly JsonObject _root = [];
    private int _nodes;

    /// <exception cref="YamlException">It is no YAML.</exception>
    /// <exception cref="InvalidOperationException">It holds too much.</exception>
    public ConfigTree(string path, string text)
    {
        _path = path;
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        if (stream.Documents.Count > 0 && JsonOf(stream.Documents[0].RootNode, "") is JsonObject root)
        {
            _root = root;
        }
    }

    /// <summary>The objects of a list at the top; none when it is not there.</summary>
    public IReadOnlyList<JsonElement> List(string name) => _root[name] switch
    {
        null => [],
        JsonArray list => [.. list.Select(item => JsonSerializer.SerializeToElement(item))],
        _ => throw Wrong($"/{name}", "Must be a list."),
    };

    /// <summary>The first of several errors, with its line.</summary>
    public InvalidOperationException Wrong(string within, IReadOnlyList<InputError> errors) => Wrong(within + errors[0].Path, errors[0].Detail);

    public InvalidOperationException Wrong(string pointer, string detail)
    {
        var known = pointer;
        while (known.Length > 0 && !_lines.ContainsKey(known))
        {
            known = known[..known.LastIndexOf('/')];
        }

        return new($"{_path}, line {_lines.GetValueOrDefault(known, 1)}, {pointer[1..]}: {detail}");
    }

    private JsonNode? JsonOf(YamlNode node, string pointer)
    {
        if (++_nodes > MaxNodes)
        {
            throw new InvalidOperationException($"{_path}: holds more than {MaxNodes} values.");
        }

        _lines[pointer] = node.Start.Line;
        switch (node)
        {
            case YamlMappingNode map:
                var members = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    var name = ((YamlScalarNode)key).Value ?? "";
                    members[name] = JsonOf(value, $"{pointer}/{name}");
                }

                return members;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select((item, i) => JsonOf(item, $"{pointer}/{i}"))]);
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    private static JsonNode? Scalar(YamlScalarNode scalar) => (scalar.Style, scalar.Value) switch
    {
        (ScalarStyle.Plain, null or "" or "~" or "null") => null,
        (ScalarStyle.Plain, "true") => true,
        (ScalarStyle.Plain, "false") => false,
        (ScalarStyle.Plain, { } text) when decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        (_, var text) => text,
    };
}
