using System.Text.Json.Serialization;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;
using StatusHub.Web.Public;

namespace StatusHub.Web.Api;

public sealed record ModelListJson(IReadOnlyList<ModelJson> Models);

/// <summary>One model.</summary>
/// <param name="Provider">The provider's id.</param>
/// <param name="Status"><c>operational</c>, <c>degraded_performance</c>, <c>partial_outage</c>, <c>major_outage</c>, <c>under_maintenance</c> or <c>unknown</c>.</param>
/// <param name="Since">When the state began; for an outage its first failing observation.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Eta">Estimated recovery; null while nothing is estimated.</param>
/// <param name="TtftMs">Time to first token over the last hour, milliseconds.</param>
/// <param name="TokensPerSecond">Median over the last hour.</param>
/// <param name="Uptime">Weighted availability, 0 to 1.</param>
/// <param name="Official">What the provider itself says, by its own page or its own events.</param>
/// <param name="OfficialPage">The provider's own page and how it is read; null where none is.</param>
/// <param name="AsOf">Hub time the answer was made.</param>
public record ModelJson(
    string Id,
    string Name,
    string Provider,
    string Status,
    DateTimeOffset Since,
    double Confidence,
    EtaJson? Eta,
    TtftJson? TtftMs,
    double? TokensPerSecond,
    UptimeJson Uptime,
    Guid? IncidentId,
    OfficialJson? Official,
    OfficialSourceJson? OfficialPage,
    DateTimeOffset AsOf)
{
    internal static ModelJson Of(HubView view, ModelView m) => new(
        m.Id.Value, m.Name, m.Provider.Id, m.Verdict.Status.WireName(), m.Verdict.Since, m.Verdict.Confidence, EtaJson.Of(m.Eta),
        m.Ttft is { } ttft ? new TtftJson(ttft.P50, ttft.P95) : null,
        m.TokensPerSecond, new UptimeJson(m.Uptime.Day, m.Uptime.Week, m.Uptime.Quarter), m.IncidentId,
        m.Official is { } official ? new OfficialJson(official.Status.WireName(), official.SeenAt) : null,
        m.Page is { } page ? new OfficialSourceJson(page.Url, page.State.WireName(), page.ReadAt, page.FailingSince) : null,
        view.AsOf);
}

/// <summary>One model with the reasons for its state.</summary>
/// <param name="Kind">Kind of the present trouble: <c>availability</c>, <c>latency</c>, <c>errors</c>, <c>quality</c>, <c>access</c>; null without trouble.</param>
/// <param name="FailureShare">Expected share of requests failing now, 0 to 1.</param>
/// <param name="UnknownBecause">For an unknown state: why.</param>
/// <param name="SharedFate">Models that fall together with it, the likeliest first.</param>
/// <param name="Scope">How far the present trouble reaches; null without trouble, or while nothing is known of it.</param>
public sealed record ModelDetailJson(
    ModelJson Model,
    string? Kind,
    double FailureShare,
    string? UnknownBecause,
    IReadOnlyList<EvidenceJson> Evidence,
    IReadOnlyList<string> Regions,
    IReadOnlyList<string> FailureDomains,
    IReadOnlyList<SharedFateJson> SharedFate,
    ScopeJson? Scope)
    : ModelJson(Model)
{
    [JsonIgnore]
    public ModelJson Model { get; } = Model;

    internal static ModelDetailJson DetailOf(HubView view, ModelView m) => new(
        ModelJson.Of(view, m),
        m.Verdict.Kind == TroubleKind.None ? null : IncidentJson.WireName(m.Verdict.Kind),
        m.Verdict.FailureShare,
        m.Verdict.UnknownBecause,
        [.. m.Evidence.Select(EvidenceJson.Of)],
        m.Regions,
        m.Domains,
        [.. m.Fate.Select(f => new SharedFateJson(
            f.Model.Value, f.DownTogether, f.SharedDomains, f.Link is { } link ? new LearnedLinkJson(link.CoFailures, link.Outages, link.Lift) : null))],
        m.Verdict.Status.IsTrouble() && m.Verdict.Scope != TroubleScope.None ? ScopeJson.Of(m.Verdict) : null);
}

/// <summary>How far a trouble reaches.</summary>
/// <param name="FailureShareLow">With four chances in five the failing share lies between this…</param>
/// <param name="FailureShareHigh">…and this, 0 to 1.</param>
/// <param name="TtftFactor">Time to first token against the model's own usual at this hour; 1 when usual.</param>
/// <param name="TokenTimeFactor">Time from token to token, likewise.</param>
/// <param name="OnlyIn">Regions in trouble while all others are well; empty when it is everywhere or cannot be told.</param>
public sealed record ScopeJson(
    double FailureShareLow, double FailureShareHigh, double TtftFactor, double TokenTimeFactor, IReadOnlyList<string> OnlyIn, KindSharesJson Kinds)
{
    internal static ScopeJson Of(Verdict verdict)
    {
        var (scope, kinds) = (verdict.Scope, verdict.Scope.Kinds);
        return new(
            scope.ShareLow, scope.ShareHigh, Math.Round(verdict.SlowFactor, Digits), scope.TokenTimeFactor, scope.Regions(),
            new(kinds.Availability, kinds.Errors, kinds.Quality, kinds.Access));
    }

    private const int Digits = 4;
}

/// <summary>Shares of all requests, 0 to 1, that fail in each way.</summary>
public sealed record KindSharesJson(double Availability, double Errors, double Quality, double Access);

/// <summary>A model that falls together with another.</summary>
/// <param name="DownTogether">Chance that it is down while the other is, 0 to 1.</param>
/// <param name="SharedDomains">Failure domains both are declared to be in.</param>
/// <param name="Learned">Found in their history though nothing declares it; null for not found.</param>
public sealed record SharedFateJson(string Model, double DownTogether, IReadOnlyList<string> SharedDomains, LearnedLinkJson? Learned);

/// <param name="CoFailures">Outages that both had at once,</param>
/// <param name="Outages">of so many,</param>
/// <param name="Lift">so many times more often than chance.</param>
public sealed record LearnedLinkJson(int CoFailures, int Outages, double Lift);

/// <summary>When it should be over: hub times by which it is so with a chance of 50 % and of 80 %.</summary>
public sealed record EtaJson(DateTimeOffset P50, DateTimeOffset P80, IReadOnlyList<EtaRevisionJson> Revisions)
{
    internal static EtaJson? Of(EtaView? eta) =>
        eta is null ? null : new(eta.P50, eta.P80, [.. eta.Revisions.Select(r => new EtaRevisionJson(r.At, r.P50, r.P80))]);
}

public sealed record EtaRevisionJson(DateTimeOffset At, DateTimeOffset P50, DateTimeOffset P80);

/// <summary>Milliseconds.</summary>
public sealed record TtftJson(double P50, double P95);

public sealed record UptimeJson(
    [property: JsonPropertyName("24h")] double? Day,
    [property: JsonPropertyName("7d")] double? Week,
    [property: JsonPropertyName("90d")] double? Quarter);

public sealed record OfficialJson(string Status, DateTimeOffset SeenAt);

/// <param name="State"><c>unread</c>, <c>read</c>, <c>unreadable</c> or <c>stale</c>.</param>
public sealed record OfficialSourceJson(string Url, string State, DateTimeOffset? ReadAt, DateTimeOffset? FailingSince);

/// <summary>What one source says.</summary>
/// <param name="Kind"><c>probe</c>, <c>telemetry</c>, <c>report</c>, <c>official</c> or <c>peer</c>.</param>
/// <param name="Attempts">Observations of the last hour.</param>
/// <param name="Failures">Of those, failed ones by class; <c>other</c> where its name is not known.</param>
/// <param name="Weight">Its share of the log-likelihood that all sources hold now, 0 to 1; null for what is shown and not weighed.</param>
public sealed record EvidenceJson(
    string Source, string Kind, DateTimeOffset Last, int Attempts, IReadOnlyDictionary<string, int> Failures, double? Weight)
{
    internal static EvidenceJson Of(EvidenceView e) => new(
        e.Source, e.Kind, e.Last, e.Attempts, e.Failures.ToDictionary(f => f.Key == FailureClass.None ? "other" : FailureClasses.WireName(f.Key), f => f.Value), e.Weight);
}

internal static class ModelsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/models").WithTags("Models");
        group.MapMethods("", Verbs.Read, (RenderedDocuments documents) =>
                documents.Json("v1/models", view => new ModelListJson([.. view.Models.Select(m => ModelJson.Of(view, m))])))
            .WithSummary("All models and how they are").Produces<ModelListJson>();
        group.MapMethods("{provider}/{model}", Verbs.Read, One)
            .WithSummary("One model with the evidence for its state").Produces<ModelDetailJson>().ProducesProblems(404);
        group.MapMethods("{provider}/{model}/history", Verbs.Read, HistoryApi.ReadAsync)
            .WithSummary("What happened to one model, in buckets").Produces<HistoryJson>().ProducesProblems(400, 404, 503);
    }

    /// <summary>The model of a route when the view has it.</summary>
    public static ModelView? Find(HubView view, string provider, string model) =>
        ModelId.TryParse($"{provider}/{model}", out var id) ? view.Models.FirstOrDefault(m => m.Id == id) : null;

    private static IResult One(string provider, string model, CurrentView current, RenderedDocuments documents) =>
        Find(current.Value, provider, model) is { } found
            ? documents.Json($"v1/models/{found.Id}", view =>
                ModelDetailJson.DetailOf(view, view.Models.FirstOrDefault(m => m.Id == found.Id) ?? found))
            : Problem.Answer(ProblemKind.NotFound, "There is no such model.");
}
