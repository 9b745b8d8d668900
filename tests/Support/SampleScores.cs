using StatusHub.Domain.Incidents;
using StatusHub.Domain.Scores;

namespace StatusHub.Support;

/// <summary>Published weeks for tests of pages and answers: the same every time.</summary>
public static class SampleScores
{
    private const int Slices = 672;
    private const int ProbesASlice = 28;

    /// <param name="models">With their names.</param>
    /// <param name="newest">The last week; the ones before it were calm.</param>
    /// <param name="hit">Model that had an incident in the newest week.</param>
    /// <param name="incident">That incident.</param>
    public static IReadOnlyList<PublishedWeek> Weeks(IReadOnlyList<(string Model, string Name)> models, IsoWeek newest, int count, string? hit, Guid incident)
    {
        var weeks = new List<PublishedWeek>();
        var before = new Dictionary<string, List<ScoreFacts>>(StringComparer.Ordinal);
        for (var week = IsoWeek.Of(newest.StartsAt.AddDays(-7 * (count - 1))); week <= newest; week = week.Next)
        {
            var facts = models.Select((m, i) => (m.Name, Facts: Facts(m.Model, week, i + week.StartsAt.DayOfYear, week == newest && m.Model == hit ? incident : null))).ToList();
            var providers = facts.GroupBy(f => f.Facts.Subject.Split('/')[0]).Select(g => (Name: g.Key, Facts: ScoreTally.WithPromises(
                ScoreTally.Sum(g.Key, [.. g.Select(f => f.Facts)]), hit?.Split('/')[0] == g.Key ? Promises(week) : [], ScorePolicy.Default)));
            var all = facts.Concat(providers).Select(f =>
            {
                before.TryAdd(f.Facts.Subject, []);
                var whole = ScoreTally.WithHistory(f.Facts, before[f.Facts.Subject]);
                before[f.Facts.Subject].Add(f.Facts);
                return (f.Name, whole);
            });
            weeks.Insert(0, new(week, ScorePolicy.Version, week.EndsAt.AddMinutes(15), ScoreRanking.Of([.. all], week, ScorePolicy.Default)));
        }

        return weeks;
    }

    /// <summary>Two promises, one of them kept.</summary>
    private static UpdatePromise[] Promises(IsoWeek week) =>
        [new(week.StartsAt.AddHours(13), week.StartsAt.AddHours(13)), new(week.StartsAt.AddHours(14), week.StartsAt.AddHours(15))];

    private static ScoreFacts Facts(string model, IsoWeek week, int seed, Guid? incident)
    {
        var chance = new Random(seed);
        var slices = Enumerable.Range(0, Slices).Select(i => new ScoreSlice(
            week.StartsAt.AddSeconds(i * ScorePolicy.SliceSeconds), ProbesASlice, incident is not null && i is >= 48 and < 60 ? 20 : chance.Next(9) == 0 ? 1 : 0, 0, chance.Next(40) == 0 ? 1 : 0));
        var incidents = incident is { } id
            ? (ScoredIncident[])[new(id, "It failed most requests", week.StartsAt.AddHours(12), week.StartsAt.AddHours(15), week.StartsAt.AddHours(12).AddMinutes(2), week.StartsAt.AddHours(13), Domain.Judging.HealthState.MajorOutage)]
            : [];
        return ScoreTally.Of(new ModelWeek(model, DateTimeOffset.UnixEpoch, [.. slices], [], [], incidents), week);
    }
}
