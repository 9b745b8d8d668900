using StatusHub.Domain.Fallback;

namespace StatusHub.Unit.Fallback;

public sealed class RequirementsTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("vision,tools,context:200000", "vision,tools,context:200000")]
    [InlineData(" tools , tools ,context:5", "tools,context:5")]
    public void What_is_asked_for_is_read_and_written_the_same_way(string? text, string written)
    {
        Assert.True(Requirements.TryParse(text, out var read));
        Assert.Equal(written, read.ToString());
    }

    [Theory]
    [InlineData("Vision")]
    [InlineData("two words")]
    [InlineData("context:")]
    [InlineData("context:0")]
    [InlineData("context:-1")]
    [InlineData("context:1e5")]
    [InlineData("context:99999999999")]
    public void What_cannot_be_meant_is_refused(string text) => Assert.False(Requirements.TryParse(text, out _));

    [Fact]
    public void More_abilities_than_anybody_needs_are_refused() =>
        Assert.False(Requirements.TryParse(string.Join(',', Enumerable.Range(0, Requirements.MaxAbilities + 1).Select(n => $"a{n}")), out _));

    [Fact]
    public void What_nobody_declared_is_lacked()
    {
        Assert.True(Requirements.TryParse("vision,context:100", out var needs));
        Assert.Equal(["vision", "context:100"], needs.LackedBy(Capabilities.None));
        Assert.Equal(["context:100"], needs.LackedBy(new(["vision"], 99)));
        Assert.Empty(needs.LackedBy(new(["tools", "vision"], 100)));
        Assert.Empty(Requirements.None.LackedBy(Capabilities.None));
    }
}
