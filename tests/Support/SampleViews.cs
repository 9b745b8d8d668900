using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Scores;
using StatusHub.Web.Public;

namespace StatusHub.Support;

/// <summary>Views of the public pages for tests: the same every time, with histories drawn from a seed.</summary>
public static class SampleViews
{
    /// <summary>The afternoon of the 7 June scenario: Opus and Sonnet down since morning, rolled back not yet.</summary>
    public static readonly DateTimeOffset BadAfternoon = new(2026, 6, 7, 15, 12, 40, TimeSpan.Zero);

    public static HubView Empty() => HubView.Empty(BadAfternoon);

    /// <summary>Twenty models of six providers, all working.</summary>
    public static HubView Calm() => Of(BadAfternoon, Catalogue, [Resolved()]);

    /// <summary>The seven models of the scenario on its bad afternoon.</summary>
    public static HubView BadDay()
    {
        var incident = Router();
        var view = Of(BadAfternoon, Catalogue.Take(7), [incident, Drill(), Resolved()]);
        return view with
        {
            Models = [.. view.Models.Select(m => Hit(m, incident))],
            Scores = ThreeWeeks.Value,
            Estimates = new(41, 163, 0.81, 23.5),
        };
    }

    /// <summary>The bad day, to be rendered at <see cref="LongAfter"/>.</summary>
    public static HubView Stale() => BadDay();

    /// <summary>When the data of <see cref="Stale"/> is three hours old.</summary>
    public static DateTimeOffset LongAfter => BadAfternoon.AddHours(3);

    public static HubView Big(int models = 200) => Of(
        BadAfternoon,
        Enumerable.Range(0, models).Select(i => ($"provider-{i / 20}", $"Provider {i / 20}", $"model-{i}", $"Model {i}", (string[])[$"provider-{i / 20}"])),
        [Resolved()]);

    /// <summary>Every state once, in the order of <see cref="HealthState"/>.</summary>
    public static HubView EveryState()
    {
        var view = Of(BadAfternoon, Catalogue.Take(6), []);
        return view with { Models = [.. view.Models.Select((m, i) => With(m, (HealthState)i))] };
    }

    /// <summary>One model and one incident whose texts try to break out of the page.</summary>
    public static HubView Hostile(string text)
    {
        var view = BadDay();
        var provider = new ProviderView("anthropic", text);
        return view with
        {
            Name = text,
            Models = [.. view.Models.Select(m => m with
            {
                Name = text, Provider = provider, Domains = [text], Regions = [text], Verdict = m.Verdict with { UnknownBecause = text },
                Evidence = [new(text, text, BadAfternoon, 1, new Dictionary<FailureClass, int>())],
            })],
            Incidents = [.. view.Incidents.Select(i => i with
            {
                Title = text,
                Updates = [.. i.Updates.Select(u => u with { Body = text })],
                Impacts = [.. i.Impacts.Select(h => h with { ModelName = text })],
            })],
        };
    }

    public static ModelView With(ModelView model, HealthState state) => model with
    {
        Verdict = model.Verdict with
        {
            Status = state,
            Since = BadAfternoon.AddHours(-1),
            Kind = state.IsTrouble() ? TroubleKind.Errors : TroubleKind.None,
            FailureShare = state switch { HealthState.MajorOutage => 0.83, HealthState.PartialOutage => 0.25, HealthState.DegradedPerformance => 0.06, _ => 0 },
            UnknownBecause = state == HealthState.Unknown ? "no check has come back for 40 minutes" : null,
        },
    };

    private static readonly (string Provider, string ProviderName, string Id, string Name, string[] Domains)[] Catalogue =
    [
        ("anthropic", "Anthropic", "claude-haiku-4-5", "Claude Haiku 4.5", ["anthropic", "anthropic-haiku-cell"]),
        ("anthropic", "Anthropic", "claude-opus-4-8", "Claude Opus 4.8", ["anthropic", "anthropic-router", "anthropic-opus-cells"]),
        ("anthropic", "Anthropic", "claude-sonnet-4-6", "Claude Sonnet 4.6", ["anthropic", "anthropic-router"]),
        ("local", "Our own", "qwen3-8b", "Qwen3 8B", ["own-datacentre"]),
        ("mistral", "Mistral", "mistral-large-3", "Mistral Large 3", ["mistral", "edge-a"]),
        ("openai", "OpenAI", "gpt-5-2", "GPT-5.2", ["openai", "azure-south-central"]),
        ("openai", "OpenAI", "gpt-5-2-mini", "GPT-5.2 mini", ["openai"]),
        .. Enumerable.Range(1, 7).Select(i => ("google", "Google", $"gemini-{i}", $"Gemini {i}", (string[])["google"])),
        .. Enumerable.Range(1, 6).Select(i => ("xai", "xAI", $"grok-{i}", $"Grok {i}", (string[])["xai", "edge-a"])),
    ];

    private static HubView Of(DateTimeOffset asOf, IEnumerable<(string Provider, string ProviderName, string Id, string Name, string[] Domains)> catalogue, IReadOnlyList<IncidentView> incidents)
    {
        var models = catalogue.Select((m, i) => Working(asOf, m.Provider, m.ProviderName, m.Id, m.Name, m.Domains, new Random(i))).ToList();
        return new(asOf, 4711, "StatusHub", [.. models.Select(m => m.Provider).Distinct()], models, incidents);
    }

    private static ModelView Working(DateTimeOffset asOf, string provider, string providerName, string id, string name, string[] domains, Random chance)
    {
        var usual = 250 + (chance.NextDouble() * 500);
        var created = asOf.AddDays(-120);
        return new(
            ModelId.Parse($"{provider}/{id}"),
            name,
            new(provider, providerName),
            new() { Status = HealthState.Operational, Since = asOf.AddDays(-12), Phase = JudgedPhase.Calm, Confidence = 0.998, LastEvidenceAt = asOf.AddSeconds(-chance.Next(2, 29)) },
            created,
            new(usual, usual * 2.1),
            60 + (chance.NextDouble() * 40),
            new(1, 0.99987, 0.99954),
            [.. Enumerable.Range(0, 90).Select(i => Day(DateOnly.FromDateTime(asOf.UtcDateTime).AddDays(i - 89), i == 89 ? asOf.TimeOfDay.TotalSeconds : 86_400, chance))],
            [.. Enumerable.Range(0, 96).Select(i => Point(asOf.AddMinutes(-15 * (96 - i)), usual, chance))],
            [
                new("our probes, eu-west", "probe", asOf.AddSeconds(-9), 120, new Dictionary<FailureClass, int>()),
                new("our probes, us-east", "probe", asOf.AddSeconds(-22), 118, new Dictionary<FailureClass, int> { [FailureClass.RateLimited] = 1 }),
            ],
            ["eu-west", "us-east"],
            domains,
            null,
            new(HealthState.Operational, asOf.AddMinutes(-1)));
    }

    private static DayView Day(DateOnly day, double seconds, Random chance) => chance.Next(100) switch
    {
        < 2 => new(day, seconds - 2500, 0, 700, 1800, 0),
        < 4 => new(day, seconds * 0.7, 0, seconds * 0.3, 0, 0),
        < 7 => new(day, seconds - 4000, 4000, 0, 0, 0),
        < 8 => new(day, seconds * 0.8, 0, 0, 0, seconds * 0.2),
        < 10 => new(day, 0, 0, 0, 0, 0),
        _ => new(day, seconds, 0, 0, 0, 0),
    };

    private static LatencyPoint Point(DateTimeOffset at, double usual, Random chance)
    {
        var p50 = usual * (0.85 + (chance.NextDouble() * 0.3));
        return new(at, p50, p50 * (1.6 + chance.NextDouble()), 30, chance.Next(20) == 0 ? 1 : 0);
    }

    private static ModelView Hit(ModelView model, IncidentView incident)
    {
        if (incident.Impacts.FirstOrDefault(i => i.Model == model.Id) is not { } impact)
        {
            return model;
        }

        var today = model.Days[^1].Day;
        var down = (BadAfternoon - impact.StartedAt).TotalSeconds;
        return model with
        {
            Verdict = model.Verdict with
            {
                Status = HealthState.MajorOutage,
                Since = impact.StartedAt,
                Phase = JudgedPhase.Confirmed,
                Kind = TroubleKind.Errors,
                Confidence = 0.999,
                FailureShare = 0.84,
                WorstShare = 0.86,
                SlowFactor = 3,
                DominantFailure = FailureClass.ServerError,
                TroubleSince = impact.StartedAt,
                DetectedAt = incident.DetectedAt,
            },
            Uptime = new(0.8123, 0.9731, 0.9977),
            Days = [.. model.Days.SkipLast(1), new(today, 39_720, 0, 0, down, 0)],
            Latency = [.. model.Latency.Select(p => p.At < impact.StartedAt ? p : p with { P50 = p.P50 * 3, P95 = p.P95 * 3, Failures = 25 })],
            Evidence =
            [
                new("our probes, eu-west", "probe", BadAfternoon.AddSeconds(-4), 240, new Dictionary<FailureClass, int> { [FailureClass.ServerError] = 190, [FailureClass.StreamStall] = 14 }),
                new("our probes, us-east", "probe", BadAfternoon.AddSeconds(-11), 236, new Dictionary<FailureClass, int> { [FailureClass.ServerError] = 187 }),
                new("three organisations' own traffic", "telemetry", BadAfternoon.AddMinutes(-1), 18_204, new Dictionary<FailureClass, int> { [FailureClass.ServerError] = 15_102 }),
                new("Anthropic's status page", "official", BadAfternoon.AddMinutes(-2), 1, new Dictionary<FailureClass, int>()),
            ],
            IncidentId = incident.Id,
            Official = new(HealthState.PartialOutage, BadAfternoon.AddMinutes(-2)),
            Eta = incident.Eta,
        };
    }

    // Made once: the forecasts of forty lines take a moment.
    private static readonly Lazy<IReadOnlyList<PublishedWeek>> ThreeWeeks = new(() => SampleScores.Weeks(
        [.. Catalogue.Take(7).Select(m => ($"{m.Provider}/{m.Id}", m.Name))], IsoWeek.Parse("2026-W22"), 3, "anthropic/claude-opus-4-8", Id(3)));

    private static Guid Id(int n) => Guid.Parse($"01975000-0000-7000-8000-{n:000000000000}");

    private static DateTimeOffset Today(int hour, int minute) => new(2026, 6, 7, hour, minute, 0, TimeSpan.Zero);

    private static IncidentView Router()
    {
        var (opus, sonnet) = (ModelId.Parse("anthropic/claude-opus-4-8"), ModelId.Parse("anthropic/claude-sonnet-4-6"));
        return new(
            Id(1), "Claude Opus 4.8 and Claude Sonnet 4.6 are failing most requests", IncidentPhase.Identified, HealthState.MajorOutage, TroubleKind.Errors,
            Today(11, 2), Today(11, 9), null, null, Today(11, 30),
            [
                new(Id(13), Today(12, 21), IncidentPhase.Identified, "Anthropic has found the cause: a configuration change in the shared router. They are rolling it back.\n\nClaude Haiku 4.5 runs on cells of its own and works.", []),
                new(Id(12), Today(11, 44), IncidentPhase.Investigating, "Claude Sonnet 4.6 is failing too. Both run through one router, so do not fall back from one to the other.", [new(sonnet, HealthState.Operational, HealthState.PartialOutage)]),
                new(Id(11), Today(11, 9), IncidentPhase.Investigating, "Claude Opus 4.8 is failing 45 % of requests since 11:02 UTC. We are waiting on Anthropic. Claude Haiku 4.5 works.", [new(opus, HealthState.Operational, HealthState.MajorOutage)]),
            ],
            [
                new(opus, "Claude Opus 4.8", HealthState.MajorOutage, HealthState.MajorOutage, Today(11, 2), null),
                new(sonnet, "Claude Sonnet 4.6", HealthState.MajorOutage, HealthState.MajorOutage, Today(11, 40), null),
            ],
            [Id(3)],
            false)
        {
            Eta = new(Today(18, 30), Today(22, 0)),
        };
    }

    private static IncidentView Drill() => new(
        Id(2), "Drill: GPT-5.2 is slow to answer", IncidentPhase.Investigating, HealthState.DegradedPerformance, TroubleKind.Latency,
        Today(14, 0), Today(14, 1), null, null, null, [], [new(ModelId.Parse("openai/gpt-5-2"), "GPT-5.2", HealthState.DegradedPerformance, HealthState.DegradedPerformance, Today(14, 0), null)], [], true);

    private static IncidentView Resolved() => new(
        Id(3), "Mistral Large 3 was slow to answer", IncidentPhase.Resolved, HealthState.Operational, TroubleKind.Latency,
        new(2026, 5, 21, 8, 10, 0, TimeSpan.Zero), new(2026, 5, 21, 8, 14, 0, TimeSpan.Zero), new(2026, 5, 21, 9, 0, 0, TimeSpan.Zero), new(2026, 5, 21, 9, 20, 0, TimeSpan.Zero), null,
        [new(Id(31), new(2026, 5, 21, 9, 20, 0, TimeSpan.Zero), IncidentPhase.Resolved, "Answers start within half a second again.", [])],
        [new(ModelId.Parse("mistral/mistral-large-3"), "Mistral Large 3", HealthState.Operational, HealthState.DegradedPerformance, new(2026, 5, 21, 8, 10, 0, TimeSpan.Zero), new(2026, 5, 21, 9, 20, 0, TimeSpan.Zero))],
        [], false);
}
