using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Recovery;
using StatusHub.Domain.SharedFate;
using StatusHub.Domain.Storage;
using StatusHub.Feed.Official;

namespace StatusHub.Web.Public.Snapshot;

/// <summary>Builds the public view: one query for each kind of row, however many models there are.</summary>
public sealed class ViewBuilder(
    SystemDb system, VerdictStore verdicts, RollupStore rollups, EstimateStore estimates, OutsideSummaries outside, FateBook fates, OfficialBook official, ScoreStore scores,
    RecoveryBook recovery, LogTail tail, IOptions<HubOptions> hub, IOptions<SiteOptions> site, IOptions<OfficialOptions> pages)
{
    private const int BarDays = 90;
    private const int ScoreWeeks = 13;
    private const int MostFates = 12;
    private const int FateDigits = 3;

    public async Task<HubView> BuildAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var position = tail.Position; // before reading: the view holds at least this much of the log
        var weighed = await outside.PositionAsync(cancel);
        await using var db = system.Open();
        // What nobody probes any more is not shown. Models before providers: a provider is there before its first model is.
        var models = await db.Models.AsNoTracking().Where(m => db.Endpoints.Any(e => e.Model == m.Id)).ToListAsync(cancel);
        var providers = await db.Providers.AsNoTracking().ToDictionaryAsync(p => p.Id, p => new ProviderView(p.Id, p.Name), cancel);
        var names = models.ToDictionary(m => m.Id, m => m.Name);
        var incidents = await WithEstimatesAsync(await IncidentsAsync(db, names, now, cancel), cancel);
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var spans = (await verdicts.SpansAsync(null, today.AddDays(1 - BarDays), cancel)).ToLookup(s => s.Model);
        var quarters = (await rollups.ReadAsync(null, RollupStep.Quarter, now.AddDays(-1), now.AddMinutes(1), cancel)).ToLookup(r => r.Key.Model);
        var judged = await verdicts.AllAsync(cancel);
        var said = (await outside.ReadAsync(now, cancel)).ToLookup(s => s.Model);
        var words = await outside.WordsAsync(now, cancel);
        var stands = (await official.AllAsync(cancel)).ToDictionary(s => s.Page.ProviderId, StringComparer.Ordinal);
        var views = models
            .OrderBy(m => providers[m.ProviderId].Name, StringComparer.OrdinalIgnoreCase).ThenBy(m => m.Name, StringComparer.OrdinalIgnoreCase)
            .Select(m => Model(
                m,
                providers[m.ProviderId],
                judged.GetValueOrDefault(m.Id) ?? Verdict.Unmeasured(m.CreatedAt),
                [.. spans[m.Id].Select(s => (s.Status, s.From, s.To))],
                [.. quarters[m.Id]],
                incidents.FirstOrDefault(i => i.IsOpen && i.Impacts.Any(x => x.Model == m.Id && x.EndedAt is null)),
                now))
            .Select(view => OutsideParts.Add(OutsideParts.Add(view, stands.GetValueOrDefault(view.Provider.Id), pages.Value.Stale, now), said[view.Id], words.GetValueOrDefault(view.Id)) with { Fate = Fate(view.Id, names, fates.Current) })
            .ToList();
        return new HubView(now, position, hub.Value.Name, [.. providers.Values.OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)], views, incidents)
        {
            EvidencePosition = weighed,
            Estimates = recovery.Track,
            Scores = await scores.NewestAsync(ScoreWeeks, cancel),
        };
    }

    /// <summary>What it shares anything declared or learned with: the likeliest to fall with it first.</summary>
    private static List<FateView> Fate(ModelId model, Dictionary<ModelId, string> names, FateMap fates) =>
        [.. names.Where(other => other.Key != model)
            .Select(other => new FateView(
                other.Key, other.Value, Math.Round(fates.DownTogether(model, other.Key), FateDigits), fates.Shared(model, other.Key), fates.Link(model, other.Key)))
            .Where(f => f.SharedDomains.Count > 0 || f.Link is not null)
            .OrderByDescending(f => f.DownTogether).ThenBy(f => f.Name, StringComparer.Ordinal).Take(MostFates)];

    private static ModelView Model(
        AiModel model,
        ProviderView provider,
        Verdict verdict,
        IReadOnlyList<(HealthState Status, DateTimeOffset From, DateTimeOffset? To)> spans,
        IReadOnlyList<(RollupKey Key, Rollup Rollup)> quarters,
        IncidentView? incident,
        DateTimeOffset now)
    {
        var lastHour = quarters.Where(q => q.Key.Bucket > now.AddMinutes(-75)).ToList();
        var hour = Merge(lastHour.Select(q => q.Rollup));
        return new ModelView(
            model.Id,
            model.Name,
            provider,
            verdict,
            model.CreatedAt,
            Quantiles(hour.Ttft),
            LatencyHistogram.Quantile(hour.TokensPerSecond, 0.5),
            new UptimeView(
                Uptime.Within(spans, now.AddDays(-1), now).Availability,
                Uptime.Within(spans, now.AddDays(-7), now).Availability,
                Uptime.Within(spans, now.AddDays(-BarDays), now).Availability),
            Days(spans, now),
            [.. quarters.GroupBy(q => q.Key.Bucket).OrderBy(g => g.Key).Select(Point)],
            [.. lastHour.GroupBy(q => q.Key.Region).Select(g => Evidence(g.Key, g.Select(q => q.Rollup), verdict))],
            [.. quarters.Select(q => q.Key.Region).Distinct().Order(StringComparer.Ordinal)],
            model.Domains,
            incident?.Id,
            Official: null)
        {
            Eta = incident?.Eta,
        };
    }

    private async Task<List<IncidentView>> WithEstimatesAsync(List<IncidentView> incidents, CancellationToken cancel)
    {
        var open = incidents.Where(i => i.IsOpen).Select(i => i.Id).ToList();
        if (open.Count == 0)
        {
            return incidents;
        }

        var revisions = await estimates.OfAsync(open, cancel);
        return [.. incidents.Select(i => i.IsOpen ? i with { Eta = EtaOf(i, [.. revisions[i.Id]]) } : i)];
    }

    /// <summary>The last word, with all before it; none for an incident that recovers already.</summary>
    private static EtaView? EtaOf(IncidentView incident, IReadOnlyList<EstimateRevision> revisions) =>
        revisions.Count == 0 || incident.Phase >= IncidentPhase.Monitoring
            ? null
            : new EtaView(revisions[^1].P50, revisions[^1].P80)
            {
                IsLongerThanUsual = revisions[^1].IsLongerThanUsual,
                Revisions = [.. revisions.Select(r => new EtaRevisionView(r.At, r.P50, r.P80))],
            };

    private static List<DayView> Days(IReadOnlyList<(HealthState, DateTimeOffset, DateTimeOffset?)> spans, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return [.. Enumerable.Range(1 - BarDays, BarDays).Select(offset =>
        {
            var from = today.AddDays(offset);
            var to = from.AddDays(1) < now ? from.AddDays(1) : now;
            var spent = Uptime.Within(spans, from, to);
            return new DayView(
                DateOnly.FromDateTime(from.UtcDateTime), spent.Operational, spent.Degraded, spent.Partial, spent.Major, spent.Maintenance);
        })];
    }

    private static LatencyPoint Point(IGrouping<DateTimeOffset, (RollupKey Key, Rollup Rollup)> quarter)
    {
        var merged = Merge(quarter.Select(q => q.Rollup));
        var ttft = Quantiles(merged.Ttft);
        return new LatencyPoint(quarter.Key, ttft?.P50 ?? 0, ttft?.P95 ?? 0, merged.Attempts, merged.FailureCount);
    }

    private static EvidenceView Evidence(string region, IEnumerable<Rollup> quarters, Verdict verdict)
    {
        var merged = Merge(quarters);
        var failures = Enum.GetValues<FailureClass>()
            .Where(f => f != FailureClass.None && merged.Failures[(int)f] > 0)
            .ToDictionary(f => f, f => merged.Failures[(int)f]);
        var source = region == "default" ? "our probes" : $"our probes, {region}";
        return new EvidenceView(source, "probe", verdict.LastEvidenceAt ?? verdict.Since, merged.Attempts, failures);
    }

    private static LatencyView? Quantiles(int[] ttft) =>
        LatencyHistogram.Quantile(ttft, 0.5) is { } p50 ? new LatencyView(p50, LatencyHistogram.Quantile(ttft, 0.95)!.Value) : null;

    private static Rollup Merge(IEnumerable<Rollup> rollups)
    {
        var sum = new Rollup();
        foreach (var rollup in rollups)
        {
            sum.Merge(rollup);
        }

        return sum;
    }

    private async Task<List<IncidentView>> IncidentsAsync(
        StatusDb db, Dictionary<ModelId, string> names, DateTimeOffset now, CancellationToken cancel)
    {
        var since = now.AddDays(-site.Value.HistoryDays);
        var incidents = await db.Incidents.AsNoTracking().AsSplitQuery()
            .Where(i => i.ResolvedAt == null || i.ResolvedAt > since)
            .OrderByDescending(i => i.StartedAt).Take(site.Value.MaxIncidents)
            .Include(i => i.Models).Include(i => i.Updates)
            .ToListAsync(cancel);
        return [.. incidents.Select(i => new IncidentView(
            i.Id,
            i.Title,
            i.Phase,
            i.Impact,
            i.Kind,
            i.StartedAt,
            i.DetectedAt,
            i.MonitoringAt,
            i.ResolvedAt,
            i.OfficialAt,
            [.. i.Updates.OrderByDescending(u => u.At).ThenByDescending(u => u.Id)
                .Select(u => new UpdateView(u.Id, u.At, u.Phase, u.Body, [.. u.Changes.Select(ReadChange)]))],
            [.. i.Models.OrderBy(m => m.StartedAt).ThenBy(m => m.Model)
                .Select(m => new ImpactView(m.Model, names.GetValueOrDefault(m.Model, m.Model.Name), m.Status, m.Worst, m.StartedAt, m.EndedAt))],
            i.Linked,
            i.Drill))];
    }

    private static StateChange ReadChange(string change)
    {
        var parts = change.Split(' ');
        return new StateChange(ModelId.Parse(parts[0]), HealthStates.Parse(parts[1]), HealthStates.Parse(parts[2]));
    }
}
