using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Probes.Scheduling;

namespace StatusHub.Unit.Probes;

public sealed class LaneTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_endpoint_wakes_once_for_each_question_and_not_for_an_older_one()
    {
        var lane = Lane();

        Assert.Equal([true, false, true, false], new[] { 0, 0, 5, 3 }.Select(minute => lane.Wakes(Noon.AddMinutes(minute))));
    }

    [Fact]
    public void One_that_is_paused_does_not_wake() => Assert.False(Lane("its provider refuses the key").Wakes(Noon));

    [Fact]
    public void One_whose_provider_asked_for_less_does_not_wake()
    {
        var lane = Lane();
        lane.Fold(
            ProbePaceTests.Outcome(FailureClass.RateLimited, Noon), new Recorded(Verdict.Unmeasured(Noon), TimeSpan.FromSeconds(32)), JudgingPolicy.Default, siblings: 1, Noon);

        Assert.False(lane.Wakes(Noon));
    }

    private static Lane Lane(string? pausedBecause = null) => new(new Endpoint
    {
        OrgId = Guid.Empty,
        Id = Guid.Empty,
        Model = ModelId.Parse("anthropic/claude-opus-4-8"),
        Dialect = "anthropic-messages",
        Url = "http://localhost",
        PausedBecause = pausedBecause,
    });
}
