using System.Text;

namespace StatusHub.Probes.Content;

/// <summary>Writes whole numbers in English words, hyphenated and without "and" (<c>forty-eight thousand two hundred sixteen</c>).</summary>
internal static class EnglishNumber
{
    /// <summary>Largest number that is written.</summary>
    public const int Max = 999_999_999;

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    /// <exception cref="ArgumentOutOfRangeException">Below 0 or above <see cref="Max"/>.</exception>
    public static string InWords(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Max);
        if (number == 0)
        {
            return Small[0];
        }

        var words = new StringBuilder(96);
        AppendGroup(words, number / 1_000_000, " million");
        AppendGroup(words, number / 1_000 % 1_000, " thousand");
        AppendGroup(words, number % 1_000, "");
        return words.ToString();
    }

    private static void AppendGroup(StringBuilder words, int group, string unit)
    {
        if (group == 0)
        {
            return;
        }

        if (group >= 100)
        {
            Separate(words).Append(Small[group / 100]).Append(" hundred");
        }

        var rest = group % 100;
        if (rest >= 20)
        {
            Separate(words).Append(Tens[rest / 10]);
            _ = rest % 10 > 0 ? words.Append('-').Append(Small[rest % 10]) : words;
        }
        else if (rest > 0)
        {
            Separate(words).Append(Small[rest]);
        }

        words.Append(unit);
    }

    private static StringBuilder Separate(StringBuilder words) => words.Length == 0 ? words : words.Append(' ');
}
