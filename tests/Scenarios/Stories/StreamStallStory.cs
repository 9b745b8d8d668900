using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Scenarios.Stories;

/// <summary>Every status code is 200: answers hang from 16:00, break off from 16:30, end in errors from 17:00.</summary>
[Collection(nameof(OneAtATime))]
public sealed class StreamStallStory(StreamStallStory.Silence silence) : IClassFixture<StreamStallStory.Silence>
{
    public sealed class Silence() : PlayedStory("stream-stall", "2026-07-08T15:40:00Z", "2026-07-08T17:50:00Z")
    {
        protected override Task PlayAsync(CancellationToken cancel) => LookAsync(Opus, cancel, "16:15", "17:10");
    }

    [Fact]
    public void Answers_that_hang_are_a_partial_outage_within_ten_minutes()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(silence.Told());

        var partial = silence.First(PlayedStory.Opus, "16:00", v => v.Status >= HealthState.PartialOutage);
        Assert.InRange(partial.At, silence.At("16:00"), silence.At("16:10"));
        Assert.Equal(FailureClass.StreamStall, partial.Verdict.DominantFailure);
    }

    [Theory]
    [InlineData("16:00", "16:30", FailureClass.StreamStall)]
    [InlineData("16:30", "17:00", FailureClass.StreamCut)]
    [InlineData("17:00", "17:20", FailureClass.InStreamError)]
    public async Task Each_part_shows_its_own_failure_under_http_200(string from, string to, FailureClass expected)
    {
        var probes = await silence.Archive.ProbesAsync(PlayedStory.Opus, silence.At(from), silence.At(to), TestContext.Current.CancellationToken);
        var failures = probes.Where(o => !o.Succeeded && o.HttpStatus == 200).ToList();

        Assert.InRange(failures.Count, probes.Count / 6, probes.Count / 2);
        Assert.All(failures, o => Assert.Equal(expected, o.Failure));
        Assert.Equal(expected, silence.Story.Of(PlayedStory.Opus).Last(s => s.At < silence.At(to)).Verdict.DominantFailure);
    }

    [Theory]
    [InlineData("16:15", "answer stalled")]
    [InlineData("17:10", "error inside the answer")]
    public void The_page_names_the_present_manner_and_the_advice_is_to_leave(string clock, string manner)
    {
        var glance = silence.Glance(PlayedStory.Opus, clock);

        Assert.Equal(("switch", PlayedStory.Gpt), glance.Advised);
        Assert.Contains(manner, glance.Page, StringComparison.Ordinal);
        Assert.True(glance.Expected is { } end && end.P80 > end.P50);
    }

    [Fact]
    public void It_is_over_within_half_an_hour_of_the_end() =>
        Assert.InRange(Assert.Single(silence.Incidents).ResolvedAt!.Value, silence.At("17:20"), silence.At("17:50"));

    [Fact]
    public void One_incident_tells_each_change_of_manner()
    {
        var incident = Assert.Single(silence.Incidents);

        foreach (var manner in (string[])["begin and then hang", "break off halfway", "end in an error"])
        {
            Assert.Contains(incident.Updates, u => u.Body.Contains(manner, StringComparison.Ordinal));
        }
    }
}
