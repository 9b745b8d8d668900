using StatusHub.Domain.Catalog;
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
        int found = 0, right = 0, there = 0;
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var links = Learned(new FateWorld(seed), weeks).Links;
            found += links.Count;
            right += links.Count(l => IsHidden(l.A) && IsHidden(l.B));
            there += 6; // pairs of the four
        }

        Assert.True(right >= .99 * found, $"{right} of {found} found are right");
        Assert.True(right >= recall * there, $"{right} of {there} there are found");
    }

    [Fact]
    public void The_fallback_least_likely_to_fall_with_it_is_up_while_the_primary_is_down()
    {
        double up = 0, byUptime = 0;
        var outages = 0;
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var world = new FateWorld(seed);
            var fate = Learned(world, weeks: 8);
            var future = world.History(60, part: 2);
            var models = future.Select(m => m.Model).ToList();
            foreach (var primary in future)
            {
                var others = models.Where(m => m != primary.Model).ToList();
                var best = future.Single(m => m.Model == others.MinBy(m => fate.DownTogether(primary.Model, m)));
                var steadiest = future.Single(m => m.Model == others.MinBy(fate.Unavailability));
                outages += primary.Outages.Count;
                up += primary.Outages.Sum(o => 1 - Overlap(o, best.Outages));
                byUptime += primary.Outages.Sum(o => 1 - Overlap(o, steadiest.Outages));
            }
        }

        Assert.True(up / outages >= .990, $"{up / outages:P2}");
        Assert.True(byUptime / outages < .975, $"the highest uptime alone: {byUptime / outages:P2}"); // else the world would prove nothing
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

    private static CoFailure Learned(FateWorld world, int weeks) =>
        CoFailure.Learn(world.History(weeks, part: 1), FateWorld.Begin, FateWorld.Begin.AddDays(weeks * 7), FatePolicy.Default);

    private static bool IsHidden(ModelId model) => FateWorld.IsHidden(int.Parse(model.Name["model".Length..]));

    private static double Overlap(Outage a, IReadOnlyList<Outage> others) =>
        others.Sum(b => Math.Max(0, ((a.To < b.To ? a.To : b.To) - (a.From > b.From ? a.From : b.From)).TotalMinutes)) / a.Minutes;
}
