using Microsoft.EntityFrameworkCore;
using Npgsql;
using StatusHub.Domain.Events;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Recovery;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Keeps what is said about the end of open incidents: estimated when something happens to one, and again as time passes, written down only when it is
/// news. The model learns from the hub's own ended incidents beside the shipped history.
/// </summary>
public sealed class RecoveryBook(SystemDb system, EstimateStore estimates, LogTail tail, HubIdentity hub, RecoveryPolicy policy)
{
    /// <summary>Own incidents learned from, the newest.</summary>
    private const int MostOwn = 2_000;

    private RecoveryModel _model = new(ShippedHistory.Incidents, policy);

    private RecoveryTrack _track = RecoveryTrack.None;

    /// <summary>How good what was said has been, as last learned.</summary>
    public RecoveryTrack Track => Volatile.Read(ref _track);

    /// <summary>Reads the hub's own history anew.</summary>
    public async Task LearnAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = system.Open();
        var own = await db.Incidents.AsNoTracking().AsSplitQuery().Include(i => i.Models).Include(i => i.Updates)
            .Where(i => !i.Drill).OrderByDescending(i => i.StartedAt).Take(MostOwn).ToListAsync(cancel);
        var history = own.Where(i => i.Models.Count > 0).Select(i => PastOf(i, now)).Where(p => p.ToFix >= 1);
        _model = new RecoveryModel([.. ShippedHistory.Incidents, .. history.OrderBy(p => p.StartedAt)], policy);
        Volatile.Write(ref _track, await TrackAsync(own, cancel));
    }

    private async Task<RecoveryTrack> TrackAsync(IReadOnlyList<Incident> own, CancellationToken cancel)
    {
        var ended = own.Where(i => !i.IsOpen).ToList();
        var said = await estimates.OfAsync([.. ended.Select(i => i.Id)], cancel);
        return RecoveryTrack.Of(ended.Select(i => (i.MonitoringAt ?? i.ResolvedAt!.Value, said[i.Id])));
    }

    /// <summary>Revises every open incident's estimate as of now and tells of those that are news.</summary>
    public async Task ReviseAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = system.Open();
        if (!await db.Incidents.AnyAsync(i => i.ResolvedAt == null, cancel))
        {
            return;
        }

        // Read under the lock of whoever changes incidents: the log must not say investigating after it said resolved.
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({IncidentBook.WriteLock})", cancel);
        var open = await db.Incidents.AsNoTracking().AsSplitQuery().Include(i => i.Models).Include(i => i.Updates).Where(i => i.ResolvedAt == null).ToListAsync(cancel);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var news = new List<HubEvent>();
        foreach (var incident in open)
        {
            var (revision, isNew) = await ReviseAsync(connection, incident, now, cancel);
            if (isNew)
            {
                news.Add(IncidentNews.Of(incident, revision, notify: false, hub.Source, now));
            }
        }

        if (news.Count > 0)
        {
            await EventLog.AppendAsync((NpgsqlTransaction)Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(transaction), news, now, cancel);
        }

        await transaction.CommitAsync(cancel);
        if (news.Count > 0)
        {
            tail.Committed();
        }
    }

    /// <summary>What is said of one incident now, and whether that was just written down; nothing for one that recovers or has ended.</summary>
    internal async Task<(EstimateRevision? Revision, bool IsNew)> ReviseAsync(NpgsqlConnection connection, Incident incident, DateTimeOffset now, CancellationToken cancel)
    {
        if (!incident.IsOpen || incident.Phase >= IncidentPhase.Monitoring || incident.Models.Count == 0)
        {
            return (null, false);
        }

        var last = await EstimateStore.LastAsync(connection, incident.Id, cancel);
        var question = new OpenIncident(incident.Models[0].Model.Provider, ImpactOf(incident.Impact), incident.StartedAt, IdentifiedAt(incident));
        var next = EstimateRevision.Of(_model.Estimate(question, now), incident.Phase, now);
        if (!next.Replaces(last))
        {
            return (last, false);
        }

        await EstimateStore.AddAsync(connection, incident.Id, next, cancel);
        return (next, true);
    }

    private static PastIncident PastOf(Incident incident, DateTimeOffset now)
    {
        var end = incident.MonitoringAt ?? incident.ResolvedAt;
        return new(
            incident.Models[0].Model.Provider, ImpactOf(incident.Models.Max(m => m.Worst)), incident.StartedAt,
            (IdentifiedAt(incident) - incident.StartedAt)?.TotalMinutes, ((end ?? now) - incident.StartedAt).TotalMinutes, Open: end is null);
    }

    private static DateTimeOffset? IdentifiedAt(Incident incident) =>
        incident.Updates.Where(u => u.Phase == IncidentPhase.Identified).Select(u => (DateTimeOffset?)u.At).Min();

    /// <summary>Our states on the scale the shipped history uses: 1 minor, 2 major, 3 critical.</summary>
    private static int ImpactOf(HealthState state) => state switch
    {
        HealthState.MajorOutage => 3,
        HealthState.PartialOutage => 2,
        _ => 1,
    };
}
