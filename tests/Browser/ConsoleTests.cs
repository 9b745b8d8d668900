using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>The console as its owner uses it.</summary>
public sealed class ConsoleTests(World world)
{
    private static readonly LocatorAssertionsToContainTextOptions OnceProbed = new() { Timeout = World.Verdict };

    [Fact]
    public async Task The_link_that_made_the_owner_works_once()
    {
        var page = await world.VisitAsync(world.Hub.SetupLink.ToString());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("This link has been used");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_stranger_is_asked_to_sign_in_and_led_back()
    {
        var page = await world.VisitAsync("/console/endpoints");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        await page.GetByLabel("E-mail").FillAsync(World.Email);
        await page.GetByLabel("Password").FillAsync("not the right words");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.Locator(".fault:visible")).ToContainTextAsync("wrong");

        await page.GetByLabel("E-mail").FillAsync(World.Email);
        await page.GetByLabel("Password").FillAsync(World.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Endpoints");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_grid_shows_a_model_break_and_recover_without_a_reload()
    {
        const string model = "openai/gpt-5-2";
        var page = await world.VisitAsOwnerAsync("/console");
        await Expect(page.Locator(".models .st")).ToHaveCountAsync(7);
        var row = page.Locator(".models tr").Filter(new() { Has = page.Locator($"a[href='/console/models/{model}']") });
        await Expect(row).ToContainTextAsync("Operational", OnceProbed);
        await page.EvaluateAsync("() => { window.stayed = true; }");

        await world.Hub.BreakAsync(model);
        await Expect(row).ToContainTextAsync("outage", OnceProbed);
        await world.Hub.HealAsync(model);
        await Expect(row).ToContainTextAsync("Operational", OnceProbed);

        Assert.True(await page.EvaluateAsync<bool>("() => window.stayed"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_failed_probe_shows_the_providers_own_words_and_its_request_id()
    {
        var page = await world.VisitAsOwnerAsync($"/console/models/{World.Broken}");
        var failed = page.Locator(".falls .probe.maj").First;
        await Expect(failed.Locator("svg.fall rect")).Not.ToHaveCountAsync(0);
        await failed.Locator("summary").ClickAsync();
        await Expect(failed.Locator("pre")).ToContainTextAsync("api_error");
        await Expect(failed.Locator("code")).ToContainTextAsync("req_");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show as a table" }).ClickAsync();
        await Expect(page.Locator("table.probes")).ToContainTextAsync("req_");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task An_endpoint_is_paused_resumed_and_probed_by_hand()
    {
        var page = await world.VisitAsOwnerAsync("/console/endpoints");
        var endpoint = page.Locator(".endpoint").Filter(new() { Has = page.Locator("a[href='/console/models/anthropic/claude-sonnet-4-6']") });

        await endpoint.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(endpoint.Locator(".paused")).ToBeVisibleAsync();
        await endpoint.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(endpoint.Locator(".paused")).ToHaveCountAsync(0);

        await endpoint.GetByRole(AriaRole.Button, new() { Name = "Probe now" }).ClickAsync();
        await Expect(endpoint.Locator(".probe.ok")).ToContainTextAsync("Answered", new() { Timeout = World.Page });
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task An_endpoint_is_added_by_the_form_and_deleted()
    {
        var page = await world.VisitAsOwnerAsync("/console/endpoints");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add an endpoint" }).ClickAsync();
        await page.GetByLabel("Model", new() { Exact = true }).FillAsync("openai/gpt-5-2-mini");
        await page.GetByLabel("Dialect").SelectOptionAsync("openai-chat");
        await page.GetByLabel("Base address").FillAsync("ftp://somewhere");
        await page.GetByLabel("Credential").FillAsync("a-second-key");
        await page.GetByLabel("Region").FillAsync("elsewhere");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".wrong")).ToHaveCountAsync(1);

        await page.GetByLabel("Base address").FillAsync(new Uri(world.Hub.SimulatorAddress, "/openai").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "The endpoint is added" })).ToBeVisibleAsync();
        var added = page.Locator(".endpoint").Filter(new() { HasText = "elsewhere" });
        await Expect(added).ToHaveCountAsync(1);
        Assert.DoesNotContain("a-second-key", await page.ContentAsync());

        await added.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await added.GetByRole(AriaRole.Button, new() { Name = "Delete it for good" }).ClickAsync();
        await Expect(added).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_window_says_that_the_hub_is_away_and_comes_back_by_itself()
    {
        var page = await world.VisitAsOwnerAsync("/console");
        await Expect(page.Locator(".models .st")).ToHaveCountAsync(7);
        var lost = page.GetByText("Connection lost.");
        await Expect(lost).ToBeHiddenAsync();

        await world.Hub.KillHubAsync();
        await Expect(lost).ToBeVisibleAsync(new() { Timeout = World.Page });
        await world.Hub.StartHubAsync();

        await Expect(lost).ToBeHiddenAsync(new() { Timeout = World.Verdict });
        await Expect(World.Ready(page)).ToBeVisibleAsync(new() { Timeout = World.Page });
        await Expect(page.Locator(".models .st")).ToHaveCountAsync(7, new() { Timeout = World.Page });
        await page.GetByLabel("Filter by name or provider").FillAsync("mistral");
        await Expect(page.Locator(".models .st")).ToHaveCountAsync(1);
        await page.Context.CloseAsync();
    }
}
