using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;

namespace StatusHub.Domain.Judging.Outside;

/// <summary>
/// Whose report something is: an organisation here, or a peer. Every peer is a reporter of its own with its own trust, apart from the
/// organisation that agreed with it, and one only, however many speak through it.
/// </summary>
/// <param name="OrgId">The organisation it stands in the log under; for a peer, the one the agreement belongs to.</param>
/// <param name="Hub">Short id of the hub it last came from; empty for the organisation itself.</param>
public readonly record struct Reporter(Guid OrgId, string Hub)
{
    public bool IsPeer => Hub.Length > 0;

    /// <summary>Providers' own pages, as the hub reads them: no organisation's.</summary>
    public static Reporter OfficialPage { get; } = new(Guid.Empty, "");

    public static Reporter Itself(Guid orgId) => new(orgId, "");
}

/// <summary>Where in the log a fact stands: its event's position, source and id.</summary>
public readonly record struct HeardIn(long Position, string Source, string Id);

/// <summary>A fact with what stands beside it in the log.</summary>
/// <param name="By">Who says it.</param>
/// <param name="IsPassedOn">It came by way of another hub, or says so.</param>
/// <param name="IsPublic">Its sharing mark lets everybody read it.</param>
/// <param name="HeardAt">Hub time it was recorded.</param>
public sealed record HeardFact(Reporter By, bool IsPassedOn, HeardIn In, bool IsPublic, DateTimeOffset HeardAt, OutsideFact Fact)
{
    public Guid OrgId => By.OrgId;

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
/// The evidence of others while a batch of it is weighed: what each reporter said of each model, and how far it is trusted. Pure: it is
/// filled from rows, folded, and written back as rows.
/// </summary>
public sealed class OutsideLedger(OutsidePolicy policy)
{
    private readonly Dictionary<(Reporter By, ModelId Model), SourceState> _sources = [];
    private readonly Dictionary<Reporter, Trust> _trust = [];
    private readonly Dictionary<ModelId, List<(Voice Voice, bool Sees)>> _others = [];

    public IReadOnlyDictionary<(Reporter By, ModelId Model), SourceState> Sources => _sources;

    public IReadOnlyDictionary<Reporter, Trust> Trusted => _trust;

    public void Know(Reporter by, ModelId model, SourceState source) => _sources[(by, model)] = source;

    public void Know(Reporter by, Trust trust) => _trust[by] = trust;

    /// <summary>What a reporter that says nothing new still weighs.</summary>
    /// <param name="sees">It confirms others' alarms.</param>
    public void KnowOther(ModelId model, Voice voice, bool sees)
    {
        _others.TryAdd(model, []);
        _others[model].Add((voice, sees));
    }

    /// <summary>Takes in what a reporter that does not answer for the model says of it.</summary>
    public void Take(HeardFact heard, bool inTrouble, DateTimeOffset now)
    {
        var key = (heard.By, heard.Model);
        var before = SourceRules.Fade(_sources.GetValueOrDefault(key) ?? new SourceState(), now, policy);
        var after = heard.Fact switch
        {
            OutsideFact.Suspicion s => SourceRules.Hear(before, s.Severity, s.Share, s.At, now, policy),
            OutsideFact.Window w => SourceRules.Hear(before, w, inTrouble, now, policy),
            OutsideFact.Told { Phase: >= IncidentPhase.Resolved } t => SourceRules.Withdraw(before, t.At),
            OutsideFact.Told t when t.Status.IsTrouble() => SourceRules.Hear(before, SeverityOf(t.Status), null, t.At, now, policy),
            _ => before,
        };
        _sources[key] = after;
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
            var othersSee = OthersSeeing(key) >= policy.ConfirmedByOthers;
            var trust = _trust.GetValueOrDefault(key.By, Trust.New(now));
            (_sources[key], _trust[key.By]) = TrustRules.Follow(_sources[key], trust, inTrouble(key.Model), othersSee, now, policy);
        }
    }

    /// <summary>What all organisations together say of a model now.</summary>
    public Opinion OpinionOf(ModelId model, bool wasAlarm, DateTimeOffset now) => Quorum.Of(VoicesOf(model, now), wasAlarm, policy);

    private List<Voice> VoicesOf(ModelId model, DateTimeOffset now)
    {
        var here = _sources.Where(s => s.Key.Model == model && SourceRules.IsReporting(s.Value, now, policy)).Select(s => new Voice(
            s.Key.By,
            SourceRules.Nats(s.Value, now, policy) * _trust.GetValueOrDefault(s.Key.By, Trust.New(now)).Weight,
            s.Value.Share,
            s.Value.Commonest,
            s.Value.RaisedSince));
        return [.. here, .. OthersOf(model).Select(o => o.Voice)];
    }

    private int OthersSeeing((Reporter By, ModelId Model) key) =>
        _sources.Count(s => s.Key.Model == key.Model && s.Key.By != key.By && TrustRules.Sees(s.Value, policy))
        + OthersOf(key.Model).Count(o => o.Voice.By != key.By && o.Sees);

    private IEnumerable<(Voice Voice, bool Sees)> OthersOf(ModelId model) =>
        _others.GetValueOrDefault(model, []).Where(o => !_sources.ContainsKey((o.Voice.By, model)));

    private static SuspicionSeverity SeverityOf(HealthState status) => status switch
    {
        HealthState.MajorOutage => SuspicionSeverity.Critical,
        HealthState.PartialOutage => SuspicionSeverity.Major,
        _ => SuspicionSeverity.Minor,
    };

    private static readonly Comparer<(Reporter By, ModelId Model)> ByKey =
        Comparer<(Reporter By, ModelId Model)>.Create((a, b) =>
        (a.Model, a.By.OrgId).CompareTo((b.Model, b.By.OrgId)) is var order and not 0 ? order : string.CompareOrdinal(a.By.Hub, b.By.Hub));
}
