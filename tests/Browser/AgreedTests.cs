using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>Objectives and contracts as their owner makes them, on a phone.</summary>
public sealed class AgreedTests(World world)
{
    private const int Phone = 390;

    [Fact]
    public async Task An_objective_is_added_by_the_form_shows_its_budget_and_is_deleted()
    {
        var page = await world.VisitAsOwnerAsync("/console/objectives");
        await page.SetViewportSizeAsync(Phone, 900);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add an objective" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Opus answers");
        await page.GetByLabel("Model").FillAsync("no model");
        await page.GetByLabel("Good time, %").FillAsync("a lot");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".wrong")).ToHaveCountAsync(2);
        await FindNothingAsync(page);

        await page.GetByLabel("Model").FillAsync(World.Broken);
        await page.GetByLabel("Good time, %").FillAsync("99.9");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "The objective is added" })).ToBeVisibleAsync();
        var added = page.Locator(".endpoint").Filter(new() { HasText = "Opus answers" });
        await Expect(added.Locator("svg.budget")).ToBeVisibleAsync();
        await FindNothingAsync(page);

        await added.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await added.GetByRole(AriaRole.Button, new() { Name = "Delete it for good" }).ClickAsync();
        await Expect(added).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_contract_is_added_by_the_form_and_its_month_is_stated()
    {
        var page = await world.VisitAsOwnerAsync("/console/contracts");
        await page.SetViewportSizeAsync(Phone, 900);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a contract" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Opus, enterprise");
        await page.GetByLabel("Published clause").SelectOptionAsync("azure-openai");
        await page.GetByLabel("Models and what each costs a month").FillAsync($"{World.Broken} a lot");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".wrong")).ToHaveCountAsync(1);
        await FindNothingAsync(page);

        await page.GetByLabel("Models and what each costs a month").FillAsync($"{World.Broken} 12000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "The contract is added" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Statement" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Month after" }).ClickAsync(); // it begins with the month that is over
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Opus, enterprise");
        await Expect(page.Locator(".statement table")).ToContainTextAsync("outage");
        await FindNothingAsync(page);
        await page.Context.CloseAsync();
    }

    private static async Task FindNothingAsync(IPage page)
    {
        Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= Phone, $"The page is wider than {Phone} px.");
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            var faults = await Accessibility.FaultsAsync(page);
            Assert.True(faults.Length == 0, $"{scheme}:\n{string.Join('\n', faults)}");
        }
    }
}
