using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;

namespace StatusHub.Domain.Judging.Outside;

/// <summary>A fact with what stands beside it in the log.</summary>
/// <param name="OrgId">Who says it.</param>
/// <param name="IsPeer">It came by way of another hub.</param>
/// <param name="IsPublic">Its sharing mark lets everybody read it.</param>
/// <param name="HeardAt">Hub time it was recorded.</param>
public sealed record HeardFact(Guid OrgId, bool IsPeer, bool IsPublic, DateTimeOffset HeardAt, OutsideFact Fact)
{
    public ModelId Model => Fact switch
    {
        OutsideFact.Suspicion s => s.Model,
        OutsideFact.Window w => w.Model,
        OutsideFact.Told t => t.Model,
        OutsideFact.Announced a => a.Model,
        OutsideFact.Probed p => p.Outcome.Model,
        _ => throw new InvalidOperationException("A fact of no known kind."),
    };
}

/// <summary>
/// The evidence of others while a batch of it is weighed: what each organisation said of each model, and how far it is trusted. Pure: it is
/// filled from rows, folded, and written back as rows.
/// </summary>
public sealed class OutsideLedger(OutsidePolicy policy)
{
    private readonly Dictionary<(Guid OrgId, ModelId Model), SourceState> _sources = [];
    private readonly Dictionary<Guid, Trust> _trust = [];
    private readonly Dictionary<ModelId, List<(Voice Voice, bool Sees)>> _others = [];

    public IReadOnlyDictionary<(Guid OrgId, ModelId Model), SourceState> Sources => _sources;

    public IReadOnlyDictionary<Guid, Trust> Trusted => _trust;

    public void Know(Guid orgId, ModelId model, SourceState source) => _sources[(orgId, model)] = source;

    public void Know(Guid orgId, Trust trust) => _trust[orgId] = trust;

    /// <summary>What an organisation that says nothing new still weighs.</summary>
    /// <param name="sees">It confirms others' alarms.</param>
    public void KnowOther(ModelId model, Voice voice, bool sees)
    {
        _others.TryAdd(model, []);
        _others[model].Add((voice, sees));
    }

    /// <summary>Takes in what an organisation that does not answer for the model says of it.</summary>
    public void Take(HeardFact heard, bool inTrouble, DateTimeOffset now)
    {
        var key = (heard.OrgId, heard.Model);
        var before = SourceRules.Fade(_sources.GetValueOrDefault(key) ?? new SourceState(), now, policy);
        var after = heard.Fact switch
        {
            OutsideFact.Suspicion s => SourceRules.Hear(before, s.Severity, s.Share, s.At, now, policy),
            OutsideFact.Window w => SourceRules.Hear(before, w, inTrouble, now, policy),
            OutsideFact.Told { Phase: >= IncidentPhase.Resolved } t => SourceRules.Withdraw(before, t.At),
            OutsideFact.Told t when t.Status.IsTrouble() => SourceRules.Hear(before, SeverityOf(t.Status), null, t.At, now, policy),
            _ => before,
        };
        _sources[key] = after with { IsPeer = heard.IsPeer };
    }

    /// <summary>Lets time pass for everything known here, and settles whose alarms were confirmed.</summary>
    /// <param name="inTrouble">Whether our own judge holds a model to be failing.</param>
    public void Settle(Func<ModelId, bool> inTrouble, DateTimeOffset now)
    {
        foreach (var key in _sources.Keys.Order(ByKey).ToList())
        {
            _sources[key] = SourceRules.Fade(_sources[key], now, policy);
        }

        foreach (var key in _sources.Keys.Order(ByKey).ToList())
        {
            var isConfirmed = inTrouble(key.Model) || OthersSeeing(key) >= policy.ConfirmedByOthers;
            var trust = _trust.GetValueOrDefault(key.OrgId, Trust.New(now));
            (_sources[key], _trust[key.OrgId]) = TrustRules.Follow(_sources[key], trust, isConfirmed, now, policy);
        }
    }

    /// <summary>What all organisations together say of a model now.</summary>
    public Opinion OpinionOf(ModelId model, bool wasAlarm, DateTimeOffset now) => Quorum.Of(VoicesOf(model, now), wasAlarm, policy);

    private List<Voice> VoicesOf(ModelId model, DateTimeOffset now)
    {
        var here = _sources.Where(s => s.Key.Model == model && SourceRules.IsReporting(s.Value, now, policy)).Select(s => new Voice(
            s.Key.OrgId,
            SourceRules.Nats(s.Value, now, policy) * _trust.GetValueOrDefault(s.Key.OrgId, Trust.New(now)).Weight,
            s.Value.Share,
            s.Value.Commonest,
            s.Value.RaisedSince));
        return [.. here, .. OthersOf(model).Select(o => o.Voice)];
    }

    private int OthersSeeing((Guid OrgId, ModelId Model) key) =>
        _sources.Count(s => s.Key.Model == key.Model && s.Key.OrgId != key.OrgId && TrustRules.Sees(s.Value, policy))
        + OthersOf(key.Model).Count(o => o.Voice.OrgId != key.OrgId && o.Sees);

    private IEnumerable<(Voice Voice, bool Sees)> OthersOf(ModelId model) =>
        _others.GetValueOrDefault(model, []).Where(o => !_sources.ContainsKey((o.Voice.OrgId, model)));

    private static SuspicionSeverity SeverityOf(HealthState status) => status switch
    {
        HealthState.MajorOutage => SuspicionSeverity.Critical,
        HealthState.PartialOutage => SuspicionSeverity.Major,
        _ => SuspicionSeverity.Minor,
    };

    private static readonly Comparer<(Guid OrgId, ModelId Model)> ByKey =
        Comparer<(Guid OrgId, ModelId Model)>.Create((a, b) => (a.Model, a.OrgId).CompareTo((b.Model, b.OrgId)));
}
