using System.Text;
using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Unit.Feed.CloudEvents;

/// <summary>A text kept from one event to the next is always the text that was sent.</summary>
public sealed class UsualTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("io.statushub.signal.v1")]
    [InlineData("urn:statushub:org:alice")]
    [InlineData("https://provider.example/status")]
    public void The_same_text_is_the_same_string(string text)
    {
        var first = UsualText.Of(Encoding.UTF8.GetBytes(text));
        Assert.Equal(text, first);
        Assert.Same(first, UsualText.Of(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void What_is_not_ascii_or_very_long_is_left_to_others()
    {
        Assert.Null(UsualText.Of("grün"u8));
        Assert.Null(UsualText.Of([(byte)'a', 0xff]));
        Assert.NotNull(UsualText.Of(Encoding.ASCII.GetBytes(new string('a', 128))));
        Assert.Null(UsualText.Of(Encoding.ASCII.GetBytes(new string('a', 129))));
    }

    [Fact]
    public void More_texts_than_there_are_places_read_by_several_at_once_are_each_themselves() =>
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            for (var n = 0; n < 20_000; n++)
            {
                var text = $"urn:{n % 5_000}:{new string('x', n % 40)}";
                Assert.Equal(text, UsualText.Of(Encoding.ASCII.GetBytes(text)));
            }
        });
}
