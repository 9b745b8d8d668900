namespace StatusHub.Simulator.Answers;

/// <summary>What a simulated model says, cut into tokens.</summary>
/// <param name="Tokens">The text in order, one piece per token.</param>
/// <param name="CutByLength">The token budget ran out before the end.</param>
public sealed record Answer(IReadOnlyList<string> Tokens, bool CutByLength)
{
    /// <summary>Digits a token holds at most, as in today's tokenizers.</summary>
    private const int DigitsPerToken = 3;

    private static readonly string[] Greeting = ["Hello", "!", " Everything", " is", " well", " here", "."];
    private static readonly string[] Nonsense = ["Hel", "ผล", " rr", "lo", "ที่", " st", "."];

    /// <summary>
    /// Answers a question: a number in words comes back in digits, anything else gets a short greeting. A wrong answer is a
    /// number off by <paramref name="error"/> (1 or more), or a garbled greeting.
    /// </summary>
    public static Answer To(string question, int maxTokens, int? error)
    {
        var tokens = NumberWords.Find(question) is { } number
            ? Digits((error is { } off ? number + off : number).ToString())
            : error is null ? Greeting : Nonsense;
        return tokens.Length > maxTokens ? new Answer(tokens[..maxTokens], true) : new Answer(tokens, false);
    }

    /// <summary>Tokens of a text of this many characters, at the usual four characters each and a few for the frame.</summary>
    public static int InputTokens(int characters) => 8 + ((characters + 3) / 4);

    private static string[] Digits(string text) => [.. text.Chunk(DigitsPerToken).Select(c => new string(c))];
}
