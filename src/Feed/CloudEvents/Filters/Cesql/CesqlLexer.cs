using System.Collections.Frozen;
using System.Text;

namespace StatusHub.Feed.CloudEvents.Filters.Cesql;

internal enum CesqlTokenKind
{
    End,
    Word,
    Number,
    Text,
    Symbol,
}

/// <param name="Text">A string's content, unescaped; else as written.</param>
/// <param name="At">Index of its first character.</param>
internal readonly record struct CesqlToken(CesqlTokenKind Kind, string Text, int At)
{
    public bool IsWord(string word) => Kind == CesqlTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind == CesqlTokenKind.Symbol && Text == symbol;
}

/// <summary>Cuts an expression into tokens. Keywords are words like others here: only the parser knows where one is due.</summary>
internal static class CesqlLexer
{
    private static readonly FrozenDictionary<string, CesqlOperator> Operators = new Dictionary<string, CesqlOperator>(StringComparer.OrdinalIgnoreCase)
    {
        ["AND"] = CesqlOperator.And,
        ["OR"] = CesqlOperator.Or,
        ["XOR"] = CesqlOperator.Xor,
        ["="] = CesqlOperator.Equal,
        ["!="] = CesqlOperator.NotEqual,
        ["<"] = CesqlOperator.Less,
        ["<="] = CesqlOperator.LessOrEqual,
        [">"] = CesqlOperator.Greater,
        [">="] = CesqlOperator.GreaterOrEqual,
        ["+"] = CesqlOperator.Add,
        ["-"] = CesqlOperator.Subtract,
        ["*"] = CesqlOperator.Multiply,
        ["/"] = CesqlOperator.Divide,
        ["%"] = CesqlOperator.Remainder,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string Written(CesqlOperator op) => Operators.First(o => o.Value == op).Key;

    public static CesqlOperator? OperatorOf(CesqlToken token) => token.Kind switch
    {
        CesqlTokenKind.Symbol when token.Text == "<>" => CesqlOperator.NotEqual,
        CesqlTokenKind.Symbol or CesqlTokenKind.Word when Operators.TryGetValue(token.Text, out var op) => op,
        _ => null,
    };

    /// <returns>The tokens, the last one being the end; or null and where it went wrong.</returns>
    public static List<CesqlToken>? Read(string text, out CesqlError? error)
    {
        var tokens = new List<CesqlToken>();
        error = null;
        for (var at = 0; ;)
        {
            while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new(CesqlTokenKind.End, "", at));
                return tokens;
            }

            if (Next(text, ref at, out error) is not { } token)
            {
                return null;
            }

            tokens.Add(token);
        }
    }

    private static CesqlToken? Next(string text, ref int at, out CesqlError? error)
    {
        error = null;
        var start = at;
        if (text[at] is '\'' or '"')
        {
            return Quoted(text, ref at, out error);
        }

        if (IsOfWord(text[at]))
        {
            while (at < text.Length && IsOfWord(text[at]))
            {
                at++;
            }

            var word = text[start..at];
            return new(word.All(char.IsAsciiDigit) ? CesqlTokenKind.Number : CesqlTokenKind.Word, word, start);
        }

        var pair = at + 1 < text.Length ? text.Substring(at, 2) : "";
        var symbol = pair is "!=" or "<>" or "<=" or ">=" ? pair : text[at].ToString();
        if (!"()=<>+-*/%,".Contains(text[at]) && symbol != "!=")
        {
            error = new CesqlError(at, "There is no such symbol.");
            return null;
        }

        at += symbol.Length;
        return new(CesqlTokenKind.Symbol, symbol, start);
    }

    // A backslash is only taken away before the quote it escapes: patterns of LIKE have it for themselves.
    private static CesqlToken? Quoted(string text, ref int at, out CesqlError? error)
    {
        error = null;
        var start = at;
        var quote = text[at++];
        var content = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                if (text[at + 1] != quote)
                {
                    content.Append(text[at]);
                }

                at++;
            }

            content.Append(text[at++]);
        }

        if (at == text.Length)
        {
            error = new CesqlError(start, "The string does not end.");
            return null;
        }

        at++;
        return new(CesqlTokenKind.Text, content.ToString(), start);
    }

    private static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
