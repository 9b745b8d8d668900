using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Web.Public;

namespace StatusHub.Contracts.Api;

/// <summary>Public views made by hand: what the hub would show on different days.</summary>
internal static class Views
{
    public static readonly DateTimeOffset Now = new(2026, 6, 7, 11, 30, 0, TimeSpan.Zero);

    public static readonly ModelId Opus = ModelId.Parse("anthropic/claude-opus-4-8");
    public static readonly ModelId Haiku = ModelId.Parse("anthropic/claude-haiku-4-5");
    public static readonly ModelId Gpt = ModelId.Parse("openai/gpt-5");

    public static HubView Quiet() => Of([Model(Opus), Model(Haiku), Model(Gpt)], []);

    public static HubView Degraded() =>
        Of([Model(Opus, HealthState.DegradedPerformance), Model(Haiku), Model(Gpt)], [Incident(1, HealthState.DegradedPerformance, Opus)]);

    public static HubView AllDown() => Of(
        [Model(Opus, HealthState.MajorOutage), Model(Haiku, HealthState.MajorOutage), Model(Gpt, HealthState.MajorOutage)],
        [Incident(1, HealthState.MajorOutage, Opus, Haiku, Gpt)]);

    public static HubView IncidentWithEveryModelGreen() => Of([Model(Opus), Model(Haiku), Model(Gpt)], [Incident(1, HealthState.PartialOutage, Opus)]);

    public static HubView Resolved() => Of([Model(Opus), Model(Haiku), Model(Gpt)], [Resolve(Incident(1, HealthState.MajorOutage, Opus, Haiku))]);

    public static HubView Unmeasured() => Of([Model(Opus, HealthState.Unknown), Model(Haiku), Model(Gpt)], []);

    public static HubView Maintenance() => Of([Model(Opus, HealthState.UnderMaintenance), Model(Haiku), Model(Gpt)], []);

    public static HubView ManyIncidents(int count = 60) => Of(
        [Model(Opus), Model(Haiku), Model(Gpt)],
        [.. Enumerable.Range(1, count).Reverse().Select(n => Resolve(Incident(n, HealthState.DegradedPerformance, n % 2 == 0 ? Opus : Gpt)))]);

    public static HubView Of(IReadOnlyList<ModelView> models, IReadOnlyList<IncidentView> incidents) =>
        new(Now, 42, "Model Health", [.. models.Select(m => m.Provider).Distinct()], models, incidents);

    public static ModelView Model(ModelId id, HealthState state = HealthState.Operational, string? name = null) => new(
        id,
        name ?? id.Name,
        new ProviderView(id.Provider, id.Provider == "openai" ? "OpenAI" : "Anthropic"),
        new Verdict
        {
            Status = state,
            Since = state == HealthState.Operational ? Now.AddDays(-3) : Now.AddMinutes(-28),
            Phase = state.IsTrouble() ? JudgedPhase.Confirmed : JudgedPhase.Calm,
            Kind = state.IsTrouble() ? TroubleKind.Errors : TroubleKind.None,
            Confidence = 0.98,
            FailureShare = state.IsTrouble() ? 0.83 : 0,
            Scope = state.IsTrouble() ? new(0.575, 0.86, 1, "eu-west", new(0.05, 0.78, 0, 0)) : TroubleScope.None,
            UnknownBecause = state == HealthState.Unknown ? "not measured yet" : null,
        },
        new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero),
        state == HealthState.Unknown ? null : new LatencyView(420.5, 911),
        state == HealthState.Unknown ? null : 61.5,
        new UptimeView(0.999, 0.9995, state == HealthState.Unknown ? null : 0.9971),
        [],
        [],
        [new EvidenceView("our probes, eu-west", "probe", Now.AddSeconds(-12), 112, new Dictionary<FailureClass, int> { [FailureClass.ServerError] = 93 })],
        ["eu-west"],
        ["anthropic-router"],
        null,
        new OfficialView(HealthState.Operational, Now.AddMinutes(-1)));

    public static IncidentView Incident(int number, HealthState worst, params ModelId[] models)
    {
        var started = Now.AddHours(number - 100).AddMinutes(-28);
        return new IncidentView(
            Id(number), $"{models[0].Name} is failing most requests", IncidentPhase.Investigating, worst, TroubleKind.Errors,
            started, started.AddSeconds(74), null, null, started.AddSeconds(74 + 1_500),
            [
                new UpdateView(Id(1_000 + number), started.AddMinutes(9), IncidentPhase.Identified, "We are waiting on the provider.", []),
                new UpdateView(
                    Id(2_000 + number), started.AddSeconds(74), IncidentPhase.Investigating, "83 % of requests fail.",
                    [.. models.Select(m => new StateChange(m, HealthState.Operational, worst))]),
            ],
            [.. models.Select(m => new ImpactView(m, m.Name, worst, worst, started, null))],
            [],
            Drill: false);
    }

    public static IncidentView Resolve(IncidentView incident) => incident with
    {
        Phase = IncidentPhase.Resolved,
        MonitoringAt = incident.StartedAt.AddMinutes(40),
        ResolvedAt = incident.StartedAt.AddMinutes(55),
        Impacts = [.. incident.Impacts.Select(i => i with { Status = HealthState.Operational, EndedAt = incident.StartedAt.AddMinutes(40) })],
    };

    private static Guid Id(int number) => new(number, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0);
}
