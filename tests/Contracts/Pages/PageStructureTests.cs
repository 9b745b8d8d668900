using System.Net;
using StatusHub.Domain.Events;
using StatusHub.Support;
using StatusHub.Web.Public.Rendering;

namespace StatusHub.Contracts.Pages;

/// <summary>What every public page keeps, whatever it says.</summary>
public sealed class PageStructureTests
{
    [Fact]
    public async Task Every_page_has_its_landmarks_one_main_heading_and_a_skip_link()
    {
        foreach (var (where, page) in await Rendered.Everything())
        {
            var document = Rendered.Parse(page.Html);
            Assert.True(document.QuerySelectorAll("header, main, footer").Length == 3, where);
            Assert.True(document.QuerySelectorAll("h1").Length == 1, where);
            Assert.True(document.Body!.FirstElementChild!.Matches("a[href='#main']"), where);
            Assert.NotEmpty(document.QuerySelector("meta[name=description]")!.GetAttribute("content")!);
            Assert.Equal("en", document.DocumentElement.GetAttribute("lang"));
            Assert.Single(document.QuerySelectorAll("[aria-live=polite]"));
        }
    }

    [Fact]
    public async Task No_heading_skips_a_level()
    {
        foreach (var (where, page) in await Rendered.Everything())
        {
            var before = 0;
            foreach (var heading in Rendered.Parse(page.Html).QuerySelectorAll("h1, h2, h3, h4"))
            {
                var level = heading.LocalName[1] - '0';
                Assert.True(level <= before + 1, $"{where}: {heading.OuterHtml}");
                before = level;
            }
        }
    }

    [Fact]
    public async Task No_page_needs_inline_script_or_inline_style()
    {
        foreach (var (where, page) in await Rendered.Everything())
        {
            var document = Rendered.Parse(page.Html);
            var attributes = document.All.SelectMany(e => e.Attributes.Select(a => a.Name));
            Assert.DoesNotContain(attributes, name => name == "style" || name.StartsWith("on", StringComparison.Ordinal));
            Assert.Empty(document.QuerySelectorAll("style, script:not([src])"));
            Assert.True(document.QuerySelectorAll("script").Length == 1, where);
        }
    }

    [Fact]
    public async Task Nothing_is_loaded_from_anywhere_else()
    {
        foreach (var (where, page) in await Rendered.Everything())
        {
            var document = Rendered.Parse(page.Html);
            var addresses = document.QuerySelectorAll("[src], [href]").Select(e => e.GetAttribute("src") ?? e.GetAttribute("href")!);
            Assert.All(addresses, address => Assert.True(address[0] is '#' || (address[0] is '/' && address is not ['/', '/', ..]), $"{where}: {address}"));
        }
    }

    [Fact]
    public async Task Every_id_is_given_once_and_every_reference_finds_one()
    {
        foreach (var (where, page) in await Rendered.Everything())
        {
            var document = Rendered.Parse(page.Html);
            var ids = document.QuerySelectorAll("[id]").Select(e => e.Id!).ToList();
            Assert.True(ids.Count == ids.Distinct().Count(), $"{where}: {string.Join(' ', ids.GroupBy(i => i).Where(g => g.Count() > 1).Select(g => g.Key))}");
            var references = document.QuerySelectorAll("[href^='#']").Select(e => e.GetAttribute("href")![1..])
                .Concat(document.QuerySelectorAll("[aria-labelledby]").Where(e => !e.HasAttribute("hidden")).Select(e => e.GetAttribute("aria-labelledby")!));
            Assert.All(references, id => Assert.True(ids.Contains(id), $"{where}: {id}"));
        }
    }

    [Fact]
    public async Task Every_internal_page_link_leads_to_a_page_that_exists()
    {
        var view = SampleViews.BadDay();
        var known = PublicPages.Paths(view).Concat((string[])["/history.rss", "/history.atom", "/api/v2/summary.json", "/console", "/api/v1/scores", "/api/v1/scores.csv", "/openapi/v1.json", "/asyncapi/v1.json", .. EventTypes.All.Select(t => $"/feed/schemas/{t}"), "/public.css", "/public.js", "/favicon.svg"]).ToHashSet();
        foreach (var path in PublicPages.Paths(view))
        {
            var document = await Rendered.Document(view, path);
            var links = document.QuerySelectorAll("[href^='/']").Select(e => e.GetAttribute("href")!.Split('#', '?')[0]);
            Assert.All(links, link => Assert.Contains(link, known));
        }
    }

    [Fact]
    public async Task An_organisations_page_links_below_its_own_path()
    {
        var document = await Rendered.Document(SampleViews.BadDay(), options: new PageOptions { BasePath = "/o/acme" });
        var links = document.QuerySelectorAll("main a").Select(e => e.GetAttribute("href")!);
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.StartsWith("/o/acme", link));
        Assert.StartsWith("/o/acme/live?page=%2F", document.DocumentElement.GetAttribute("data-live"));
    }

    [Theory]
    [InlineData("/models/anthropic/claude-nine")]
    [InlineData("/models/../etc/passwd")]
    [InlineData("/incidents/not-an-id")]
    [InlineData("/incidents/01975000-0000-7000-8000-000000009999")]
    [InlineData("/anything")]
    [InlineData("")]
    public async Task An_unknown_path_is_a_real_404(string path)
    {
        var page = await Rendered.Page(SampleViews.BadDay(), path);
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("There is no such page", page.Html);
    }

    [Fact]
    public async Task The_error_page_is_a_500_that_says_nothing_about_models()
    {
        var page = await Rendered.Page(SampleViews.BadDay(), PublicPages.Error);
        Assert.Equal(HttpStatusCode.InternalServerError, page.Status);
        Assert.DoesNotContain("Claude", Rendered.Parse(page.Html).QuerySelector("main")!.TextContent);
    }

    [Fact]
    public async Task Hostile_texts_stay_text()
    {
        const string Text = "<script>alert(1)</script>\" onclick='x' \uE000main\uE001 </title>";
        foreach (var path in PublicPages.Paths(SampleViews.Hostile(Text)))
        {
            var page = await Rendered.Page(SampleViews.Hostile(Text), path);
            Assert.DoesNotContain("<script>alert", page.Html);
            var document = Rendered.Parse(page.Html);
            Assert.Single(document.QuerySelectorAll("script"));
            Assert.Empty(document.QuerySelectorAll("[onclick]"));
            Assert.Contains(Text, document.QuerySelector("title")!.TextContent);
        }
    }

    [Fact]
    public async Task Every_time_is_machine_readable_and_says_its_zone_unless_it_is_a_span()
    {
        foreach (var (where, page) in await Rendered.Everything())
        {
            foreach (var time in Rendered.Parse(page.Html).QuerySelectorAll("time"))
            {
                Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", time.GetAttribute("datetime"));
                Assert.True(time.ClassList.Contains("for") || time.TextContent.EndsWith("UTC", StringComparison.Ordinal), $"{where}: {time.OuterHtml}");
            }
        }
    }

    [Fact]
    public async Task A_stylesheet_or_script_that_changes_gets_another_address()
    {
        var document = await Rendered.Document(SampleViews.Empty());
        Assert.Matches(@"^/public\.css\?v=[0-9a-f]{12}$", document.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href"));
        Assert.Matches(@"^/public\.js\?v=[0-9a-f]{12}$", document.QuerySelector("script")!.GetAttribute("src"));
    }
}
