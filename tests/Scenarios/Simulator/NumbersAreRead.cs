using StatusHub.Simulator.Answers;
using StatusHub.Simulator.Pacing;

namespace StatusHub.Scenarios.Simulator;

public sealed class NumbersAreRead
{
    [Theory]
    [InlineData("zero", 0)]
    [InlineData("seventeen", 17)]
    [InlineData("Forty-Two", 42)]
    [InlineData("one hundred", 100)]
    [InlineData("three hundred and five", 305)]
    [InlineData("four thousand, two hundred seven", 4207)]
    [InlineData("one million and five", 1_000_005)]
    [InlineData("nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine", 999_999_999)]
    [InlineData("Reply with one number in digits: sixty thousand and twelve. One number, no words.", 60_012)]
    [InlineData("Write seven as a digit, one digit only", 7)]
    [InlineData("Nothing here is a numeral, anyone can tell", null)]
    public void A_number_in_words_is_found_anywhere(string text, int? expected) => Assert.Equal(expected, NumberWords.Find(text));

    [Fact]
    public void Every_number_that_can_be_spelled_is_read_back()
    {
        var random = new Random(3);
        for (var i = 0; i < 5_000; i++)
        {
            var number = (int)Math.Pow(10, random.NextDouble() * 9) - 1;
            Assert.Equal(number, NumberWords.Find($"In digits: {Spell(number)}."));
        }
    }

    [Fact]
    public void A_wrong_answer_is_never_the_right_one()
    {
        Assert.Equal("43", string.Concat(Answer.To("forty-two", 64, error: 1).Tokens));
        Assert.NotEqual(string.Concat(Answer.To("hello", 64, null).Tokens), string.Concat(Answer.To("hello", 64, 1).Tokens));
    }

    [Fact]
    public void Time_to_first_token_has_the_median_and_the_spread_it_is_said_to_have()
    {
        var random = new Random(5);
        var dawn = new DateTimeOffset(2026, 6, 7, 9, 0, 0, TimeSpan.Zero); // a quarter turn before the peak: no rhythm
        var logs = Enumerable.Range(0, 20_000)
            .Select(_ => Math.Log(Tempo.Draw(400, 50, dawn, random).FirstToken.TotalMilliseconds / 400)).Order().ToArray();

        Assert.InRange(logs[10_000], -0.02, 0.04);
        Assert.InRange((logs[16_827] - logs[3_173]) / 2, 0.43, 0.50); // one standard deviation to either side
        Assert.InRange(Tempo.DailyFactor(dawn.AddHours(6)), 1.249, 1.251);
        Assert.InRange(Tempo.DailyFactor(dawn.AddHours(-6)), 0.749, 0.751);
    }

    private static string Spell(int number) => number switch
    {
        >= 1_000_000 => $"{Spell(number / 1_000_000)} million{Rest(number % 1_000_000)}",
        >= 1_000 => $"{Spell(number / 1_000)} thousand{Rest(number % 1_000)}",
        >= 100 => $"{Spell(number / 100)} hundred{Rest(number % 100)}",
        >= 20 => Tens[(number / 10) - 2] + (number % 10 == 0 ? "" : "-" + Small[number % 10]),
        _ => Small[number],
    };

    private static string Rest(int number) => number == 0 ? "" : number < 100 ? $" and {Spell(number)}" : $" {Spell(number)}";

    private static readonly string[] Small =
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".Split(' ');

    private static readonly string[] Tens = "twenty thirty forty fifty sixty seventy eighty ninety".Split(' ');
}
