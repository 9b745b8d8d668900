using System.Text;
using StatusHub.Feed.Delivery;

namespace StatusHub.Unit.Feed.Delivery;

public sealed class AnswerTextTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("no thanks", "no thanks")]
    [InlineData("a\r\nb\tc", "a\\r\\nb\\tc")]
    [InlineData("\0\u001b[31m", "\\u0000\\u001b[31m")]
    [InlineData("x\u202eevil\u2028", "x\\u202eevil\\u2028")]
    [InlineData("<b>Euro €</b>", "<b>Euro €</b>")]
    public void An_answer_is_kept_as_it_can_be_shown(string body, string? kept) => Assert.Equal(kept, AnswerText.Of(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_long_answer_is_cut_and_what_is_no_text_is_replaced()
    {
        Assert.Equal(AnswerText.MaxBytes, AnswerText.Of(Encoding.UTF8.GetBytes(new string('x', 10_000)))!.Length);
        Assert.Equal("\ufffd\ufffd", AnswerText.Of([0xff, 0xfe]));
        Assert.Equal(new string('x', 199) + "\ufffd", AnswerText.Of(Encoding.UTF8.GetBytes(new string('x', 199) + "€")));
    }
}
