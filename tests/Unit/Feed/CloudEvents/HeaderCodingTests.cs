using StatusHub.Feed.CloudEvents.Http;

namespace StatusHub.Unit.Feed.CloudEvents;

public sealed class HeaderCodingTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a+b,c;d=e\\f'g", "a+b,c;d=e\\f'g")]
    [InlineData("Euro € 😀", "Euro%20%E2%82%AC%20%F0%9F%98%80")]
    [InlineData("50% \"off\"", "50%25%20%22off%22")]
    [InlineData("café", "caf%C3%A9")]
    [InlineData("one\r\ntwo", "one%0D%0Atwo")]
    [InlineData("~\u007f", "~%7F")]
    public void A_text_is_coded_and_comes_back(string text, string header)
    {
        Assert.Equal(header, HeaderCoding.EncodeHeaderValue(text));
        Assert.True(HeaderCoding.TryDecodeHeaderValue(header, out var back));
        Assert.Equal(text, back);
    }

    [Theory]
    [InlineData("raw spaces %30%31", "raw spaces 01")]
    [InlineData("\"  inside  \"outside", "  inside  outside")]
    [InlineData("\"a \\\"quote\\\"\"", "a \"quote\"")]
    [InlineData("\"back\\\\slash\"", "back\\slash")]
    [InlineData("back\\slash", "back\\slash")]
    [InlineData("%e2%82%ac%2B+", "€++")]
    [InlineData("%2541", "%41")]
    [InlineData("\"%41\"", "A")]
    [InlineData("\"\"", "")]
    [InlineData("  trimmed\t", "trimmed")]
    public void What_others_code_otherwise_is_read(string header, string text)
    {
        Assert.True(HeaderCoding.TryDecodeHeaderValue(header, out var read));
        Assert.Equal(text, read);
    }

    [Theory]
    [InlineData("end%")]
    [InlineData("end%0")]
    [InlineData("%g0")]
    [InlineData("%0g")]
    [InlineData("%0$")]
    [InlineData("% 20")]
    [InlineData("%ED%B0%80")]
    [InlineData("%ED%A0%80")]
    [InlineData("%ED%A0%80%ED%B0%80")]
    [InlineData("%C0%A0")]
    [InlineData("%F4%90%80%80")]
    [InlineData("%E2")]
    [InlineData("%E2%")]
    [InlineData("%E2x")]
    [InlineData("%E2x%82%AC")]
    [InlineData("%82")]
    [InlineData("%E2%E2")]
    [InlineData("\"open")]
    [InlineData("\"open \\")]
    [InlineData("café")]
    public void What_is_no_coded_text_is_refused(string header) => Assert.False(HeaderCoding.TryDecodeHeaderValue(header, out _));
}
