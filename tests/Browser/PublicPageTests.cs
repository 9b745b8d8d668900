using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>What anybody sees, with and without JavaScript.</summary>
public sealed class PublicPageTests(World world)
{
    private const int SlowNetworkBytes = 50 * 1024;

    private static readonly LocatorAssertionsToContainTextOptions InAMoment = new() { Timeout = World.Page };

    private static readonly LocatorAssertionsToContainTextOptions OnceProbed = new() { Timeout = World.Verdict };

    [Fact]
    public async Task Without_JavaScript_the_page_is_complete()
    {
        var page = await world.VisitAsync("/", new() { JavaScriptEnabled = false });

        await Expect(page.Locator(".rows .row")).ToHaveCountAsync(7);
        await Expect(State(page, World.Broken)).ToContainTextAsync("outage");
        await Expect(State(page, "anthropic/claude-haiku-4-5")).ToContainTextAsync("Operational");
        await Expect(page.Locator("h1")).ToContainTextAsync("Claude Opus 4.8");
        await Expect(page.Locator("#open")).ToContainTextAsync("Claude Opus 4.8 is failing");
        await Expect(page.Locator("#live")).ToBeHiddenAsync();
        await Expect(page.Locator("#zone")).ToHaveTextAsync("Times are UTC.");
        Assert.All(await page.Locator("#now time.t, #open time.t").AllTextContentsAsync(), text => Assert.EndsWith("UTC", text));

        await page.Locator($"#open a[href='{world.Incident}']").ClickAsync();
        await Expect(page.Locator("#updates li")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator("#hit")).ToContainTextAsync("Claude Opus 4.8");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task With_JavaScript_times_are_the_readers_own()
    {
        var page = await world.VisitAsync("/", new() { TimezoneId = "America/Sao_Paulo" });
        await Expect(page.Locator("#zone")).ToHaveTextAsync("Times are in your zone, America/Sao Paulo.");
        var since = page.Locator("#now time.t").First;
        var shown = await since.TextContentAsync();
        var at = DateTimeOffset.Parse((await since.GetAttributeAsync("datetime"))!).ToOffset(TimeSpan.FromHours(-3));
        Assert.EndsWith($"{at:HH:mm}", shown);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task An_open_page_shows_a_model_break_and_recover()
    {
        const string model = "mistral/mistral-large-3";
        var home = await StayAsync("/");
        var own = await StayAsync($"/models/{model}");
        await Expect(State(home, model)).ToContainTextAsync("Operational", OnceProbed);

        await world.Hub.BreakAsync(model);
        await Expect(State(home, model)).ToContainTextAsync("outage", OnceProbed);
        await Expect(own.Locator("#now")).ToContainTextAsync("outage", OnceProbed);
        await Expect(home.Locator("#open")).ToContainTextAsync("Mistral Large 3", OnceProbed);
        var incident = await StayAsync((await own.Locator("#clocks a").GetAttributeAsync("href"))!);

        await world.Hub.HealAsync(model);
        await Expect(State(home, model)).ToContainTextAsync("Operational", OnceProbed);
        await Expect(own.Locator("#now")).ToContainTextAsync("Operational", OnceProbed);
        await Expect(incident.Locator("#now")).ToContainTextAsync("Monitoring", OnceProbed);

        Assert.All([home, own, incident], page => Assert.True(page.EvaluateAsync<bool>("() => window.stayed").Result));
        await CloseAsync(home, own, incident);
    }

    [Fact]
    public async Task A_page_says_when_the_hub_is_away_and_catches_up_when_it_is_back()
    {
        const string model = "local/qwen3-8b";
        var page = await StayAsync("/");
        await Expect(page.Locator("#live")).ToHaveTextAsync("Live", new() { Timeout = World.Page });

        await world.Hub.KillHubAsync();
        await Expect(page.Locator("#live")).ToContainTextAsync("Reconnecting", InAMoment);
        await world.Hub.BreakAsync(model);
        await world.Hub.StartHubAsync();

        await Expect(page.Locator("#live")).ToHaveTextAsync("Live", new() { Timeout = World.Verdict });
        await Expect(State(page, model)).ToContainTextAsync("outage", OnceProbed);
        Assert.True(await page.EvaluateAsync<bool>("() => window.stayed"));

        await world.Hub.HealAsync(model);
        await Expect(State(page, model)).ToContainTextAsync("Operational", OnceProbed);
        await CloseAsync(page);
    }

    [Fact]
    public async Task The_first_visit_costs_little()
    {
        var page = await world.VisitAsync("about:blank");
        var network = await page.Context.NewCDPSessionAsync(page);
        var bytes = 0.0;
        network.Event("Network.loadingFinished").OnEvent += (_, e) => bytes += e!.Value.GetProperty("encodedDataLength").GetDouble();
        await network.SendAsync("Network.enable");
        await page.GotoAsync("/", new() { WaitUntil = WaitUntilState.Load });
        await Expect(page.Locator("#live")).ToHaveTextAsync("Live", new() { Timeout = World.Page });
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes");
        Assert.InRange(bytes, 1024, SlowNetworkBytes);
        await CloseAsync(page);
    }

    [Fact]
    public async Task A_page_nobody_knows_is_a_404_that_leads_on()
    {
        var page = await world.VisitAsync("/");
        var answer = await page.GotoAsync("/nothing-here");
        Assert.Equal(404, answer!.Status);
        await Expect(page.Locator("main a").First).ToBeVisibleAsync();
        await CloseAsync(page);
    }

    private static ILocator State(IPage page, string model) => page.Locator($"[id='s:{model}']");

    // A reload would forget the mark.
    private async Task<IPage> StayAsync(string path)
    {
        var page = await world.VisitAsync(path);
        await page.EvaluateAsync("() => { window.stayed = true; }");
        return page;
    }

    private static async Task CloseAsync(params IPage[] pages)
    {
        foreach (var page in pages)
        {
            await page.Context.CloseAsync();
        }
    }
}
