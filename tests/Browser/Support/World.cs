using Microsoft.Playwright;
using StatusHub.Browser.Support;

// One hub for all tests, so one test at a time: some of them restart it.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(World))]

namespace StatusHub.Browser.Support;

/// <summary>
/// One running hub, one browser, an owner who is signed in, and a bad day: <see cref="Broken"/> is down with an incident open. A test
/// that breaks another model heals it.
/// </summary>
public sealed class World : IAsyncLifetime
{
    public const string Broken = "anthropic/claude-opus-4-8";

    public const string Password = "four unrelated quiet words";

    public const string Email = "owner@example.org";

    /// <summary>Longest wait for what probes must find out first, in real milliseconds.</summary>
    public const float Verdict = 60_000;

    /// <summary>Longest wait for what a page does by itself.</summary>
    public const float Page = 20_000;

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private string _session = "";

    public RunningHub Hub { get; private set; } = null!;

    /// <summary>Path of the open incident of <see cref="Broken"/>.</summary>
    public string Incident { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("STATUSHUB_CHROMIUM") is { Length: > 0 } given ? given : "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        Hub = await RunningHub.StartAsync(Broken);
        await MakeOwnerAsync();
        await AwaitVerdictsAsync();
    }

    /// <summary>A window nobody has signed in to.</summary>
    public async Task<IPage> VisitAsync(string path, BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.BaseURL = Hub.Address.ToString();
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(Page);
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>The owner's window.</summary>
    public async Task<IPage> VisitAsOwnerAsync(string path)
    {
        var page = await VisitAsync(path, new() { StorageState = _session });
        await Expect(Ready(page)).ToBeVisibleAsync(new() { Timeout = Page });
        return page;
    }

    /// <summary>There once the window answers to clicks: before that it is a picture the hub drew in advance.</summary>
    public static ILocator Ready(IPage page) => page.Locator("main:not([aria-busy])");

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Hub.DisposeAsync();
    }

    private async Task MakeOwnerAsync()
    {
        var page = await VisitAsync(Hub.SetupLink.ToString());
        await page.GetByLabel("E-mail").FillAsync(Email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Models", Level = 1 })).ToBeVisibleAsync(new() { Timeout = Page });
        _session = await page.Context.StorageStateAsync();
        await page.Context.CloseAsync();
    }

    private async Task AwaitVerdictsAsync()
    {
        var page = await VisitAsync("/");
        await Expect(page.Locator(".row .st.unk")).ToHaveCountAsync(0, new() { Timeout = Verdict });
        var link = page.Locator("#open h3 a").Filter(new() { HasText = "Claude Opus 4.8" });
        await Expect(link).ToBeVisibleAsync(new() { Timeout = Verdict });
        Incident = (await link.GetAttributeAsync("href"))!;
        await page.Context.CloseAsync();
    }
}
