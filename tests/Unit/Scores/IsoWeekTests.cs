using StatusHub.Domain.Scores;

namespace StatusHub.Unit.Scores;

public sealed class IsoWeekTests
{
    [Theory]
    [InlineData("2026-06-07T23:59:59Z", "2026-W23")]
    [InlineData("2026-06-08T00:00:00Z", "2026-W24")]
    [InlineData("2026-06-08T01:30:00+02:00", "2026-W23")]
    [InlineData("2027-01-01T12:00:00Z", "2026-W53")]
    [InlineData("2024-12-30T00:00:00Z", "2025-W01")]
    public void An_instant_lies_in_the_week_that_began_on_its_Monday_in_UTC(string at, string week) =>
        Assert.Equal(week, IsoWeek.Of(DateTimeOffset.Parse(at)).ToString());

    [Theory]
    [InlineData("2026-W53", "2026-12-28T00:00:00Z")]
    [InlineData("2026-W01", "2025-12-29T00:00:00Z")]
    public void A_week_is_read_back(string text, string monday)
    {
        Assert.True(IsoWeek.TryParse(text, out var week));
        Assert.Equal((DateTimeOffset.Parse(monday), text), (week.StartsAt, week.ToString()));
        Assert.Equal(week, week.Next.Previous);
    }

    [Theory]
    [InlineData("2025-W53")]
    [InlineData("2026-W00")]
    [InlineData("2026-W1")]
    [InlineData("2026-w23")]
    [InlineData("2026W23")]
    [InlineData("1999-W01")]
    [InlineData("2026-W٢٣")]
    [InlineData(" 2026-W2")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_week_is_refused(string? text) => Assert.False(IsoWeek.TryParse(text, out _));
}
