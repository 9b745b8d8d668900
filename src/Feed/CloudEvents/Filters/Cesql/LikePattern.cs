namespace StatusHub.Feed.CloudEvents.Filters.Cesql;

/// <summary>The pattern of LIKE (CESQL 1.0.0, section 3.4.3): <c>%</c> for any characters, <c>_</c> for one, <c>\</c> before either to mean itself.</summary>
public sealed class LikePattern
{
    private const int AnyNumber = -1;
    private const int AnyOne = -2;

    private readonly int[] _parts;

    public LikePattern(string text)
    {
        Text = text;
        var parts = new List<int>();
        var isEscaped = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (isEscaped && rune.Value is not ('%' or '_'))
            {
                parts.Add('\\');
            }

            if (!isEscaped && rune.Value == '\\')
            {
                isEscaped = true;
                continue;
            }

            parts.Add(isEscaped ? rune.Value : rune.Value switch { '%' => AnyNumber, '_' => AnyOne, var exact => exact });
            isEscaped = false;
        }

        if (isEscaped)
        {
            parts.Add('\\');
        }

        _parts = [.. parts];
    }

    public string Text { get; }

    /// <summary>Goes back only to the last <c>%</c>: at most length of text times length of pattern steps, whatever they are.</summary>
    public bool Matches(string text)
    {
        var runes = Runes(text);
        var (at, part, star, tried) = (0, 0, -1, 0);
        while (at < runes.Count)
        {
            if (part < _parts.Length && _parts[part] == AnyNumber)
            {
                (star, tried) = (part++, at);
            }
            else if (part < _parts.Length && (_parts[part] == AnyOne || _parts[part] == runes[at]))
            {
                at++;
                part++;
            }
            else if (star >= 0)
            {
                at = ++tried;
                part = star + 1;
            }
            else
            {
                return false;
            }
        }

        return Array.TrueForAll(_parts[part..], p => p == AnyNumber);
    }

    private static List<int> Runes(string text)
    {
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            runes.Add(rune.Value);
        }

        return runes;
    }
}
