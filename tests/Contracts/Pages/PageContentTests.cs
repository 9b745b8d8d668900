using AngleSharp.Dom;
using StatusHub.Domain.Judging;
using StatusHub.Support;
using StatusHub.Web.Public;
using StatusHub.Web.Public.Rendering;
using StatusHub.Web.Public.Wording;

namespace StatusHub.Contracts.Pages;

/// <summary>What the pages say.</summary>
public sealed class PageContentTests
{
    private const string Opus = "/models/anthropic/claude-opus-4-8";

    [Theory]
    [InlineData(HealthState.Operational, "#s-ok", "Operational")]
    [InlineData(HealthState.DegradedPerformance, "#s-deg", "Degraded")]
    [InlineData(HealthState.PartialOutage, "#s-par", "Partial outage")]
    [InlineData(HealthState.MajorOutage, "#s-maj", "Major outage")]
    [InlineData(HealthState.UnderMaintenance, "#s-mnt", "Maintenance")]
    [InlineData(HealthState.Unknown, "#s-unk", "Unknown")]
    public async Task A_state_is_told_by_shape_and_word(HealthState state, string shape, string word)
    {
        var view = SampleViews.EveryState();
        var model = view.Models.Single(m => m.Verdict.Status == state);
        var mark = (await Rendered.Document(view)).GetElementById($"s:{model.Id}")!.QuerySelector(".st")!;
        Assert.Equal(word, mark.TextContent.Trim());
        Assert.Equal(shape, mark.QuerySelector("use")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData(TroubleKind.Errors, HealthState.PartialOutage, 0.42, 1, 1, "eu-west", "Claude Opus 4.8 is failing 42 % of requests, in eu-west only.", "4 in 5: 28 % to 58 %")]
    [InlineData(TroubleKind.Latency, HealthState.DegradedPerformance, 0.005, 1.1, 3.6, "", "Claude Opus 4.8 is slow: words follow each other 3.6 times as slowly as usual.", "4 in 5: 28 % to 58 %")]
    [InlineData(TroubleKind.Latency, HealthState.DegradedPerformance, 0.005, 2.2, 3.6, "eu-west,us-east", "Claude Opus 4.8 is slow: the first words take 2.2 times as long as usual, the words after them 3.6 times, in eu-west and us-east only.", "4 in 5")]
    public async Task How_far_a_trouble_reaches_is_told(TroubleKind kind, HealthState state, double share, double first, double words, string onlyIn, string lead, string interval)
    {
        var view = SampleViews.BadDay();
        view = view with
        {
            Models = [.. view.Models.Select(m => m.Name != "Claude Opus 4.8" ? m : m with
            {
                Verdict = m.Verdict with { Kind = kind, Status = state, FailureShare = share, SlowFactor = first, Scope = new(0.28, 0.58, words, onlyIn, default) },
            })],
        };

        var document = await Rendered.Document(view, Opus);

        Assert.Equal(lead, Text(document.QuerySelector(".lead")));
        Assert.Contains(interval, Text(document.QuerySelector(".slots")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_moved_a_score_is_told_with_its_day_and_cost()
    {
        var document = await Rendered.Document(SampleViews.BadDay() with { Incidents = SampleViews.Calm().Incidents }, "/scores/2026-W22");

        Assert.Matches(@" on \w+day \d+ \w+ cost \d+\.\d\d points \(", Text(document.QuerySelector("main")));
    }

    [Fact]
    public async Task The_six_shapes_are_drawn_and_differ()
    {
        var document = await Rendered.Document(SampleViews.Calm());
        var drawings = Enum.GetValues<HealthState>().Select(s => document.GetElementById($"s-{StateWords.Key(s)}")!.InnerHtml).ToList();
        Assert.Equal(drawings.Count, drawings.Distinct().Count());
    }

    [Fact]
    public async Task An_unknown_model_is_never_green()
    {
        var view = SampleViews.Calm();
        view = view with { Models = [.. view.Models.Select(m => SampleViews.With(m, HealthState.Unknown))] };
        var document = await Rendered.Document(view);
        Assert.Equal("Unknown: We do not know right now", Text(document.QuerySelector("h1")));
        Assert.Empty(document.QuerySelectorAll(".rows .st.ok"));
        Assert.True(document.GetElementById("now")!.ClassList.Contains("unk"));
    }

    [Fact]
    public async Task A_day_nobody_measured_is_no_good_day()
    {
        var view = SampleViews.Calm();
        view = view with { Models = [.. view.Models.Select(m => m with { Uptime = new(null, null, null), Days = [.. m.Days.Select(d => new DayView(d.Day, 0, 0, 0, 0, 0))] })] };
        var document = await Rendered.Document(view);
        Assert.Empty(document.QuerySelectorAll(".bars .ok"));
        Assert.Contains("90 not measured.", document.QuerySelector(".days a")!.GetAttribute("aria-label"));
        Assert.Contains("not measured", document.QuerySelector(".facts .up")!.TextContent);
    }

    [Fact]
    public async Task Days_before_a_model_was_watched_are_no_holes_in_the_measurement()
    {
        var view = SampleViews.Calm();
        view = view with { Incidents = [], Models = [.. view.Models.Select(m => m with { CreatedAt = view.AsOf.AddHours(-3), Days = [.. m.Days.Select(d => new DayView(d.Day, 0, 0, 0, 0, 0))] })] };
        var document = await Rendered.Document(view);
        Assert.Equal("M0 31h355", document.QuerySelector(".bars .pre")!.GetAttribute("d"));
        Assert.Equal("M356 16h3", document.QuerySelector(".bars .unk")!.GetAttribute("d"));
        Assert.Equal("No incident since we began to watch, 3 h ago.", Text(document.QuerySelector(".lead")));
    }

    [Fact]
    public async Task The_banner_says_what_fails_since_when_until_when_and_what_works_instead()
    {
        var banner = (await Rendered.Document(SampleViews.BadDay())).GetElementById("now")!;
        Assert.Equal("Major outage: Claude Opus 4.8 and Claude Sonnet 4.6 are failing most requests", Text(banner.QuerySelector("h1")));
        Assert.Equal("11:02 UTC for 4 h 10 min", Slot(banner, "Since"));
        Assert.Equal("about 18:30 UTC (even chance), 4 in 5 by 22:00 UTC", Slot(banner, "Expected back"));
        Assert.Equal("Partial outage", Slot(banner, "Anthropic says"));
        Assert.Equal("Claude Haiku 4.5, GPT-5.2, Mistral Large 3", Slot(banner, "Works instead"));
    }

    [Fact]
    public async Task What_is_of_the_same_company_says_so()
    {
        var view = SampleViews.BadDay();
        view = view with { Models = [.. view.Models.Where(m => m.Provider.Id == "anthropic")] };
        var banner = (await Rendered.Document(view, Opus)).GetElementById("now")!;
        Assert.Equal("Claude Haiku 4.5 shares anthropic", Slot(banner, "Works instead"));
    }

    [Fact]
    public async Task Open_incidents_stand_above_the_models_and_drills_do_not_count()
    {
        var document = await Rendered.Document(SampleViews.BadDay());
        var open = document.GetElementById("open")!;
        Assert.Single(open.QuerySelectorAll("article"));
        Assert.DoesNotContain("Drill", document.QuerySelector("main")!.TextContent);
        Assert.True(open.CompareDocumentPosition(document.GetElementById("models")!).HasFlag(DocumentPositions.Following));
        Assert.Contains("Drill", (await Rendered.Document(SampleViews.BadDay(), PublicPages.Incidents)).QuerySelector("main")!.TextContent);
    }

    [Fact]
    public async Task The_bars_of_the_home_page_have_a_text_equivalent_and_lead_to_the_table()
    {
        var document = await Rendered.Document(SampleViews.BadDay());
        var bars = document.GetElementById("b:anthropic/claude-opus-4-8")!.QuerySelector("a")!;
        Assert.Equal($"{Opus}#days", bars.GetAttribute("href"));
        Assert.StartsWith("Claude Opus 4.8, 90 days: 99.77\u00A0% up. Trouble on ", bars.GetAttribute("aria-label"));
        Assert.Contains("7 June, major outage, 4\u00A0h 10\u00A0min;", bars.GetAttribute("aria-label"));
        Assert.Equal("7 June, major outage, 4\u00A0h 10\u00A0min", bars.QuerySelector("path:last-of-type title")!.TextContent);
    }

    [Fact]
    public async Task The_model_page_has_every_day_and_every_quarter_of_an_hour_as_a_table()
    {
        var document = await Rendered.Document(SampleViews.BadDay(), Opus);
        Assert.Equal(90, document.QuerySelectorAll("#days-table tbody tr").Length);
        Assert.Equal(96, document.QuerySelectorAll("#speed-table tbody tr").Length);
        Assert.Equal("7 June", document.QuerySelector("#days-table tbody th")!.TextContent);
        Assert.All(document.QuerySelectorAll("svg[role=img]"), svg => Assert.NotEmpty(svg.GetAttribute("aria-label")!));
    }

    [Fact]
    public async Task The_model_page_tells_the_two_clocks_and_why()
    {
        var document = await Rendered.Document(SampleViews.BadDay(), Opus);
        Assert.Equal("First failure seen 11:02 UTC We were sure 11:09 UTC Anthropic's own page said so 11:30 UTC", Text(document.QuerySelector(".clocks")));
        Assert.Equal("Our probes knew 21 min earlier.", Text(document.QuerySelector(".lead-time")));
        Assert.Contains("190 × server error, 14 × answer stalled", Text(document.QuerySelector("#why table")));
        Assert.Equal("Claude Opus 4.8 is failing 84 % of requests.", Text(document.QuerySelector(".lead")));
    }

    [Fact]
    public async Task The_incident_page_tells_its_story_newest_first_with_permalinks()
    {
        var incident = SampleViews.BadDay().Incidents[0];
        var document = await Rendered.Document(SampleViews.BadDay(), PublicPages.PathOf(incident));
        Assert.Equal(incident.Updates.Select(u => $"u-{u.Id}"), document.QuerySelectorAll(".line li[id]").Select(e => e.Id));
        Assert.Equal($"#u-{incident.Updates[0].Id}", document.QuerySelector(".line .perma")!.GetAttribute("href"));
        Assert.Equal("Claude Sonnet 4.6: Operational → to Partial outage", Text(document.QuerySelector(".line .hit li")));
        Assert.Equal(2, document.QuerySelectorAll("#hit tbody tr").Length);
        Assert.Contains("Mistral Large 3 was slow to answer", document.GetElementById("linked")!.TextContent);
    }

    [Fact]
    public async Task Months_without_incidents_say_so()
    {
        var document = await Rendered.Document(SampleViews.BadDay(), PublicPages.Incidents);
        Assert.Equal(["June 2026", "May 2026", "April 2026", "March 2026"], document.QuerySelectorAll("h2").Select(Text));
        Assert.Equal(2, document.QuerySelectorAll(".none").Count(e => e.TextContent == "No incidents reported."));
    }

    [Fact]
    public async Task An_old_page_says_so_and_a_too_old_one_claims_no_state()
    {
        var view = SampleViews.Stale();
        var old = await Rendered.Document(view, now: view.AsOf.AddMinutes(4));
        Assert.StartsWith("This page is 4 min old.", Text(old.GetElementById("age")));
        Assert.NotEmpty(old.QuerySelectorAll(".rows .st.ok"));

        var tooOld = await Rendered.Document(view, now: SampleViews.LongAfter);
        Assert.StartsWith("This page is 3 h old.", Text(tooOld.GetElementById("age")));
        Assert.All(tooOld.QuerySelectorAll(".rows .st"), mark => Assert.Equal("Unknown", mark.TextContent.Trim()));
        Assert.Equal("Unknown: We do not know right now", Text(tooOld.QuerySelector("h1")));
        Assert.Empty(tooOld.QuerySelectorAll("#open .st.maj"));
    }

    [Fact]
    public async Task A_fresh_page_says_nothing_of_its_age() =>
        Assert.Equal("", Text((await Rendered.Document(SampleViews.Calm())).GetElementById("age")));

    [Fact]
    public async Task A_hub_without_models_says_so()
    {
        var document = await Rendered.Document(SampleViews.Empty());
        Assert.Equal("Unknown: No models are watched yet", Text(document.QuerySelector("h1")));
        Assert.Empty(document.QuerySelectorAll(".row"));
    }

    private static string Slot(IElement banner, string name) =>
        Text(banner.QuerySelectorAll(".slots dt").Single(dt => Text(dt) == name).NextElementSibling);

    private static string Text(IElement? element) =>
        string.Join(' ', element!.TextContent.Split([' ', '\n', '\u00A0'], StringSplitOptions.RemoveEmptyEntries)).Replace(" ,", ",", StringComparison.Ordinal);
}
