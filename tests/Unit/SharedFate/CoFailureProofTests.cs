using StatusHub.Domain.SharedFate;

namespace StatusHub.Unit.SharedFate;

/// <summary>Whether what is learned is right, on sixty made worlds.</summary>
public sealed class CoFailureProofTests
{
    private const int Worlds = 60;

    [Theory]
    [InlineData(13, .55)]
    [InlineData(52, .85)]
    public void Undeclared_links_are_found_and_almost_none_is_false(int weeks, double recall)
    {
        var (precision, found) = FateFigures.Links(weeks, Worlds);

        Assert.True(precision >= .99, $"{precision:P1} of those found are right");
        Assert.True(found >= recall, $"{found:P1} of those there are found");
    }

    [Fact]
    public void The_fallback_least_likely_to_fall_with_it_is_up_while_the_primary_is_down()
    {
        var (up, byUptime) = FateFigures.UpWhileDown(weeks: 8, Worlds);

        Assert.True(up >= .990, $"{up:P2}");
        Assert.True(byUptime < .975, $"the highest uptime alone: {byUptime:P2}"); // else the world would prove nothing
    }

    [Fact]
    public void Independent_models_are_not_linked()
    {
        var links = 0;
        for (var seed = 1; seed <= 20; seed++)
        {
            // Four models of four providers that share nothing, each from a world of its own.
            ModelFate[] strangers = [.. Enumerable.Range(0, 4).Select(i => new FateWorld((100 * seed) + i).History(52, 1)[i * 4])];
            links += CoFailure.Learn(strangers, FateWorld.Begin, FateWorld.Begin.AddDays(52 * 7), FatePolicy.Default).Links.Count;
        }

        Assert.InRange(links, 0, 1);
    }
}
