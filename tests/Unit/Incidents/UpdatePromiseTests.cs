using StatusHub.Domain.Incidents;

namespace StatusHub.Unit.Incidents;

/// <summary>What counts as promising the next word, and when it is kept.</summary>
public sealed class UpdatePromiseTests
{
    private static readonly DateTimeOffset Heard = new(2026, 6, 7, 11, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(IncidentPhase.Investigating, 30, true)]
    [InlineData(IncidentPhase.Monitoring, 30, true)]
    [InlineData(IncidentPhase.Resolved, 30, false)] // it is over
    [InlineData(IncidentPhase.Postmortem, 30, false)]
    [InlineData(IncidentPhase.Investigating, 0, false)] // that time has come
    [InlineData(IncidentPhase.Investigating, -5, false)]
    [InlineData(IncidentPhase.Investigating, 7 * 24 * 60, true)]
    [InlineData(IncidentPhase.Investigating, (7 * 24 * 60) + 1, false)]
    public void A_word_promises_another_while_it_is_not_over_and_the_time_is_to_come(IncidentPhase phase, int minutes, bool isMade) =>
        Assert.Equal(isMade, UpdatePromise.IsMade(phase, Heard.AddMinutes(minutes), Heard));

    [Fact]
    public void A_word_without_a_time_promises_nothing() => Assert.False(UpdatePromise.IsMade(IncidentPhase.Investigating, null, Heard));

    [Theory]
    [InlineData(-20, true)]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void It_is_kept_by_the_time_and_little_later(int minutesAfterDue, bool isKept) =>
        Assert.Equal(isKept, new UpdatePromise(Heard, Heard.AddMinutes(minutesAfterDue)).IsKept(Grace));

    [Fact]
    public void Silence_keeps_nothing() => Assert.False(new UpdatePromise(Heard, null).IsKept(Grace));
}
