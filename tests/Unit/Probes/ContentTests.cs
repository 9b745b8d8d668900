using StatusHub.Probes.Content;

namespace StatusHub.Unit.Probes;

/// <summary>The content check and the names of models, by tables.</summary>
public sealed class ContentTests
{
    [Theory]
    [InlineData("48216", ContentVerdict.Right)]
    [InlineData("48,216", ContentVerdict.Right)]
    [InlineData("48.216", ContentVerdict.Right)]
    [InlineData("48 216", ContentVerdict.Right)]
    [InlineData("48\u00A0216", ContentVerdict.Right)]
    [InlineData("48\u202F216.", ContentVerdict.Right)]
    [InlineData("4 8 2 1 6", ContentVerdict.Right)]
    [InlineData("48_216", ContentVerdict.Right)]
    [InlineData("The number is **48,216**.", ContentVerdict.Right)]
    [InlineData("forty-eight thousand ... = 48216!", ContentVerdict.Right)]
    [InlineData("48216\n", ContentVerdict.Right)]
    [InlineData("48216 (48,216)", ContentVerdict.Right)]
    [InlineData("48216 48216", ContentVerdict.Right)]
    [InlineData("<think>maybe 48 and 216, or 12?</think>\n48216", ContentVerdict.Right)]
    [InlineData("- 48216", ContentVerdict.Right)]
    [InlineData("48217", ContentVerdict.Wrong)]
    [InlineData("482160", ContentVerdict.Wrong)]
    [InlineData("148216", ContentVerdict.Wrong)]
    [InlineData("4821648216", ContentVerdict.Wrong)]
    [InlineData("-48216", ContentVerdict.Wrong)]
    [InlineData("48216 or 48261", ContentVerdict.Wrong)]
    [InlineData("It is 48216, not 7.", ContentVerdict.Wrong)]
    [InlineData("61284", ContentVerdict.Wrong)]
    [InlineData("", ContentVerdict.Unfinished)]
    [InlineData("Certainly! The number is", ContentVerdict.Unfinished)]
    [InlineData("The number is 48,2", ContentVerdict.Unfinished)]
    [InlineData("<think>48216", ContentVerdict.Unfinished)]
    public void An_answer_is_right_when_it_holds_the_number_and_no_other(string answer, object expected) =>
        Assert.Equal((ContentVerdict)expected, ContentCheck.Of(48_216).Judge(answer));

    [Theory]
    [InlineData(0, "zero")]
    [InlineData(16, "sixteen")]
    [InlineData(40, "forty")]
    [InlineData(100, "one hundred")]
    [InlineData(10_000, "ten thousand")]
    [InlineData(48_216, "forty-eight thousand two hundred sixteen")]
    [InlineData(900_001, "nine hundred thousand one")]
    [InlineData(1_000_000, "one million")]
    [InlineData(999_999_999, "nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine")]
    public void Numbers_are_written_as_people_write_them(int number, string expected) =>
        Assert.Equal(expected, EnglishNumber.InWords(number));

    [Fact]
    public void Every_number_has_words_of_its_own()
    {
        var words = Enumerable.Range(0, 200_000).Select(EnglishNumber.InWords).ToHashSet();

        Assert.Equal(200_000, words.Count);
    }

    [Fact]
    public void Two_checks_ask_for_different_numbers()
    {
        var random = new Random(1);

        Assert.NotEqual(ContentCheck.Draw(random).Question, ContentCheck.Draw(random).Question);
    }

    [Theory]
    [InlineData("gpt-5-2", "gpt-5-2", true)]
    [InlineData("gpt-5-2", "gpt-5.2", true)]
    [InlineData("gpt-5-2", "gpt-5-2-2026-01-01", true)]
    [InlineData("gpt-5.2", "openai/gpt-5.2-2026-01-01", true)]
    [InlineData("claude-opus-4-8", "claude-opus-4-8-20260301", true)]
    [InlineData("claude-opus-4-8", "anthropic/claude-4.8-opus", false)]
    [InlineData("claude-sonnet-4-0", "claude-sonnet-4-20250514", true)]
    [InlineData("claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022", true)]
    [InlineData("us.anthropic.claude-opus-4-8-20260301-v1:0", "claude-opus-4-8-20260301", true)]
    [InlineData("mistral-large-3", "mistral-large-3-2512", true)]
    [InlineData("deepseek/deepseek-chat:free", "deepseek/deepseek-chat", true)]
    [InlineData("models/gemini-3-pro", "gemini-3-pro", true)]
    [InlineData("gpt-4", "gpt-4-0613", true)]
    [InlineData("Qwen3-8B", "qwen3-8b", true)]
    [InlineData("openrouter/auto", "anthropic/claude-opus-4-8", true)]
    [InlineData("gpt-5-2", "", true)]
    [InlineData("gpt-5", "gpt-5-2", false)]
    [InlineData("gpt-5-2", "gpt-5-2-mini", false)]
    [InlineData("gpt-5-2-mini", "gpt-5-2", false)]
    [InlineData("gpt-5-2-2026-01-01", "gpt-5-2-2026-03-01", false)]
    [InlineData("claude-opus-4-8", "claude-haiku-4-5", false)]
    [InlineData("llama3:8b", "llama3:70b", false)]
    [InlineData("gpt-4", "gpt-4-turbo", false)]
    public void A_model_is_the_same_under_its_dated_and_prefixed_names_only(string asked, string answered, bool same) =>
        Assert.Equal(same, AnsweredModel.IsSame(asked, answered));
}
