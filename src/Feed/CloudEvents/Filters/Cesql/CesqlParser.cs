using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StatusHub.Feed.CloudEvents.Filters.Cesql;

/// <summary>Why an expression is not taken.</summary>
/// <param name="At">Index of the character where it went wrong.</param>
public sealed record CesqlError(int At, string Detail);

/// <summary>
/// Reads CESQL 1.0.0: precedence as in section 3.6, from left to right among equals. Never throws; text, nesting and size are bounded, since
/// expressions come from strangers.
/// </summary>
public sealed class CesqlParser
{
    public const int MaxLength = 4096;

    /// <summary>Deepest nesting of parentheses, calls and prefix operators.</summary>
    public const int MaxDepth = 50;

    /// <summary>Most parts of one expression: what one event costs one subscriber.</summary>
    public const int MaxParts = 200;

    // From what binds least to what binds most.
    private static readonly CesqlOperator[][] Levels =
    [
        [CesqlOperator.And, CesqlOperator.Or, CesqlOperator.Xor],
        [CesqlOperator.Equal, CesqlOperator.NotEqual, CesqlOperator.Less, CesqlOperator.LessOrEqual, CesqlOperator.Greater, CesqlOperator.GreaterOrEqual],
        [CesqlOperator.Add, CesqlOperator.Subtract],
        [CesqlOperator.Multiply, CesqlOperator.Divide, CesqlOperator.Remainder],
    ];

    private static readonly string[] Keywords = ["AND", "OR", "XOR", "NOT", "LIKE", "EXISTS", "IN"];

    private readonly List<CesqlToken> _tokens;
    private int _at;
    private int _depth;
    private int _parts;
    private CesqlError? _error;

    private CesqlParser(List<CesqlToken> tokens) => _tokens = tokens;

    private CesqlToken Now => _tokens[_at];

    public static bool TryParse(string text, [NotNullWhen(true)] out CesqlExpression? expression, [NotNullWhen(false)] out CesqlError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        expression = null;
        if (text.Length > MaxLength)
        {
            error = new CesqlError(MaxLength, $"An expression is at most {MaxLength} characters.");
            return false;
        }

        if (CesqlLexer.Read(text, out error) is not { } tokens)
        {
            error ??= new CesqlError(0, "This is no expression.");
            return false;
        }

        var parser = new CesqlParser(tokens);
        expression = parser.Level(0);
        if (expression is not null && parser.Now.Kind != CesqlTokenKind.End)
        {
            expression = parser.Refuse("An operator is expected here, or the end.");
        }

        error = expression is null ? parser._error! : null;
        return expression is not null;
    }

    private CesqlExpression? Level(int level)
    {
        if (level == Levels.Length)
        {
            return Tested();
        }

        var left = Level(level + 1);
        while (left is not null && CesqlLexer.OperatorOf(Now) is { } op && Levels[level].Contains(op))
        {
            _at++;
            left = Level(level + 1) is { } right ? Counted(new CesqlExpression.Binary(op, left, right)) : null;
        }

        return left;
    }

    /// <summary>An operand with any number of LIKE and IN behind it.</summary>
    private CesqlExpression? Tested()
    {
        var operand = Prefixed();
        while (operand is not null)
        {
            var isNot = Now.IsWord("NOT");
            var test = isNot ? _tokens[_at + 1] : Now;
            if (!test.IsWord("LIKE") && !test.IsWord("IN"))
            {
                return operand;
            }

            _at += isNot ? 2 : 1;
            operand = test.IsWord("LIKE") ? LikeOf(operand, isNot) : InOf(operand, isNot);
        }

        return operand;
    }

    private CesqlExpression? LikeOf(CesqlExpression operand, bool isNot)
    {
        if (Now.Kind != CesqlTokenKind.Text)
        {
            return Refuse("The pattern of LIKE is a string in quotes.");
        }

        return Counted(new CesqlExpression.Like(operand, new LikePattern(_tokens[_at++].Text), isNot));
    }

    private CesqlExpression? InOf(CesqlExpression operand, bool isNot)
    {
        if (!Now.IsSymbol("(") || _tokens[_at + 1].IsSymbol(")"))
        {
            return Refuse("IN is followed by at least one value in parentheses.");
        }

        return List() is { } set ? Counted(new CesqlExpression.In(operand, set, isNot)) : null;
    }

    private CesqlExpression? Prefixed()
    {
        if (++_depth > MaxDepth)
        {
            return Refuse($"An expression is nested at most {MaxDepth} deep.");
        }

        var isNot = Now.IsWord("NOT");
        CesqlExpression? read;
        if (isNot || Now.IsSymbol("-"))
        {
            _at++;
            read = !isNot && Now.Kind == CesqlTokenKind.Number ? Integer("-") // the least integer has no positive counterpart
                : Prefixed() is not { } operand ? null
                : Counted(isNot ? new CesqlExpression.Not(operand) : new CesqlExpression.Negate(operand));
        }
        else if (Now.IsSymbol("+") && _tokens[_at + 1].Kind == CesqlTokenKind.Number)
        {
            _at++;
            read = Integer("");
        }
        else
        {
            read = Atom();
        }

        _depth--;
        return read;
    }

    private CesqlExpression? Atom()
    {
        var token = Now;
        switch (token.Kind)
        {
            case CesqlTokenKind.Number:
                return Integer("");
            case CesqlTokenKind.Text:
                _at++;
                return Counted(new CesqlExpression.Literal(CesqlValue.Of(token.Text)));
            case CesqlTokenKind.Symbol when token.IsSymbol("("):
                _at++;
                return Level(0) is { } inner && Close() ? inner : null;
            case CesqlTokenKind.Word when _tokens[_at + 1].IsSymbol("(") && !IsKeyword(token):
                _at++;
                return List() is { } arguments ? Counted(new CesqlExpression.Call(token.Text, arguments)) : null;
            case CesqlTokenKind.Word:
                return Named(token);
            default:
                return Refuse("A value, an attribute or a function is expected here.");
        }
    }

    private CesqlExpression? Named(CesqlToken word)
    {
        if (word.IsWord("TRUE") || word.IsWord("FALSE"))
        {
            _at++;
            return Counted(new CesqlExpression.Literal(CesqlValue.Of(word.IsWord("TRUE"))));
        }

        if (word.IsWord("EXISTS"))
        {
            _at++;
            return IsName(Now) ? Counted(new CesqlExpression.Exists(_tokens[_at++].Text)) : Refuse("EXISTS is followed by the name of an attribute.");
        }

        if (!IsName(word))
        {
            return Refuse("A value, an attribute or a function is expected here.");
        }

        _at++;
        return Counted(new CesqlExpression.Attribute(word.Text));
    }

    private CesqlExpression? Integer(string sign)
    {
        if (!int.TryParse(sign + Now.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return Refuse("A number has 32 bits.");
        }

        _at++;
        return Counted(new CesqlExpression.Literal(CesqlValue.Of(number)));
    }

    private List<CesqlExpression>? List()
    {
        _at++;
        var list = new List<CesqlExpression>();
        if (Now.IsSymbol(")"))
        {
            _at++;
            return list;
        }

        while (Level(0) is { } item)
        {
            list.Add(item);
            if (!Now.IsSymbol(","))
            {
                return Close() ? list : null;
            }

            _at++;
        }

        return null;
    }

    private bool Close()
    {
        if (Now.IsSymbol(")"))
        {
            _at++;
            return true;
        }

        Refuse("A closing parenthesis is missing here.");
        return false;
    }

    private CesqlExpression? Counted(CesqlExpression expression) =>
        ++_parts <= MaxParts ? expression : Refuse($"An expression has at most {MaxParts} parts.");

    private static bool IsKeyword(CesqlToken token) => Array.Exists(Keywords, token.IsWord);

    private static bool IsName(CesqlToken token) =>
        token.Kind == CesqlTokenKind.Number || (token.Kind == CesqlTokenKind.Word && !IsKeyword(token) && !token.Text.Contains('_'));

    private CesqlExpression? Refuse(string detail)
    {
        _error ??= new CesqlError(Now.At, detail);
        return null;
    }
}
