using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace StatusHub.Feed.CloudEvents.Syntax;

/// <summary>
/// A media type of RFC 2046. Type, subtype, parameter names and the charset compare without regard to case, other parameters'
/// values with it; the order of parameters means nothing.
/// </summary>
public sealed class MediaType : IEquatable<MediaType>
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Blanks = " \t";

    private static readonly SearchValues<char> Token = SearchValues.Create(Letters + "0123456789!#$%&'*+-.^_`|~");

    private static readonly Dictionary<string, string> None = [];
    private static readonly MediaType Json = new("application", "json");

    private Dictionary<string, string> _parameters = None;

    private MediaType(string type, string subtype) => (Type, Subtype) = (type, subtype);

    /// <summary>Lower case.</summary>
    public string Type { get; }

    /// <summary>Lower case.</summary>
    public string Subtype { get; }

    public string? Charset => _parameters.GetValueOrDefault("charset");

    /// <summary>Any type with subtype <c>json</c> or suffix <c>+json</c>: JSON format, section 3.1.</summary>
    public bool IsJson => Subtype == "json" || Subtype.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>No charset named, or one whose bytes are UTF-8.</summary>
    public bool IsUtf8 =>
        Charset is null || Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || Charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);

    public static bool TryParse(string text, [NotNullWhen(true)] out MediaType? media)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "application/json")
        {
            media = Json; // nearly always
            return true;
        }

        media = null;
        var rest = text.AsSpan().Trim(Blanks);
        if (!TryToken(ref rest, out var type) || !rest.StartsWith('/'))
        {
            return false;
        }

        rest = rest[1..];
        if (!TryToken(ref rest, out var subtype))
        {
            return false;
        }

        var parsed = new MediaType(type.ToLowerInvariant(), subtype.ToLowerInvariant());
        if (!parsed.TryParameters(rest))
        {
            return false;
        }

        media = parsed;
        return true;
    }

    public bool Equals(MediaType? other) =>
        other is not null && Type == other.Type && Subtype == other.Subtype && _parameters.Count == other._parameters.Count
        && _parameters.All(p => other._parameters.TryGetValue(p.Key, out var value) && value.Equals(p.Value, ComparisonOf(p.Key)));

    public override bool Equals(object? obj) => Equals(obj as MediaType);

    public override int GetHashCode() => HashCode.Combine(Type, Subtype);

    private static StringComparison ComparisonOf(string parameter) =>
        parameter.Equals("charset", StringComparison.OrdinalIgnoreCase) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private static bool TryToken(ref ReadOnlySpan<char> rest, [NotNullWhen(true)] out string? token)
    {
        var end = rest.IndexOfAnyExcept(Token);
        end = end < 0 ? rest.Length : end;
        token = end == 0 ? null : rest[..end].ToString();
        rest = rest[end..];
        return token is not null;
    }

    private static bool TryQuoted(ref ReadOnlySpan<char> rest, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                value = text.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            if (rest[i] == '\\' && ++i == rest.Length)
            {
                return false;
            }

            if (rest[i] is not ('\t' or (>= ' ' and <= '~')))
            {
                return false;
            }

            text.Append(rest[i]);
        }

        return false;
    }

    private bool TryParameters(ReadOnlySpan<char> rest)
    {
        while (true)
        {
            rest = rest.TrimStart(Blanks);
            if (rest.IsEmpty)
            {
                return true;
            }

            if (rest[0] != ';')
            {
                return false;
            }

            rest = rest[1..].TrimStart(Blanks);
            if (rest.IsEmpty || rest[0] == ';')
            {
                // RFC 9110, section 5.6.6: an empty parameter is none.
                continue;
            }

            if (!TryToken(ref rest, out var name) || !rest.StartsWith('='))
            {
                return false;
            }

            rest = rest[1..];
            _parameters = ReferenceEquals(_parameters, None) ? new(StringComparer.OrdinalIgnoreCase) : _parameters;
            if (!(rest.StartsWith('"') ? TryQuoted(ref rest, out var value) : TryToken(ref rest, out value)) || !_parameters.TryAdd(name, value))
            {
                return false;
            }
        }
    }
}
