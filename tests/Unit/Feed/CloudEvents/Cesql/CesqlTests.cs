using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Filters.Cesql;

namespace StatusHub.Unit.Feed.CloudEvents.Cesql;

public sealed class CesqlTests
{
    private const string Alphabet = "()'\"\\%_,=<>!+-*/ abcABC019 AND OR NOT LIKE IN EXISTS TRUE id subject LENGTH( é😀\t\0";

    public static TheoryData<string> Cases() =>
    [
        .. new[]
        {
            ConformanceCases.Comparison, ConformanceCases.Logic, ConformanceCases.Arithmetic, ConformanceCases.Casts, ConformanceCases.Attributes,
            ConformanceCases.Literals, ConformanceCases.Functions, ConformanceCases.Likes, ConformanceCases.Subscriptions, ConformanceCases.FromTheText,
        }.SelectMany(group => group.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_case_of_the_conformance_kit_holds(string line)
    {
        var (expression, expected, cloudEvent) = Read(line);
        var parsed = Parsed(expression);
        Assert.Equal(expected, parsed.Evaluate(cloudEvent));
        Assert.Equal(expected, Parsed(parsed.ToString()).Evaluate(cloudEvent));
        Assert.Equal(parsed.ToString(), Parsed(parsed.ToString()).ToString());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("x LIKE 123", 7)]
    [InlineData("x LIKE y", 7)]
    [InlineData("x LIKE CONCAT('a')", 7)]
    [InlineData("ABC(", 4)]
    [InlineData("(1 = 1", 6)]
    [InlineData("1 = 1)", 5)]
    [InlineData("1 =", 3)]
    [InlineData("= 1", 0)]
    [InlineData("1 2", 2)]
    [InlineData("'abc", 0)]
    [InlineData("'a''b'", 3)]
    [InlineData("1 IN ()", 5)]
    [InlineData("1 IN 2", 5)]
    [InlineData("1 IN (2,)", 8)]
    [InlineData("EXISTS 'x'", 7)]
    [InlineData("2147483648", 0)]
    [InlineData("-2147483649", 1)]
    [InlineData("id & 1", 3)]
    [InlineData("! id", 0)]
    [InlineData("my_ext = 1", 0)]
    [InlineData("AND = 1", 0)]
    [InlineData("1 NOT 2", 2)]
    [InlineData("f(1 2)", 4)]
    [InlineData("a\u00a0= 1", 1)]
    public void What_is_no_expression_is_refused_where_it_goes_wrong(string text, int at)
    {

        Assert.False(CesqlParser.TryParse(text, out var expression, out var error));
        Assert.Null(expression);
        Assert.Equal(at, error.At);
        Assert.NotEmpty(error.Detail);
    }

    [Fact]
    public void Length_depth_and_parts_are_bounded()
    {
        Assert.Contains("nested", Refused(Nested(CesqlParser.MaxDepth)), StringComparison.Ordinal);
        Parsed(Nested(CesqlParser.MaxDepth - 1));
        Assert.Contains("nested", Refused(string.Concat(Enumerable.Repeat("NOT ", CesqlParser.MaxDepth)) + "TRUE"), StringComparison.Ordinal);
        Assert.Contains("parts", Refused("1" + string.Concat(Enumerable.Repeat("+1", CesqlParser.MaxParts / 2))), StringComparison.Ordinal);
        Parsed("1" + string.Concat(Enumerable.Repeat("+1", (CesqlParser.MaxParts / 2) - 1)));
        Assert.Contains("characters", Refused($"'{new string('x', CesqlParser.MaxLength)}'"), StringComparison.Ordinal);

        static string Nested(int depth) => new string('(', depth) + "1" + new string(')', depth);
    }

    [Fact]
    public void No_text_at_all_makes_it_throw_and_what_is_read_can_be_written_and_read_again()
    {
        var random = new Random(20261121);
        var pieces = Alphabet.Split(' ').Concat(Alphabet.Select(c => c.ToString())).ToArray();
        var read = 0;
        for (var i = 0; i < 40_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)] + (random.Next(3) == 0 ? " " : "")));
            if (!CesqlParser.TryParse(text, out var expression, out _))
            {
                continue;
            }

            read++;
            var again = Parsed(expression.ToString());
            Assert.Equal(expression.ToString(), again.ToString());
            Assert.Equal(expression.Evaluate(Events.Least), again.Evaluate(Events.Least));
        }

        Assert.InRange(read, 1_000, 39_000);
    }

    [Fact]
    public void A_pattern_made_to_be_slow_is_not()
    {
        var pattern = new LikePattern(string.Concat(Enumerable.Repeat("a%", 400)) + "b");
        Assert.False(pattern.Matches(new string('a', 4_000))); // exponential matchers do not come back from this
    }

    private static CesqlExpression Parsed(string text) =>
        CesqlParser.TryParse(text, out var expression, out var error) ? expression : throw new InvalidOperationException($"{text} at {error.At}: {error.Detail}");

    private static string Refused(string text)
    {
        Assert.False(CesqlParser.TryParse(text, out _, out var error));
        return error.Detail;
    }

    private static (string Expression, CesqlResult Expected, CloudEvent Event) Read(string line)
    {
        var (expression, rest) = Split(line, " → ");
        var (outcome, set) = Split(rest, " @ ");
        var (value, fault) = Split(outcome, " ! ");
        var expected = value.StartsWith('«') ? CesqlValue.Of(value[1..^1])
            : int.TryParse(value, out var number) ? CesqlValue.Of(number)
            : CesqlValue.Of(bool.Parse(value));
        return (expression, new CesqlResult(expected, fault.Length > 0 ? Enum.Parse<CesqlFault>(fault) : CesqlFault.None), EventWith(set));
    }

    private static CloudEvent EventWith(string set)
    {
        var e = new CloudEvent { Id = "myId", Source = "localhost.localdomain", Type = "myType" };
        foreach (var pair in set.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOfAny([':', '=']);
            var (name, value) = (pair[..at], pair[(at + 1)..]);
            e = name switch
            {
                "id" => e with { Id = value },
                "source" => e with { Source = value },
                "type" => e with { Type = value },
                "subject" => e with { Subject = value },
                "time" => e with { Time = value },
                _ => e with { Extensions = [.. e.Extensions, new CloudEventExtension(name, Typed(value, pair[at] == ':'))] },
            };
        }

        return e;
    }

    private static CloudEventValue Typed(string value, bool isTyped) =>
        !isTyped ? CloudEventValue.Of(value) : int.TryParse(value, out var number) ? CloudEventValue.Of(number) : CloudEventValue.Of(bool.Parse(value));

    private static (string Before, string After) Split(string text, string mark)
    {
        var at = text.LastIndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + mark.Length)..]);
    }
}
