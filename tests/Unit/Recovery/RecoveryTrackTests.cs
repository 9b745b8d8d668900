using StatusHub.Domain.Incidents;
using StatusHub.Domain.Recovery;

namespace StatusHub.Unit.Recovery;

/// <summary>Estimates are held to their word.</summary>
public sealed class RecoveryTrackTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 7, 11, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_said_is_compared_with_the_end_that_came()
    {
        var track = RecoveryTrack.Of(
        [
            (Start.AddMinutes(60), [Said(0, 10, 45, 90), Said(30, 40, 50, 55)]), // held; too early
            (Start.AddMinutes(30), [Said(0, 5, 20, 100), Said(31, 32, 33, 34)]), // held; said after the end
            (Start.AddMinutes(5), []),
        ]);
        Assert.Equal((2, 3), (track.Incidents, track.Estimates));
        Assert.Equal(2 / 3.0, track.Cover80!.Value, 6);
        Assert.Equal(10, track.MedianAbsoluteErrorMinutes);
    }

    [Fact]
    public void Without_cases_nothing_is_claimed() => Assert.Equal(RecoveryTrack.None, RecoveryTrack.Of([]));

    private static EstimateRevision Said(double at, double p10, double p50, double p90) => new(
        Start.AddMinutes(at), IncidentPhase.Investigating, Start.AddMinutes(p10), Start.AddMinutes(p50), Start.AddMinutes((p50 + p90) / 2), Start.AddMinutes(p90), 10, false);
}
