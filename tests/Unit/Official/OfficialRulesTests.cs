using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Unit.Official;

/// <summary>What a page's report says of each model, and what of it is new.</summary>
public sealed class OfficialRulesTests
{
    private static readonly ModelId Opus = ModelId.Parse("anthropic/claude-opus-4-8"), Sonnet = ModelId.Parse("anthropic/claude-sonnet-4-6");
    private static readonly Dictionary<ModelId, string> Models = new() { [Opus] = "Claude Opus 4.8", [Sonnet] = "Claude Sonnet 4.6" };
    private static readonly Dictionary<string, IReadOnlyList<ModelId>> Shared = new() { ["api"] = [Opus, Sonnet] };
    private static readonly Dictionary<string, IReadOnlyList<ModelId>> None = [];

    [Theory]
    [InlineData("Elevated errors on Claude Opus 4.8", true, false)]
    [InlineData("elevated errors on opus 4.8", true, false)]
    [InlineData("Errors on claude-opus-4-8 and Sonnet 4.6.", true, true)]
    [InlineData("Elevated errors on Opus 4.8.", true, false)]
    [InlineData("Errors on Opus 4.81", true, true)]
    [InlineData("Errors on Claude Haiku", true, true)]
    [InlineData("Elevated errors", true, true)]
    public void A_title_that_names_models_is_about_those_and_any_other_about_all_its_component_serves(string title, bool opus, bool sonnet)
    {
        var report = new OfficialReport([new("api", "Claude API", HealthState.PartialOutage)], [Incident(title, "api")]);
        var words = OfficialRules.WordsOf(report, Models, Shared);
        Assert.Equal((opus, sonnet), (words.Any(w => w.Model == Opus), words.Any(w => w.Model == Sonnet)));
        Assert.All(words, w => Assert.Equal(HealthState.PartialOutage, w.Status));
    }

    [Fact]
    public void A_component_of_its_own_speaks_for_a_model_whoever_the_title_names()
    {
        var report = new OfficialReport(
            [new("1", "Claude Opus 4.8", HealthState.MajorOutage), new("2", "claude-sonnet-4-6", HealthState.DegradedPerformance)],
            [Incident("Elevated errors on Claude Opus 4.8", "1", "2")]);
        var words = OfficialRules.WordsOf(report, Models, None);
        Assert.Equal(HealthState.MajorOutage, OfficialRules.StatusOf(words, Opus));
        Assert.Equal(HealthState.DegradedPerformance, OfficialRules.StatusOf(words, Sonnet));
    }

    [Fact]
    public void A_new_promise_is_news_and_what_is_over_promises_nothing()
    {
        var word = new OfficialWord(Opus, "1", IncidentPhase.Investigating, HealthState.MajorOutage, "It fails", null, new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero));
        Assert.Empty(OfficialRules.Changes([word], [word]));
        var next = Assert.Single(OfficialRules.Changes([word], [word with { NextUpdateBy = word.NextUpdateBy!.Value.AddHours(1) }])).Word;
        Assert.Equal(13, next.NextUpdateBy!.Value.Hour);
        Assert.Null(Assert.Single(OfficialRules.Changes([word], [])).Word.NextUpdateBy);
    }

    [Fact]
    public void A_component_in_trouble_without_an_incident_is_a_word_and_one_in_maintenance_is_none()
    {
        var report = new OfficialReport([new("1", "Claude Opus 4.8", HealthState.PartialOutage), new("2", "Claude Sonnet 4.6", HealthState.UnderMaintenance)], []);
        var word = Assert.Single(OfficialRules.WordsOf(report, Models, None));
        Assert.Equal((Opus, "component:1", HealthState.PartialOutage), (word.Model, word.IncidentId, word.Status));
    }

    [Fact]
    public void An_incident_that_names_neither_model_nor_component_is_nobodys() =>
        Assert.Empty(OfficialRules.WordsOf(new OfficialReport([new("web", "Website", HealthState.MajorOutage)], [Incident("Login is slow")]), Models, Shared));

    [Fact]
    public void Only_what_is_said_otherwise_is_news_and_what_is_said_no_more_is_over()
    {
        var first = Word(IncidentPhase.Investigating, HealthState.DegradedPerformance);
        Assert.Empty(OfficialRules.Changes([first], [first with { StartedAt = DateTimeOffset.UnixEpoch }]));

        var worse = Assert.Single(OfficialRules.Changes([first], [Word(IncidentPhase.Identified, HealthState.PartialOutage)]));
        Assert.Equal((HealthState.DegradedPerformance, HealthState.PartialOutage), (worse.Previous, worse.Word.Status));

        var over = Assert.Single(OfficialRules.Changes([first], []));
        Assert.Equal((IncidentPhase.Resolved, HealthState.Operational, HealthState.DegradedPerformance), (over.Word.Phase, over.Word.Status, over.Previous));
        Assert.Empty(OfficialRules.Changes([], []));
    }

    [Fact]
    public void A_page_that_cannot_be_read_is_believed_for_a_while_and_then_says_nothing()
    {
        var (now, stale) = (DateTimeOffset.UnixEpoch.AddDays(20_000), TimeSpan.FromMinutes(15));
        var page = new OfficialPage("anthropic", "https://status.example", PageFormat.Statuspage, None);
        var stand = new OfficialStand(page, null, [Word(IncidentPhase.Identified, HealthState.MajorOutage)], now, now, null, null);
        Assert.Equal((PageState.Read, HealthState.MajorOutage), (stand.StateAt(now, stale), stand.StatusOf(Opus, now, stale)));
        Assert.Equal(HealthState.Operational, stand.StatusOf(Sonnet, now, stale));

        var failing = stand with { FailingSince = now.AddMinutes(2) };
        Assert.Equal((PageState.Unreadable, HealthState.MajorOutage), (failing.StateAt(now.AddMinutes(10), stale), failing.StatusOf(Opus, now.AddMinutes(10), stale)));
        Assert.Equal((PageState.Stale, HealthState.Unknown), (failing.StateAt(now.AddMinutes(16), stale), failing.StatusOf(Opus, now.AddMinutes(16), stale)));
        var never = new OfficialStand(page, null, [], null, null, now, "It answers 404.");
        Assert.Equal((PageState.Unreadable, HealthState.Unknown), (never.StateAt(now, stale), never.StatusOf(Opus, now, stale)));
        Assert.Equal(PageState.Unread, (never with { FailingSince = null }).StateAt(now, stale));
    }

    private static OfficialIncident Incident(string title, params string[] components) =>
        new("i", title, IncidentPhase.Investigating, HealthState.PartialOutage, null, components);

    private static OfficialWord Word(IncidentPhase phase, HealthState status) => new(Opus, "i", phase, status, "Elevated errors", null);
}
