using StatusHub.Domain.Catalog;
using StatusHub.Domain.SharedFate;

namespace StatusHub.Unit.SharedFate;

/// <summary>What is learned of shared fate in seeded worlds, and what following it would have brought.</summary>
internal static class FateFigures
{
    /// <summary>Pairs of the four models that share what nobody declared.</summary>
    private const int HiddenPairs = 6;

    /// <summary>Weeks lived through with a choice once it is made.</summary>
    private const int FutureWeeks = 60;

    /// <summary>Of the links learned, how many there are; of those there are, how many are learned.</summary>
    public static (double Precision, double Recall) Links(int weeks, int worlds)
    {
        int found = 0, right = 0;
        for (var seed = 1; seed <= worlds; seed++)
        {
            var links = Learned(new FateWorld(seed), weeks).Links;
            found += links.Count;
            right += links.Count(l => IsHidden(l.A) && IsHidden(l.B));
        }

        return ((double)right / found, (double)right / (HiddenPairs * worlds));
    }

    /// <summary>Share of the primaries' down time in which the chosen fallback was up: chosen by learned shared fate, and by uptime alone.</summary>
    public static (double ByFate, double ByUptime) UpWhileDown(int weeks, int worlds)
    {
        double byFate = 0, byUptime = 0;
        var outages = 0;
        for (var seed = 1; seed <= worlds; seed++)
        {
            var world = new FateWorld(seed);
            var fate = Learned(world, weeks);
            var future = world.History(FutureWeeks, part: 2);
            foreach (var primary in future)
            {
                var others = future.Where(m => m.Model != primary.Model).ToList();
                outages += primary.Outages.Count;
                byFate += Up(primary, others.MinBy(m => fate.DownTogether(primary.Model, m.Model))!);
                byUptime += Up(primary, others.MinBy(m => fate.Unavailability(m.Model))!);
            }
        }

        return (byFate / outages, byUptime / outages);
    }

    private static double Up(ModelFate primary, ModelFate fallback) => primary.Outages.Sum(o => 1 - Overlap(o, fallback.Outages));

    private static CoFailure Learned(FateWorld world, int weeks) =>
        CoFailure.Learn(world.History(weeks, part: 1), FateWorld.Begin, FateWorld.Begin.AddDays(weeks * 7), FatePolicy.Default);

    private static bool IsHidden(ModelId model) => FateWorld.IsHidden(int.Parse(model.Name["model".Length..], System.Globalization.CultureInfo.InvariantCulture));

    private static double Overlap(Outage a, IReadOnlyList<Outage> others) =>
        others.Sum(b => Math.Max(0, ((a.To < b.To ? a.To : b.To) - (a.From > b.From ? a.From : b.From)).TotalMinutes)) / a.Minutes;
}
