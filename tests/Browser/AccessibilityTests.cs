using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>Every page, light and dark, on a desktop and on a phone.</summary>
public sealed class AccessibilityTests(World world)
{
    private const int Desktop = 1440;
    private const int Phone = 390;

    [Theory]
    [InlineData("/")]
    [InlineData("/models/" + World.Broken)]
    [InlineData("/models/mistral/mistral-large-3")]
    [InlineData("/incidents")]
    [InlineData("/incidents/open")]
    [InlineData("/feed")]
    [InlineData("/feed/types")]
    [InlineData("/scores")]
    [InlineData("/docs/methodology")]
    [InlineData("/problems")]
    [InlineData("/problems/not-found")]
    [InlineData("/nothing-here")]
    [InlineData("/console/login")]
    public async Task Axe_finds_nothing_on_a_public_page(string path)
    {
        var page = await world.VisitAsync(path == "/incidents/open" ? world.Incident : path);
        await FindNothingAsync(page);
    }

    [Theory]
    [InlineData("/console")]
    [InlineData("/console/models/" + World.Broken)]
    [InlineData("/console/endpoints")]
    [InlineData("/console/plans")]
    [InlineData("/console/objectives")]
    [InlineData("/console/contracts")]
    [InlineData("/console/contracts/00000000-0000-0000-0000-000000000001")]
    [InlineData("/console/account")]
    public async Task Axe_finds_nothing_in_the_console(string path)
    {
        var page = await world.VisitAsOwnerAsync(path);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await FindNothingAsync(page);
    }

    private static async Task FindNothingAsync(IPage page)
    {
        foreach (var width in new[] { Desktop, Phone })
        {
            await page.SetViewportSizeAsync(width, 900);
            Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width, $"The page is wider than {width} px.");
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                var faults = await Accessibility.FaultsAsync(page);
                Assert.True(faults.Length == 0, $"{width} px, {scheme}:\n{string.Join('\n', faults)}");
            }
        }

        await page.Context.CloseAsync();
    }
}
