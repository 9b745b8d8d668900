using System.Buffers;
using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Escalations;
using StatusHub.Domain.Events;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Feed.Meaning;

/// <summary>The data of each known type, member by member; the limits are those of the schemas.</summary>
internal static class Meanings
{
    public const int MaxModels = 100;
    public const int MaxResults = 500;
    public const int MaxErrorClasses = 50;
    public const long MostRequests = 1_000_000_000;

    private const int MaxTitle = 300;
    private const int MaxText = 10_000;
    private const int MaxNote = 2_000;
    private const int MaxId = 200;
    private const int MaxErrorName = 100;
    private const int MaxBounds = 200;
    private const int MaxLinks = 20;
    private const int MaxWindowSeconds = 3_600;

    private static readonly TimeSpan LongestMaintenance = TimeSpan.FromDays(7);
    private static readonly SearchValues<char> ErrorName =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-");

    private static readonly string[] Kinds = ["availability", "latency", "errors", "quality", "access"];
    private const string AccessKind = "access";

    private static readonly string[] IncidentKinds = [.. Kinds, "none"];
    private static readonly string[] Severities = ["minor", "major", "critical"];
    private static readonly string[] Phases = ["investigating", "identified", "monitoring", "resolved", "postmortem"];
    private static readonly string[] MaintenanceStates = ["scheduled", "in_progress", "completed", "cancelled"];
    private static readonly string[] Statuses = [.. Enum.GetValues<HealthState>().Select(s => s.WireName())];

    public static IReadOnlyList<OutsideFact> Read(string type, DataObject data, DateTimeOffset saidAt) => type switch
    {
        EventTypes.Signal => Signal(data, saidAt),
        EventTypes.Telemetry => Telemetry(data),
        EventTypes.Incident => Incident(data, saidAt),
        EventTypes.Maintenance => Maintenance(data, saidAt),
        EventTypes.Probe => ProbeMeaning.Read(data),
        EventTypes.ModelStatus => PeerStatus(data, saidAt),
        _ => [],
    };

    private static OutsideFact[] Signal(DataObject data, DateTimeOffset saidAt)
    {
        var model = data.Model("model");
        _ = data.OneOf("kind", Kinds);
        var severity = data.OneOf("severity", Severities);
        _ = data.Moment("since");
        var share = data.Number("affectedShare", 0, 1);
        _ = data.Text("note", MaxNote);
        _ = data.Flag("escalate");
        _ = data.Whole("acknowledgeWithinMinutes", (long)EscalationRules.MinWindow.TotalMinutes, (long)EscalationRules.MaxWindow.TotalMinutes);
        return model is { } id
            ? [new OutsideFact.Suspicion(id, (SuspicionSeverity)(severity ?? (int)SuspicionSeverity.Major), share, saidAt)]
            : [];
    }

    private static OutsideFact[] Telemetry(DataObject data)
    {
        var model = data.Model("model");
        _ = data.Text("endpoint", MaxId);
        var start = data.Moment("windowStart", required: true);
        var seconds = data.Whole("windowSeconds", 1, MaxWindowSeconds, required: true);
        var requests = data.Whole("requests", 0, MostRequests, required: true);
        var (failed, excused, commonest) = Errors(data);
        Histogram(data, "latencyMs");
        Histogram(data, "ttftMs");
        if (start > DateTimeOffset.MaxValue.AddSeconds(-MaxWindowSeconds))
        {
            data.Wrong<string>("windowStart", "range", "Is no time of this age.");
            start = null;
        }

        if (failed + excused > requests)
        {
            data.Wrong<string>("errors", "range", "Are together at most the requests.");
        }

        return model is { } id && start is { } from && seconds is { } length && requests is { } count
            ? [new OutsideFact.Window(id, from.AddSeconds(length), TimeSpan.FromSeconds(length), count - excused, failed, commonest)]
            : [];
    }

    /// <summary>Failures laid to the provider or the network, those that are the sender's own, and the commonest of the former.</summary>
    private static (long Failed, long Excused, FailureClass Commonest) Errors(DataObject data)
    {
        if (data.Child("errors") is not { } errors)
        {
            return default;
        }

        var members = errors.Members();
        if (members.Count > MaxErrorClasses)
        {
            data.Wrong<string>("errors", "length", $"Holds at most {MaxErrorClasses} classes.");
            return default;
        }

        var counts = new Dictionary<FailureClass, long>();
        foreach (var name in members.Keys)
        {
            var count = errors.Whole(name, 0, MostRequests) ?? 0;
            if (name.Length is 0 or > MaxErrorName || name.AsSpan().ContainsAnyExcept(ErrorName))
            {
                errors.Wrong<string>(name, "format", "A class is named with letters, digits and _ . : - alone.");
            }

            var failure = ErrorClass.Of(name);
            counts[failure] = counts.GetValueOrDefault(failure) + count;
        }

        var blamed = counts.Where(c => ErrorClass.IsProvidersOrNetworks(c.Key)).ToList();
        var known = blamed.Where(c => c.Key != FailureClass.None && c.Value > 0).ToList();
        return (blamed.Sum(c => c.Value), counts.Values.Sum() - blamed.Sum(c => c.Value), known.Count > 0 ? known.MaxBy(c => c.Value).Key : FailureClass.None);
    }

    private static void Histogram(DataObject data, string name)
    {
        if (data.Child(name) is not { } histogram)
        {
            return;
        }

        var bounds = histogram.List("bounds", 1, MaxBounds);
        var counts = histogram.List("counts", 2, MaxBounds + 1);
        var before = double.NegativeInfinity;
        foreach (var bound in bounds)
        {
            var rises = bound.ValueKind == JsonValueKind.Number && bound.TryGetDouble(out var value) && value >= 0 && value > before;
            if (!rises)
            {
                histogram.Wrong<string>("bounds", "range", "Are numbers from 0 that rise.");
                return;
            }

            before = bound.GetDouble();
        }

        if (counts.Any(c => c.ValueKind != JsonValueKind.Number || !c.TryGetInt64(out var count) || count is < 0 or > MostRequests))
        {
            histogram.Wrong<string>("counts", "range", $"Are whole numbers from 0 to {MostRequests}.");
        }
        else if (counts.Count > 0 && bounds.Count > 0 && counts.Count != bounds.Count + 1)
        {
            histogram.Wrong<string>("counts", "length", "Are one more than the bounds.");
        }
    }

    private static List<OutsideFact> Incident(DataObject data, DateTimeOffset saidAt)
    {
        var id = data.Text("incidentId", MaxId, required: true);
        var phase = data.OneOf("phase", Phases, required: true);
        var title = data.Text("title", MaxTitle);
        _ = data.Text("message", MaxText);
        var started = data.Moment("startedAt");
        _ = data.Moment("detectedAt");
        _ = data.Moment("resolvedAt");
        var next = data.Moment("nextUpdateBy");
        var isNotice = data.OneOf("kind", IncidentKinds) is { } kind && IncidentKinds[kind] == AccessKind;
        _ = data.Flag("notify");
        Estimate(data);
        Links(data);
        var facts = new List<OutsideFact>();
        foreach (var (impact, _) in data.Objects("impact", 1, MaxModels))
        {
            var model = impact.Model("model");
            var status = impact.OneOf("status", Statuses, required: true);
            _ = impact.OneOf("worst", Statuses);
            _ = impact.Moment("startedAt");
            _ = impact.Moment("endedAt");
            if (model is { } hit && status is { } state && id is not null && phase is { } at)
            {
                facts.Add(new OutsideFact.Told(hit, id, (IncidentPhase)at, Told(Statuses[state], isNotice), title, started, saidAt, next));
            }
        }

        return facts;
    }

    /// <summary>Who may use a model is a matter of policy: a notice of it is never told as an outage of the model.</summary>
    private static HealthState Told(string status, bool isNotice) =>
        HealthStates.Parse(status) is var told && isNotice && told > HealthState.DegradedPerformance ? HealthState.DegradedPerformance : told;

    /// <summary>A time, or the two times by which it is over with a chance of 50 % and of 80 %.</summary>
    private static void Estimate(DataObject data)
    {
        if (data.Take("eta", required: false) is not { ValueKind: JsonValueKind.Object })
        {
            _ = data.Moment("eta");
            return;
        }

        var eta = data.Child("eta")!;
        _ = eta.Moment("p50", required: true);
        _ = eta.Moment("p80", required: true);
    }

    private static void Links(DataObject data)
    {
        foreach (var link in data.List("links", 0, MaxLinks))
        {
            if (link.ValueKind != JsonValueKind.String || link.GetString() is not { Length: <= MaxNote } text || !Rfc3986.IsReference(text))
            {
                data.Wrong<string>("links", "format", "Are addresses.");
                return;
            }
        }
    }

    private static List<OutsideFact> Maintenance(DataObject data, DateTimeOffset saidAt)
    {
        var id = data.Text("maintenanceId", MaxId, required: true);
        var (starts, ends) = (data.Moment("startsAt", required: true), data.Moment("endsAt", required: true));
        var state = data.OneOf("state", MaintenanceStates) ?? 0;
        var title = data.Text("title", MaxTitle);
        _ = data.Text("description", MaxText);
        if (starts is { } from && ends is { } to && (to <= from || to - from > LongestMaintenance))
        {
            data.Wrong<string>("endsAt", "range", $"Must be after startsAt, by {LongestMaintenance.Days} days at most.");
        }

        var facts = new List<OutsideFact>();
        var models = data.List("models", 1, MaxModels);
        for (var i = 0; i < models.Count; i++)
        {
            if (models[i].ValueKind != JsonValueKind.String || !ModelId.TryParse(models[i].GetString(), out var model))
            {
                data.Wrong<string>("models", "format", "Are model ids of the form provider/model.");
            }
            else if (id is not null && starts is { } start && ends is { } end)
            {
                facts.Add(new OutsideFact.Announced(model, id, start, end, state >= 2, title, saidAt));
            }
        }

        return facts;
    }

    /// <summary>Another hub's verdict is what it tells of an incident of its own.</summary>
    private static OutsideFact[] PeerStatus(DataObject data, DateTimeOffset saidAt)
    {
        var model = data.Model("model");
        var status = data.OneOf("status", Statuses, required: true);
        var since = data.Moment("since", required: true);
        if (model is not { } id || status is not { } state)
        {
            return [];
        }

        var health = HealthStates.Parse(Statuses[state]);
        var phase = health.IsTrouble() ? IncidentPhase.Investigating : IncidentPhase.Resolved;
        return [new OutsideFact.Told(id, "status " + id.Value, phase, health, null, since, saidAt)];
    }
}
