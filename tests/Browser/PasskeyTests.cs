using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>The whole ceremony, with the browser's own virtual authenticator.</summary>
public sealed class PasskeyTests(World world)
{
    [Fact]
    public async Task A_passkey_is_made_and_signs_its_owner_in()
    {
        var page = await world.VisitAsOwnerAsync("/console/account");
        var authenticator = await page.Context.NewCDPSessionAsync(page);
        await authenticator.SendAsync("WebAuthn.enable");
        await authenticator.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified = true,
                automaticPresenceSimulation = true,
            },
        });
        await page.GetByLabel("Name of a new passkey").FillAsync("Test laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.Locator(".passkeys")).ToContainTextAsync("Test laptop");

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/console/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Models", Level = 1 })).ToBeVisibleAsync();

        await page.GotoAsync("/console/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove passkey Test laptop" }).ClickAsync();
        await Expect(page.Locator(".passkeys")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }
}
