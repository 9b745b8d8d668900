using System.Globalization;
using System.Text;

namespace StatusHub.Probes.Content;

internal enum ContentVerdict
{
    Right,
    Wrong,

    /// <summary>What came could still have become right: it holds no number, or ends in the beginning of the right one.</summary>
    Unfinished,
}

/// <summary>
/// A question no cache can have answered before: a random number in words that must come back in digits. Judges what came back: any
/// wording, grouping and repetition of that number is right, any other number beside it is wrong.
/// </summary>
internal sealed class ContentCheck
{
    /// <summary>Five or six digits: long enough not to be guessed, short enough for the smallest models.</summary>
    private const int Least = 10_000;

    private const int Most = 999_999;

    private const string ThoughtStart = "<think>";
    private const string ThoughtEnd = "</think>";

    private readonly string _digits;

    private ContentCheck(int number)
    {
        _digits = number.ToString(CultureInfo.InvariantCulture);
        Question = "Write this number using digits only, with nothing else: " + EnglishNumber.InWords(number);
    }

    public string Question { get; }

    public static ContentCheck Draw(Random random) => new(random.Next(Least, Most + 1));

    /// <summary>The check for a chosen number.</summary>
    public static ContentCheck Of(int number) => new(number);

    public bool IsRight(string answer) => Judge(answer) == ContentVerdict.Right;

    internal ContentVerdict Judge(string answer)
    {
        var spoken = WithoutThoughts(answer);
        var numbers = 0;
        var wrong = false;
        for (var at = 0; at < spoken.Length;)
        {
            if (!char.IsAsciiDigit(spoken[at]))
            {
                at++;
                continue;
            }

            var run = RunFrom(spoken, at);
            numbers++;
            wrong |= IsNegative(spoken, at) || !Means(run);
            at += run.Length;
        }

        return numbers == 0 || (wrong && numbers == 1 && EndsInBeginning(spoken)) ? ContentVerdict.Unfinished
            : wrong ? ContentVerdict.Wrong
            : ContentVerdict.Right;
    }

    /// <summary>Open reasoning that some local models put into the text itself; an unfinished thought hides everything after it.</summary>
    private static string WithoutThoughts(string answer)
    {
        for (var start = answer.IndexOf(ThoughtStart, StringComparison.Ordinal); start >= 0; start = answer.IndexOf(ThoughtStart, StringComparison.Ordinal))
        {
            var end = answer.IndexOf(ThoughtEnd, start, StringComparison.Ordinal);
            answer = end < 0 ? answer[..start] : answer.Remove(start, end + ThoughtEnd.Length - start);
        }

        return answer;
    }

    /// <summary>Digits with single separators between them, such as <c>48,216</c> or <c>4 8 2 1 6</c>.</summary>
    private static ReadOnlySpan<char> RunFrom(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length)
        {
            if (char.IsAsciiDigit(text[end]))
            {
                end++;
            }
            else if (IsSeparator(text[end]) && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))
            {
                end += 2;
            }
            else
            {
                break;
            }
        }

        return text.AsSpan(start, end - start);
    }

    private static bool IsSeparator(char c) => c is ',' or '.' or '\'' or '_' or '\u2019' || char.IsWhiteSpace(c);

    private static bool IsNegative(string text, int at) =>
        at > 0 && text[at - 1] is '-' or '\u2212' && (at == 1 || !char.IsLetterOrDigit(text[at - 2]));

    /// <summary>Whether a run is the number itself, grouped or not, or the number said more than once.</summary>
    private bool Means(ReadOnlySpan<char> run)
    {
        var joined = new StringBuilder(run.Length);
        foreach (var c in run)
        {
            _ = char.IsAsciiDigit(c) ? joined.Append(c) : joined;
        }

        var digits = joined.ToString();
        if (digits.Length == 0 || digits.Length % _digits.Length != 0)
        {
            return false;
        }

        // Repetition only counts when something stands between: 4821648216 is another number.
        if (digits.Length > _digits.Length && run.Length == digits.Length)
        {
            return false;
        }

        for (var at = 0; at < digits.Length; at += _digits.Length)
        {
            if (string.CompareOrdinal(digits, at, _digits, 0, _digits.Length) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool EndsInBeginning(string text)
    {
        var digits = text.AsSpan().TrimEnd(" ,.'\"*`\n");
        var from = digits.Length;
        while (from > 0 && (char.IsAsciiDigit(digits[from - 1]) || (IsSeparator(digits[from - 1]) && from > 1 && char.IsAsciiDigit(digits[from - 2]))))
        {
            from--;
        }

        var tail = string.Concat(digits[from..].ToString().Where(char.IsAsciiDigit));
        return tail.Length > 0 && tail.Length < _digits.Length && _digits.StartsWith(tail, StringComparison.Ordinal);
    }
}
