using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>The pages without a mouse.</summary>
public sealed class KeyboardTests(World world)
{
    private const string Describe = """
        () => {
            const e = document.activeElement;
            if (!e || e === document.body) return null;
            const style = getComputedStyle(e);
            const box = e.getBoundingClientRect();
            const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.bottom > 0;
            (window.reached ??= new Set()).add(e.getAttribute('href') ?? e.textContent + e.id);
            return `${seen ? 'seen' : 'unseen'} ${e.outerHTML.slice(0, 120)}`;
        }
        """;

    // What a mouse can reach and the keyboard has not. By what it leads to: live pages replace their elements. A closed <details> hides what is in it.
    private const string Missed = """
        () => [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select')]
            .filter(e => e.checkVisibility() && !e.disabled && !window.reached.has(e.getAttribute('href') ?? e.textContent + e.id)).map(e => e.outerHTML.slice(0, 120))
        """;

    [Theory]
    [InlineData("/")]
    [InlineData("/models/" + World.Broken)]
    [InlineData("/incidents")]
    [InlineData("/console/login")]
    public async Task Every_control_is_reached_by_tab_and_seen_to_be(string path)
    {
        var page = await world.VisitAsync(path, new() { ReducedMotion = ReducedMotion.Reduce });
        await TabThroughAsync(page);
    }

    [Fact]
    public async Task The_consoles_controls_are_reached_by_tab_and_seen_to_be()
    {
        var page = await world.VisitAsOwnerAsync("/console/endpoints");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Probe now" }).First).ToBeVisibleAsync();
        await TabThroughAsync(page);
    }

    [Fact]
    public async Task A_plans_form_is_reached_by_tab_and_seen_to_be()
    {
        var page = await world.VisitAsOwnerAsync("/console/plans");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a plan" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add an alternative" }).ClickAsync();
        await TabThroughAsync(page);
    }

    [Fact]
    public async Task The_first_tab_leads_past_the_header()
    {
        var page = await world.VisitAsync("/");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#main")).ToBeFocusedAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_consoles_skip_link_stays_on_the_page_one_went_to()
    {
        var page = await world.VisitAsOwnerAsync("/console/endpoints");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Console" }).GetByRole(AriaRole.Link, new() { Name = "Contracts" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Contracts");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync(); // where the router puts one on arrival, and not later
        await page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#main")).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Contracts");
        await page.Context.CloseAsync();
    }

    // A live page may have put something behind the keyboard meanwhile; on the second way round it must be reached.
    private static async Task TabThroughAsync(IPage page)
    {
        await TabRoundAsync(page);
        if ((await page.EvaluateAsync<string[]>(Missed)).Length > 0)
        {
            await TabRoundAsync(page);
        }

        Assert.Empty(await page.EvaluateAsync<string[]>(Missed));
        await page.Context.CloseAsync();
    }

    private static async Task TabRoundAsync(IPage page)
    {
        await page.EvaluateAsync("() => document.activeElement?.blur()");
        var steps = await page.Locator("a[href], button, summary, input, select, [tabindex='0']").CountAsync() + 2;
        for (var step = 0; step < steps; step++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string?>(Describe) is { } at)
            {
                Assert.StartsWith("seen", at);
            }
        }
    }
}
