using StatusHub.Domain.Judging;
using StatusHub.Web.Public;

namespace StatusHub.Web.Live;

/// <summary>A model as <c>GET /api/v1/models</c> gives it.</summary>
/// <param name="Uptime">Shares of 0 to 1 by window: <c>24h</c>, <c>7d</c>, <c>90d</c>.</param>
public sealed record ModelPayload(
    string Id,
    string Name,
    string Provider,
    string Status,
    DateTimeOffset Since,
    double Confidence,
    EtaPayload? Eta,
    LatencyView? TtftMs,
    double? TokensPerSecond,
    IReadOnlyDictionary<string, double?> Uptime,
    Guid? IncidentId,
    OfficialPayload? Official,
    DateTimeOffset AsOf)
{
    public static ModelPayload Of(ModelView model, DateTimeOffset asOf) => new(
        model.Id.Value,
        model.Name,
        model.Provider.Id,
        model.Verdict.Status.WireName(),
        model.Verdict.Since,
        model.Verdict.Confidence,
        EtaPayload.Of(model.Eta),
        model.Ttft,
        model.TokensPerSecond,
        new Dictionary<string, double?>(StringComparer.Ordinal) { ["24h"] = model.Uptime.Day, ["7d"] = model.Uptime.Week, ["90d"] = model.Uptime.Quarter },
        model.IncidentId,
        model.Official is { } official ? new(official.Status.WireName(), official.SeenAt) : null,
        asOf);
}

public sealed record EtaPayload(DateTimeOffset P50, DateTimeOffset P80)
{
    public static EtaPayload? Of(EtaView? eta) => eta is null ? null : new(eta.P50, eta.P80);
}

public sealed record OfficialPayload(string Status, DateTimeOffset SeenAt);

/// <summary>An incident as <c>GET /api/v1/incidents</c> gives it.</summary>
public sealed record IncidentPayload(
    Guid Id,
    string Title,
    string Phase,
    string Kind,
    DateTimeOffset StartedAt,
    DateTimeOffset DetectedAt,
    DateTimeOffset? OfficialAt,
    double? LeadSeconds,
    DateTimeOffset? ResolvedAt,
    EtaPayload? Eta,
    IReadOnlyList<UpdatePayload> Updates,
    IReadOnlyList<ImpactPayload> Impact,
    bool Drill)
{
    public static IncidentPayload Of(IncidentView incident) => new(
        incident.Id,
        incident.Title,
        Lower(incident.Phase),
        Lower(incident.Kind),
        incident.StartedAt,
        incident.DetectedAt,
        incident.OfficialAt,
        (incident.OfficialAt - incident.DetectedAt)?.TotalSeconds,
        incident.ResolvedAt,
        EtaPayload.Of(incident.Eta),
        [.. incident.Updates.Select(u => new UpdatePayload(u.Id, u.At, Lower(u.Phase), u.Body))],
        [.. incident.Impacts.Select(i => new ImpactPayload(i.Model.Value, i.Status.WireName(), i.Worst.WireName(), i.StartedAt, i.EndedAt))],
        incident.Drill);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

public sealed record UpdatePayload(Guid Id, DateTimeOffset At, string Phase, string Body);

public sealed record ImpactPayload(string Model, string Status, string Worst, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);
