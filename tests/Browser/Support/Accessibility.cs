using Microsoft.Playwright;

namespace StatusHub.Browser.Support;

/// <summary>What axe finds on a page.</summary>
public static class Accessibility
{
    private const string Run = """
        async () => {
            for (const each of document.getAnimations()) if (each.effect.getComputedTiming().endTime !== Infinity) each.finish();
            return (await axe.run(document, { resultTypes: ['violations'] })).violations
            .flatMap(v => v.nodes.map(n => `${v.id}: ${n.html} ${n.failureSummary}`));
        }
        """;

    /// <summary>One line for each violation on the page as it stands.</summary>
    public static async Task<string[]> FaultsAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            // Evaluated, not added as an element: the pages' policy would refuse that.
            await page.EvaluateAsync(NodeScripts.Read("axe-core/axe.min.js"));
        }

        return await page.EvaluateAsync<string[]>(Run);
    }
}
