namespace StatusHub.Domain.Recovery;

/// <summary>How good the hub's own published estimates were, against the ends that came.</summary>
/// <param name="Incidents">Ended incidents that were estimated.</param>
/// <param name="Estimates">What was said of them, revision by revision.</param>
/// <param name="Cover80">Share of the estimates whose incident ended between their 10 % and their 90 % instant; null without any.</param>
/// <param name="MedianAbsoluteErrorMinutes">Half of the median estimates were off by less.</param>
public sealed record RecoveryTrack(int Incidents, int Estimates, double? Cover80, double? MedianAbsoluteErrorMinutes)
{
    public static readonly RecoveryTrack None = new(0, 0, null, null);

    /// <param name="ended">Each incident's revisions and when it was recovering. What was said later does not count.</param>
    public static RecoveryTrack Of(IEnumerable<(DateTimeOffset End, IEnumerable<EstimateRevision> Said)> ended)
    {
        var judged = ended.Select(i => i.Said.Where(r => r.At < i.End).Select(r => (Held: r.P10 <= i.End && i.End <= r.P90, Off: (r.P50 - i.End).Duration().TotalMinutes)).ToList())
            .Where(said => said.Count > 0).ToList();
        var all = judged.SelectMany(said => said).ToList();
        return all.Count == 0
            ? None
            : new(judged.Count, all.Count, all.Average(e => e.Held ? 1.0 : 0), all.Select(e => e.Off).Order().ElementAt(all.Count / 2));
    }
}
