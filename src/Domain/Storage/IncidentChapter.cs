using Microsoft.EntityFrameworkCore;
using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Storage;

/// <summary>Writes what the rules decided into the story people read: rows, words and events of one batch.</summary>
internal sealed class IncidentChapter
{
    private readonly StatusDb _db;
    private readonly Dictionary<ModelId, AiModel> _catalogue;
    private readonly Dictionary<string, string> _providers;
    private readonly Dictionary<ModelId, Verdict> _verdicts;
    private readonly DateTimeOffset _now;
    private readonly Dictionary<Guid, Incident> _written = [];

    private IncidentChapter(
        StatusDb db, Dictionary<ModelId, AiModel> catalogue, Dictionary<string, string> providers, Dictionary<ModelId, Verdict> verdicts, DateTimeOffset now)
    {
        _db = db;
        _catalogue = catalogue;
        _providers = providers;
        _verdicts = verdicts;
        _now = now;
    }

    public static async Task<IncidentChapter> BeginAsync(
        StatusDb db, Dictionary<ModelId, AiModel> catalogue, IReadOnlyList<JudgedModel> judged, DateTimeOffset now, CancellationToken cancel)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var verdicts = new Dictionary<ModelId, Verdict>(await VerdictStore.ReadAllAsync(connection, cancel));
        foreach (var model in judged)
        {
            verdicts[model.Model] = model.Verdict;
        }

        var providers = await db.Providers.AsNoTracking().ToDictionaryAsync(p => p.Id, p => p.Name, cancel);
        return new IncidentChapter(db, catalogue, providers, verdicts, now);
    }

    public async Task WriteAsync(IncidentStep step, string state, CancellationToken cancel)
    {
        var incident = await FindAsync(step, cancel);
        var decided = step.Incident!;
        foreach (var action in step.Actions)
        {
            AddUpdate(incident, decided, action);
        }

        incident.State = state;
        incident.Phase = decided.Phase;
        incident.ResolvedAt = decided.ResolvedAt;
        incident.MonitoringAt = decided.Phase == IncidentPhase.Monitoring ? incident.MonitoringAt ?? _now : decided.IsOpen ? null : incident.MonitoringAt;
        incident.StartedAt = decided.Models.Min(m => m.StartedAt);
        incident.Impact = decided.IsOpen ? decided.Models.Max(m => m.Status) : decided.Models.Max(m => m.Worst);
        incident.Kind = decided.Models.MaxBy(m => m.Worst)!.Kind;
        if (step.Actions.Any(a => a is not IncidentAction.FailureChanged) && decided.IsOpen && decided.Models.Any(m => m.Status.IsTrouble()))
        {
            incident.Title = Wording.Title(StoryOf(decided, null));
        }
        else if (step.Actions.Any(a => a is IncidentAction.Resolve))
        {
            incident.Title = Wording.PastTitle(Everyone(decided), incident.Impact, incident.Kind);
        }

        foreach (var affected in decided.Models)
        {
            WriteModel(incident, affected, decided.IsOpen);
        }
    }

    /// <summary>The incident a written step is about.</summary>
    public Incident Of(IncidentStep step) => _written[step.Incident!.Id];

    private async Task<Incident> FindAsync(IncidentStep step, CancellationToken cancel)
    {
        var id = step.Incident!.Id;
        if (_written.TryGetValue(id, out var incident))
        {
            return incident;
        }

        incident = await _db.Incidents.Include(i => i.Models).Include(i => i.Updates).AsSplitQuery().SingleOrDefaultAsync(i => i.Id == id, cancel);
        if (incident is null)
        {
            var linked = step.Actions.OfType<IncidentAction.Open>().SelectMany(o => o.Linked).ToArray();
            incident = new Incident { Id = id, Title = "", DetectedAt = _now, Linked = linked };
            _db.Incidents.Add(incident);
            foreach (var other in await _db.Incidents.Where(i => linked.Contains(i.Id)).ToListAsync(cancel))
            {
                other.Linked = [.. other.Linked, id];
            }
        }

        _written[id] = incident;
        return incident;
    }

    private void WriteModel(Incident incident, AffectedModel affected, bool isOpen)
    {
        var row = incident.Models.Find(m => m.Model == affected.Model);
        if (row is null)
        {
            row = new IncidentModel { IncidentId = incident.Id, Model = affected.Model };
            incident.Models.Add(row);
        }

        row.Status = affected.Status;
        row.Worst = affected.Worst;
        row.StartedAt = affected.StartedAt;
        row.EndedAt = affected.Status.IsTrouble() ? null : row.EndedAt ?? _verdicts[affected.Model].Since;
        row.Open = isOpen;
    }

    private void AddUpdate(Incident incident, IncidentState decided, IncidentAction action)
    {
        var (body, changes) = Words(incident, decided, action);
        if (body is null)
        {
            return;
        }

        var update = new IncidentUpdate
        {
            Id = Guid.CreateVersion7(_now),
            IncidentId = incident.Id,
            At = _now,
            Phase = action is IncidentAction.Resolve or IncidentAction.GiveUp ? IncidentPhase.Resolved : decided.Phase,
            Body = body,
            Changes = changes,
        };
        incident.Updates.Add(update);
        _db.IncidentUpdates.Add(update);
    }

    private (string? Body, string[] Changes) Words(Incident incident, IncidentState decided, IncidentAction action) => action switch
    {
        IncidentAction.Open open => (Wording.Opened(StoryOf(decided, open.Model)), [Change(open.Model, HealthState.Operational)]),
        IncidentAction.Join join => (Wording.Joined(StoryOf(decided, join.Model), Hit(decided.Find(join.Model)!)), [Change(join.Model, HealthState.Operational)]),
        IncidentAction.Update { Tell: true } worse => (Wording.Worse(StoryOf(decided, worse.Model)), [Change(worse.Model, worse.From)]),
        IncidentAction.Update => (null, []),
        IncidentAction.FailureChanged changed => (Wording.FailureChanged(Hit(decided.Find(changed.Model)!)), []),
        IncidentAction.Monitoring { Tell: false } when decided.Relapses > 0 => (null, []), // people were told to wait for the end
        IncidentAction.Monitoring => (Wording.Monitoring(Everyone(decided), decided.Models.MaxBy(m => m.Worst)!.Kind), []),
        IncidentAction.Relapse { Tell: true } relapse => (Wording.Relapsed(StoryOf(decided, relapse.Model), relapse.Times), []),
        IncidentAction.Relapse => (null, []),
        IncidentAction.Reopen reopen => (Wording.Reopened(StoryOf(decided, reopen.Model)), [Change(reopen.Model, HealthState.Operational)]),
        IncidentAction.GiveUp => (Wording.GivenUp(StoryOf(decided, null)), []),
        IncidentAction.Resolve => (Wording.Resolved(StoryOf(decided, null), incident.StartedAt, decided.WellSince ?? _now), []),
        _ => throw new InvalidOperationException($"No words for {action}."),
    };

    private string Change(ModelId model, HealthState from) => $"{model} {from.WireName()} {_verdicts[model].Status.WireName()}";

    /// <summary>The models of the incident, the one spoken of first; well ones are left out while others are not.</summary>
    private Story StoryOf(IncidentState decided, ModelId? first)
    {
        var hit = decided.Models.OrderByDescending(m => m.Model == first).ThenByDescending(m => m.Status).ThenBy(m => m.StartedAt).ToList();
        var troubled = hit.Where(m => m.Status.IsTrouble()).ToList();
        var provider = _providers[_catalogue[hit[0].Model].ProviderId];
        return new Story(provider, [.. (troubled.Count > 0 ? troubled : hit).Select(Hit)], Alternatives(decided), NextUpdateBy: null);
    }

    /// <summary>Every model of the incident, the worst hit first: what is said of recovery is said of all of them.</summary>
    private Story Everyone(IncidentState decided)
    {
        var models = decided.Models.OrderByDescending(m => m.Worst).ThenBy(m => m.StartedAt).ToList();
        return new Story(_providers[_catalogue[models[0].Model].ProviderId], [.. models.Select(Hit)], [], NextUpdateBy: null);
    }

    private HitModel Hit(AffectedModel affected) => new(_catalogue[affected.Model].Name, _verdicts[affected.Model], affected.StartedAt);

    private List<string> Alternatives(IncidentState decided) =>
        [.. Substitutes.For(
            [.. decided.Models.Select(m => new Substitute(m.Model, _catalogue[m.Model].Name, _verdicts[m.Model] with { Kind = m.Kind }, m.Domains))],
            [.. _catalogue.Values.Where(m => _verdicts.ContainsKey(m.Id)).Select(m => new Substitute(m.Id, m.Name, _verdicts[m.Id], m.Domains))])
            .Select(s => s.Name)];
}
