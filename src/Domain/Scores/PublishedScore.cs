using System.Text.Json.Serialization;

namespace StatusHub.Domain.Scores;

/// <summary>One line of a published week.</summary>
/// <param name="Name">For people.</param>
/// <param name="Rank">Among models, or among providers; null without a score.</param>
public sealed record PublishedScore(string Name, int? Rank, ScoreFacts Facts, WeeklyScore Score);

/// <summary>A week's scores as they were published, once and for good.</summary>
/// <param name="Scores">Models first, then providers, each in the order of their ranks.</param>
public sealed record PublishedWeek(IsoWeek Week, string Methodology, DateTimeOffset PublishedAt, IReadOnlyList<PublishedScore> Scores)
{
    [JsonIgnore]
    public IEnumerable<PublishedScore> Models => Scores.Where(s => !s.Facts.IsProvider);

    [JsonIgnore]
    public IEnumerable<PublishedScore> Providers => Scores.Where(s => s.Facts.IsProvider);

    public PublishedScore? Find(string subject) => Scores.FirstOrDefault(s => s.Facts.Subject == subject);
}

/// <summary>Scores a week's raw figures and ranks them.</summary>
public static class ScoreRanking
{
    /// <param name="facts">Each with its name for people and its history.</param>
    public static IReadOnlyList<PublishedScore> Of(IEnumerable<(string Name, ScoreFacts Facts)> facts, IsoWeek week, ScorePolicy policy)
    {
        var scored = facts.Select(f => new PublishedScore(f.Name, null, f.Facts, WeeklyScore.Of(f.Facts, week, policy))).ToLookup(s => s.Facts.IsProvider);
        return [.. Ranked(scored[false], policy), .. Ranked(scored[true], policy)];
    }

    /// <summary>By what next week can be counted on, the best first; who is not surely worse than the first of a rank shares it.</summary>
    private static IEnumerable<PublishedScore> Ranked(IEnumerable<PublishedScore> scores, ScorePolicy policy)
    {
        var sorted = scores.OrderByDescending(s => s.Score.Forecast?.NextWeek.Low ?? -1).ThenByDescending(s => s.Score.Score ?? -1)
            .ThenBy(s => s.Facts.Subject, StringComparer.Ordinal).ToList();
        PublishedScore? first = null;
        for (var i = 0; i < sorted.Count; i++)
        {
            if (sorted[i].Score.Score is null)
            {
                yield return sorted[i];
                continue;
            }

            if (first is null || IsBetter(first.Score.NextWeeks, sorted[i].Score.NextWeeks) >= policy.SureOrder)
            {
                first = sorted[i] with { Rank = i + 1 };
            }

            yield return sorted[i] with { Rank = first.Rank };
        }
    }

    /// <summary>Probability that a draw of the first is less bad than one of the second; both sorted.</summary>
    private static double IsBetter(double[] first, double[] second)
    {
        long better = 0;
        var below = 0;
        foreach (var bad in second)
        {
            while (below < first.Length && first[below] < bad)
            {
                below++;
            }

            better += below;
        }

        return (double)better / first.Length / second.Length;
    }
}
