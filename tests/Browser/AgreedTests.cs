using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>Objectives, contracts and fallback plans as their owner makes them, on a phone.</summary>
public sealed class AgreedTests(World world)
{
    private const int Phone = 390;

    /// <summary>Shares a router with <see cref="World.Broken"/>.</summary>
    private const string Sibling = "anthropic/claude-sonnet-4-6";

    private const string Stranger = "openai/gpt-5-2";

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
        Assert.Equal(["objective.delete", "objective.create"], await DoneByOwnerAsync("objective."));
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
        Assert.Equal(["contract.create"], await DoneByOwnerAsync("contract."));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_plan_is_made_by_the_form_says_what_to_do_now_and_warns_of_what_falls_with_its_primary()
    {
        var page = await world.VisitAsOwnerAsync("/console/plans");
        await page.SetViewportSizeAsync(Phone, 900);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a plan" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Writing");
        await page.GetByLabel("Primary model").FillAsync("no model");
        await page.GetByLabel("Every alternative must offer").FillAsync("Not One");
        await Alternative(page, 1).GetByLabel("Model", new() { Exact = true }).FillAsync(Sibling);
        await SaveAsync(page);
        await Expect(page.Locator(".wrong")).ToHaveCountAsync(2);
        await FindNothingAsync(page);

        await page.GetByLabel("Primary model").FillAsync(World.Broken);
        await page.GetByLabel("Every alternative must offer").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add an alternative" }).ClickAsync();
        await Alternative(page, 2).GetByLabel("Model", new() { Exact = true }).FillAsync(Stranger);
        await Alternative(page, 2).GetByLabel("Prompt").FillAsync("Be brief.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Alternative 2 earlier" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(Alternative(page, 1).GetByLabel("Model", new() { Exact = true })).ToHaveValueAsync(Stranger);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Alternative 1 earlier" })).ToBeFocusedAsync();
        await FindNothingAsync(page);
        await SaveAsync(page);
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "The plan is added" })).ToBeVisibleAsync();
        var added = page.Locator(".endpoint").Filter(new() { HasText = "Writing" });
        await Expect(added.Locator(".alternatives .name")).ToHaveTextAsync([Stranger, Sibling]);
        await Expect(added.Locator(".advice")).ToHaveTextAsync($"Switch to {Stranger}");
        await Expect(added.Locator("li").Filter(new() { HasText = Sibling }).Locator(".warning").First).ToContainTextAsync("with the primary: what takes one down may take both");
        await FindNothingAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Add a plan" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Again");
        await page.GetByLabel("Primary model").FillAsync(World.Broken);
        await Alternative(page, 1).GetByLabel("Model", new() { Exact = true }).FillAsync(Stranger);
        await SaveAsync(page);
        await Expect(page.Locator("#pl-primary-note.wrong")).ToHaveTextAsync("There is a plan for this model already.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await added.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Writing well");
        await SaveAsync(page);
        var renamed = page.Locator(".endpoint").Filter(new() { HasText = "Writing well" });
        await renamed.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await renamed.GetByRole(AriaRole.Button, new() { Name = "Delete it for good" }).ClickAsync();
        await Expect(renamed).ToHaveCountAsync(0);
        Assert.Equal(["plan.delete", "plan.change", "plan.create"], await DoneByOwnerAsync("plan."));
        await page.Context.CloseAsync();
    }

    private static ILocator Alternative(IPage page, int place) => page.GetByRole(AriaRole.Group, new() { Name = $"Alternative {place}" });

    private static Task SaveAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

    /// <summary>What a member did, as the record has it, newest first.</summary>
    private async Task<IReadOnlyList<string>> DoneByOwnerAsync(string kind)
    {
        using var http = new HttpClient { BaseAddress = world.Hub.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await world.Hub.OperatorKeyAsync());
        return [.. JsonNode.Parse(await http.GetStringAsync("/api/v1/audit?limit=500"))!["entries"]!.AsArray()
            .Where(e => e!["byMember"] is not null && e["byKey"] is null).Select(e => (string)e!["action"]!).Where(a => a.StartsWith(kind, StringComparison.Ordinal))];
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
