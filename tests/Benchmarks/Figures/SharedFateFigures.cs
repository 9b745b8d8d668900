using StatusHub.Unit.SharedFate;

namespace StatusHub.Benchmarks.Figures;

/// <summary>D: what is learned of undeclared shared infrastructure, and whether the chosen fallback is up when it is needed.</summary>
internal static class SharedFateFigures
{
    private const int Worlds = 60;

    public static IEnumerable<Figure> All()
    {
        foreach (var (weeks, recall, then) in new[] { (13, 0.55, 0.61), (26, 0.85, 0.90), (52, 0.85, 0.99) })
        {
            var links = FateFigures.Links(weeks, Worlds);
            yield return Figure.AtLeast("D", $"undeclared links found after {weeks} weeks that are right", "%", 0.99, 0.99, links.Precision);
            yield return Figure.AtLeast("D", $"undeclared links found after {weeks} weeks of those there are", "%", then, recall, links.Recall);
        }

        var (byFate, byUptime) = FateFigures.UpWhileDown(weeks: 8, Worlds);
        yield return Figure.AtLeast("D", "fallback up while the primary is down, 8 weeks learned", "%", 0.991, 0.990, byFate);
        yield return Figure.AtMost("D", "the same when the highest uptime chooses", "%", 0.961, 0.975, byUptime);
    }
}
