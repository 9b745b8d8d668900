using System.Text.RegularExpressions;

namespace StatusHub.Simulator.Answers;

/// <summary>Reads English number words, zero to 999,999,999: how a simulated model passes a content check.</summary>
public static partial class NumberWords
{
    private static readonly Dictionary<string, int> Small = Numbered(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
            "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], 0, 1);

    private static readonly Dictionary<string, int> Tens = Numbered(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 20, 10);

    /// <summary>
    /// The number spelled with most words anywhere in the text, the last of several equally long; null when there is none.
    /// So "reply with one number: four thousand and twelve" is 4012.
    /// </summary>
    public static int? Find(string text)
    {
        var words = Words().Matches(text).Select(m => m.Value.ToLowerInvariant()).ToArray();
        var (heaviest, found) = (0, (int?)null);
        for (var at = 0; at < words.Length;)
        {
            var end = at;
            if (Read(words, ref end) is { } value)
            {
                var weight = value == 1 ? 1 : 2 * (end - at); // a lone "one" is more often a plain word than a number asked for
                (heaviest, found) = weight >= heaviest ? (weight, value) : (heaviest, found);
                at = end;
            }
            else
            {
                at++;
            }
        }

        return found;
    }

    private static int? Read(string[] words, ref int at)
    {
        var rest = at;
        int? total = null;
        foreach (var (scale, size) in new[] { ("million", 1_000_000), ("thousand", 1_000), ("", 1) })
        {
            var next = rest;
            if (total is not null && Word(words, next) == "and")
            {
                next++;
            }

            if (BelowThousand(words, ref next) is not { } part || (total is not null && part == 0))
            {
                continue;
            }

            if (scale.Length > 0 && Word(words, next++) != scale)
            {
                continue;
            }

            (total, rest) = ((total ?? 0) + (part * size), next);
        }

        at = rest;
        return total;
    }

    private static int? BelowThousand(string[] words, ref int at)
    {
        if (Small.TryGetValue(Word(words, at), out var digit) && digit is > 0 and < 10 && Word(words, at + 1) == "hundred")
        {
            at += 2;
            var rest = Word(words, at) == "and" ? at + 1 : at;
            if (BelowHundred(words, ref rest) is { } part and > 0)
            {
                at = rest;
                return (digit * 100) + part;
            }

            return digit * 100;
        }

        return BelowHundred(words, ref at);
    }

    private static int? BelowHundred(string[] words, ref int at)
    {
        if (Tens.TryGetValue(Word(words, at), out var tens))
        {
            at++;
            if (Small.TryGetValue(Word(words, at), out var unit) && unit is > 0 and < 10)
            {
                at++;
                return tens + unit;
            }

            return tens;
        }

        if (!Small.TryGetValue(Word(words, at), out var small))
        {
            return null;
        }

        at++;
        return small;
    }

    private static string Word(string[] words, int at) => at < words.Length ? words[at] : "";

    private static Dictionary<string, int> Numbered(string[] words, int first, int step) =>
        words.Select((word, i) => (word, value: first + (i * step))).ToDictionary(p => p.word, p => p.value, StringComparer.Ordinal);

    [GeneratedRegex("[A-Za-z]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Words();
}
