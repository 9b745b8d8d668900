using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Scores;

/// <summary>Adds up a week: slices and incidents of a model to its raw figures, models to their provider.</summary>
public static class ScoreTally
{
    /// <summary>The raw figures of one model's week; its history is that week alone.</summary>
    public static ScoreFacts Of(ModelWeek model, IsoWeek week)
    {
        var from = Later(week.StartsAt, SliceFrom(model.WatchedFrom));
        var (inside, maintained) = (new List<ScoreSlice>(), new List<ScoreSlice>());
        foreach (var slice in model.Slices.Where(s => s.Probes > 0 && s.At >= from && s.At < week.EndsAt && !Touches(s, model.Unknown)))
        {
            (Touches(slice, model.Maintenance) ? maintained : inside).Add(slice);
        }

        var maintenance = SlicesTouching(model.Maintenance, from, week.EndsAt) * ScorePolicy.SliceSeconds;
        var (costs, usualFailures, usualProbes) = Incidents(model, inside, new Stretch(from, week.EndsAt));
        var (trouble, told) = Communication(model.Incidents, new Stretch(from, week.EndsAt));
        var facts = new ScoreFacts
        {
            Subject = model.Model,
            WatchedSeconds = Math.Max(0, (week.EndsAt - from).TotalSeconds - maintenance),
            MeasuredSeconds = inside.Count * ScorePolicy.SliceSeconds,
            AnsweredSeconds = Seconds(inside, s => s.Probes - s.Failed),
            RightSeconds = Seconds(inside, s => s.Probes - s.Failed - s.Wrong),
            GoodSeconds = Seconds(inside, s => s.Good),
            MaintenanceSeconds = maintenance,
            MaintenanceMeasuredSeconds = maintained.Count * ScorePolicy.SliceSeconds,
            MaintenanceGoodSeconds = Seconds(maintained, s => s.Good),
            Probes = inside.Sum(s => (long)s.Probes),
            Failed = inside.Sum(s => (long)s.Failed),
            Wrong = inside.Sum(s => (long)s.Wrong),
            Slow = inside.Sum(s => (long)s.Slow),
            TroubleSeconds = trouble,
            ToldSeconds = told,
            Incidents = costs,
            UsualFailures = usualFailures,
            UsualProbes = usualProbes,
        };
        return WithHistory(WithLeads(facts), []);
    }

    /// <summary>A provider's week: the sums over its models. An incident counts once, with what it cost the average model.</summary>
    public static ScoreFacts Sum(string provider, IReadOnlyList<ScoreFacts> models) => WithHistory(
        WithLeads(new ScoreFacts
        {
            Subject = provider,
            Models = models.Count,
            WatchedSeconds = Round(models.Sum(m => m.WatchedSeconds)),
            MeasuredSeconds = Round(models.Sum(m => m.MeasuredSeconds)),
            AnsweredSeconds = Round(models.Sum(m => m.AnsweredSeconds)),
            RightSeconds = Round(models.Sum(m => m.RightSeconds)),
            GoodSeconds = Round(models.Sum(m => m.GoodSeconds)),
            MaintenanceSeconds = Round(models.Sum(m => m.MaintenanceSeconds)),
            MaintenanceMeasuredSeconds = Round(models.Sum(m => m.MaintenanceMeasuredSeconds)),
            MaintenanceGoodSeconds = Round(models.Sum(m => m.MaintenanceGoodSeconds)),
            Probes = models.Sum(m => m.Probes),
            Failed = models.Sum(m => m.Failed),
            Wrong = models.Sum(m => m.Wrong),
            Slow = models.Sum(m => m.Slow),
            TroubleSeconds = Round(models.Sum(m => m.TroubleSeconds)),
            ToldSeconds = Round(models.Sum(m => m.ToldSeconds)),
            Incidents = [.. models.SelectMany(m => m.Incidents).GroupBy(i => i.Id).OrderBy(g => g.Key)
                .Select(g => new IncidentCost(
                    g.Key, g.First().Title, Round(g.Sum(i => i.BadMinutes) / models.Count), g.Any(i => i.Outage), g.Select(i => i.LeadSeconds).FirstOrDefault(l => l is not null)))],
            UsualFailures = models.Sum(m => m.UsualFailures),
            UsualProbes = models.Sum(m => m.UsualProbes),
        }),
        []);

    /// <summary>A provider's week with what it had promised to say by then.</summary>
    public static ScoreFacts WithPromises(ScoreFacts provider, IReadOnlyCollection<UpdatePromise> due, ScorePolicy policy) =>
        provider with { PromisedUpdates = due.Count, KeptUpdates = due.Count(p => p.IsKept(policy.UpdateGrace)) };

    /// <summary>The week with those before it as its history.</summary>
    public static ScoreFacts WithHistory(ScoreFacts facts, IReadOnlyList<ScoreFacts> before)
    {
        var all = before.Append(facts).ToList();
        return facts with
        {
            History = new ReliabilityHistory(
                Round(all.Sum(f => f.Weeks)), [.. all.SelectMany(f => f.Incidents).Select(i => i.BadMinutes)],
                all.Sum(f => f.UsualFailures), all.Sum(f => f.UsualProbes)),
        };
    }

    /// <summary>What each incident cost: the slices it touches, above what fails anyway. A slice that two touch is shared by the time each was in it.</summary>
    private static (List<IncidentCost> Costs, long UsualFailures, long UsualProbes) Incidents(ModelWeek model, List<ScoreSlice> slices, Stretch week)
    {
        var lasting = model.Incidents.Select(i => (Incident: i, Time: new Stretch(i.From, i.To ?? DateTimeOffset.MaxValue))).Where(l => l.Time.Overlap(week) > 0).ToList();
        var calm = slices.Where(s => !lasting.Exists(l => Stretched(s).Overlap(l.Time) > 0)).ToList();
        var (failures, probes) = (calm.Sum(s => (long)(s.Probes - s.Good)), calm.Sum(s => (long)s.Probes));
        var usual = probes == 0 ? 0 : (double)failures / probes;
        var minutes = new double[lasting.Count];
        foreach (var slice in slices)
        {
            var shares = lasting.Select(l => Stretched(slice).Overlap(l.Time)).ToList();
            for (var i = 0; i < shares.Count; i++)
            {
                minutes[i] += shares[i] > 0 ? shares[i] / shares.Sum() * Math.Max(0, slice.Bad - usual) * ScorePolicy.SliceSeconds / 60 : 0;
            }
        }

        return ([.. lasting.Select((l, i) => CostOf(l.Incident, minutes[i], week)).OrderBy(c => c.Id)], failures, probes);
    }

    private static IncidentCost CostOf(ScoredIncident incident, double minutes, Stretch week)
    {
        var isOutage = IsOutage(incident) && incident.DetectedAt >= week.From && incident.DetectedAt < week.To;
        return new(
            incident.Id, incident.Title, Round(minutes), isOutage,
            isOutage && incident.OfficialAt is { } said && said < week.To ? Round((said - incident.DetectedAt).TotalSeconds) : null);
    }

    private static ScoreFacts WithLeads(ScoreFacts facts) => facts with
    {
        Outages = facts.Incidents.Count(i => i.Outage),
        LeadSeconds = [.. facts.Incidents.Select(i => i.LeadSeconds).OfType<double>().Order()],
    };

    private static bool IsOutage(ScoredIncident incident) => incident.Worst is HealthState.PartialOutage or HealthState.MajorOutage;

    /// <summary>Seconds of outages from when we were sure, and of those the ones the provider had told of.</summary>
    private static (double Trouble, double Told) Communication(IEnumerable<ScoredIncident> incidents, Stretch week)
    {
        double trouble = 0, told = 0;
        foreach (var incident in incidents.Where(IsOutage))
        {
            var (sure, end) = (Later(incident.From, incident.DetectedAt), incident.To ?? week.To);
            trouble += new Stretch(sure, end).Overlap(week);
            told += incident.OfficialAt is { } said ? new Stretch(Later(sure, said), end).Overlap(week) : 0;
        }

        return (Round(trouble), Round(told));
    }

    private static double Seconds(IEnumerable<ScoreSlice> slices, Func<ScoreSlice, int> count) =>
        Round(slices.Sum(s => (double)count(s) / s.Probes) * ScorePolicy.SliceSeconds);

    private static int SlicesTouching(IReadOnlyList<Stretch> stretches, DateTimeOffset from, DateTimeOffset to)
    {
        var count = 0;
        for (var at = from; stretches.Count > 0 && at < to; at = at.AddSeconds(ScorePolicy.SliceSeconds))
        {
            count += Touches(new ScoreSlice(at, 0, 0, 0, 0), stretches) ? 1 : 0;
        }

        return count;
    }

    private static bool Touches(ScoreSlice slice, IReadOnlyList<Stretch> stretches) => stretches.Any(s => Stretched(slice).Overlap(s) > 0);

    private static Stretch Stretched(ScoreSlice slice) => new(slice.At, slice.End);

    /// <summary>The first slice that begins at an instant or after it.</summary>
    private static DateTimeOffset SliceFrom(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeSeconds((long)Math.Ceiling(at.ToUnixTimeMilliseconds() / (1_000.0 * ScorePolicy.SliceSeconds)) * ScorePolicy.SliceSeconds);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    internal static double Round(double value) => Math.Round(value, ScorePolicy.Digits);
}
