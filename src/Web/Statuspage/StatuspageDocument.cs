using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Web.Api;
using StatusHub.Web.Public;

namespace StatusHub.Web.Statuspage;

/// <summary>The view in Statuspage's shapes: models are components, providers are groups. Drills are left out: these clients cannot see their mark.</summary>
public sealed class StatuspageDocument
{
    /// <summary>Incidents in a list; Statuspage's own number.</summary>
    public const int MaxIncidents = 50;

    private readonly HubView _view;
    private readonly string _url;
    private readonly string _pageId;
    private readonly Dictionary<ModelId, ModelView> _models;
    private readonly Dictionary<ModelId, ComponentJson> _components = [];
    private readonly List<IncidentView> _incidents;

    public StatuspageDocument(HubView view, string publicUrl)
    {
        _view = view;
        _url = publicUrl;
        _pageId = IdOf("page", publicUrl);
        _models = view.Models.ToDictionary(m => m.Id);
        _incidents = [.. view.Incidents.Where(i => !i.Drill).OrderByDescending(i => i.StartedAt).ThenByDescending(i => i.Id)];
        Page = new PageJson(_pageId, view.Name, publicUrl, "Etc/UTC", UpdatedAt());
        Components = AllComponents();
        Status = StatuspageRollUp.Of([.. _components.Values.Select(c => c.Status)], _incidents.Any(i => i.IsOpen));
    }

    public PageJson Page { get; }

    public RollUpJson Status { get; }

    /// <summary>Each provider's group row, then its models.</summary>
    public IReadOnlyList<ComponentJson> Components { get; }

    /// <summary>The newest, open or not.</summary>
    public IReadOnlyList<StatuspageIncidentJson> Incidents => [.. _incidents.Take(MaxIncidents).Select(IncidentOf)];

    public IReadOnlyList<StatuspageIncidentJson> Unresolved => [.. _incidents.Where(i => i.IsOpen).Select(IncidentOf)];

    /// <summary>
    /// A state in Statuspage's five words. They have none for <em>unknown</em>, so it is the mildest one that is not green and
    /// does not hush: <c>under_maintenance</c> tells alerting clients that silence is planned, <c>operational</c> would be
    /// a lie. The truth stands in <c>statushub.status</c>.
    /// </summary>
    public static string ComponentStatus(HealthState state) =>
        state == HealthState.Unknown ? HealthState.DegradedPerformance.WireName() : state.WireName();

    /// <summary>12 base36 characters, the same for the same thing on every node and after every restart.</summary>
    public static string IdOf(string kind, string name) => StatuspageWebhooks.IdOf(kind, name);

    private List<ComponentJson> AllComponents()
    {
        var rows = new List<ComponentJson>();
        foreach (var provider in _view.Models.GroupBy(m => m.Provider))
        {
            var groupId = IdOf("provider", provider.Key.Id);
            var position = 1;
            var members = provider.Select(m => ComponentOf(m, groupId, position++)).ToList();
            rows.Add(new ComponentJson(
                groupId, provider.Key.Name, StatuspageRollUp.Worst(members.Select(m => m.Status)),
                members.Min(m => m.CreatedAt), members.Max(m => m.UpdatedAt), rows.Count(r => r.Group) + 1,
                Description: null, Showcase: false, StartDate: null, GroupId: null, _pageId, Group: true, OnlyShowIfDegraded: false,
                [.. members.Select(m => m.Id)], Statushub: null));
            rows.AddRange(members);
        }

        return rows;
    }

    private ComponentJson ComponentOf(ModelView m, string groupId, int position)
    {
        var component = new ComponentJson(
            IdOf("model", m.Id.Value), m.Name, ComponentStatus(m.Verdict.Status), m.CreatedAt,
            m.Verdict.Since > m.CreatedAt ? m.Verdict.Since : m.CreatedAt, position, Description: null, Showcase: true,
            DateOnly.FromDateTime(m.CreatedAt.UtcDateTime), groupId, _pageId, Group: false, OnlyShowIfDegraded: false, Components: null,
            new ComponentExtra(m.Id.Value, m.Verdict.Status.WireName(), m.Verdict.Since, Rounded(m.Verdict.Confidence), m.Verdict.UnknownBecause));
        _components[m.Id] = component;
        return component;
    }

    private StatuspageIncidentJson IncidentOf(IncidentView i)
    {
        var id = IdOf("incident", i.Id.ToString());
        var worst = i.Impacts.Select(m => m.Worst).Append(i.Impact).Max();
        var confidence = i.IsOpen
            ? i.Impacts.Where(m => _models.ContainsKey(m.Model)).Select(m => (double?)Rounded(_models[m.Model].Verdict.Confidence)).Max()
            : null;
        return new StatuspageIncidentJson(
            id, i.Title, PhaseOf(i.Phase), i.DetectedAt, ChangedAt(i), i.MonitoringAt, i.ResolvedAt, ImpactOf(worst),
            $"{_url}/incidents/{i.Id}", i.StartedAt, _pageId,
            [.. i.Updates.OrderByDescending(u => u.At).Select(u => UpdateOf(u, id))],
            [.. i.Impacts.Select(m => _components.GetValueOrDefault(m.Model)).OfType<ComponentJson>()],
            new IncidentExtra(i.Id, Api.EtaJson.Of(i.Eta), i.StartedAt, i.DetectedAt, i.OfficialAt, IncidentJson.LeadOf(i), IncidentJson.WireName(i.Kind), confidence));
    }

    private IncidentUpdateJson UpdateOf(UpdateView u, string incidentId)
    {
        List<AffectedComponentJson> affected = [.. u.Changes.Select(c => new AffectedComponentJson(
            IdOf("model", c.Model.Value),
            _models.TryGetValue(c.Model, out var m) ? $"{m.Provider.Name} - {m.Name}" : c.Model.Value,
            ComponentStatus(c.From), ComponentStatus(c.To)))];
        return new IncidentUpdateJson(
            IdOf("update", u.Id.ToString()), PhaseOf(u.Phase), u.Body, incidentId, u.At, u.At, u.At,
            affected.Count == 0 ? null : affected, DeliverNotifications: true, CustomTweet: null, TweetId: null);
    }

    private DateTimeOffset UpdatedAt() =>
        _view.Models.Select(m => m.Verdict.Since).Concat(_incidents.Select(ChangedAt)).DefaultIfEmpty(_view.AsOf).Max();

    private static DateTimeOffset ChangedAt(IncidentView i) => i.Updates.Select(u => u.At).Append(i.ResolvedAt ?? i.DetectedAt).Max();

    // Confidence trembles with every probe; a quiet page is to keep its ETag.
    private static double Rounded(double confidence) => Math.Round(confidence, 2);

    private static string PhaseOf(IncidentPhase phase) => IncidentJson.WireName(phase);

    private static string ImpactOf(HealthState worst) => worst switch
    {
        HealthState.MajorOutage => "critical",
        HealthState.PartialOutage => "major",
        HealthState.DegradedPerformance => "minor",
        _ => "none",
    };
}
