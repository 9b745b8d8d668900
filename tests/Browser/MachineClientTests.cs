using Microsoft.Playwright;
using StatusHub.Browser.Support;

namespace StatusHub.Browser;

/// <summary>Programs that run in a browser: the SignalR client library, and the platform's own event source.</summary>
public sealed class MachineClientTests(World world)
{
    private const string Model = "openai/gpt-5-2-mini";

    [Fact]
    public async Task The_SignalR_client_is_told_of_every_change()
    {
        var page = await world.VisitAsync("/");
        await page.EvaluateAsync(NodeScripts.Read("@microsoft/signalr/dist/browser/signalr.min.js"));
        await page.EvaluateAsync(
            """
            async model => {
                window.told = [];
                const hub = new signalR.HubConnectionBuilder().withUrl('/hubs/health').withAutomaticReconnect().build();
                hub.on('ModelChanged', m => window.told.push(`${m.id} ${m.status}`));
                await hub.start();
                await hub.invoke('Subscribe', [model]);
            }
            """,
            Model);
        await ToldAsync(page, $"{Model} operational");
        await world.Hub.BreakAsync(Model);
        await ToldAsync(page, $"{Model} major_outage");
        await world.Hub.HealAsync(Model);
        await ToldAsync(page, $"{Model} operational");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_SignalR_client_is_told_of_incidents_alone_when_it_asks_for_them_alone()
    {
        var page = await world.VisitAsync("/");
        await page.EvaluateAsync(NodeScripts.Read("@microsoft/signalr/dist/browser/signalr.min.js"));
        await page.EvaluateAsync(
            """
            async () => {
                window.told = [];
                const hub = new signalR.HubConnectionBuilder().withUrl('/hubs/health').withAutomaticReconnect().build();
                hub.on('ModelChanged', m => window.told.push(`model ${m.id}`));
                hub.on('IncidentChanged', i => window.told.push(`incident ${i.id}`));
                await hub.start();
                await hub.invoke('SubscribeIncidents');
            }
            """);
        await page.WaitForFunctionAsync("() => window.told.length > 0", null, new() { Timeout = World.Verdict });
        Assert.All(await page.EvaluateAsync<string[]>("() => window.told"), told => Assert.StartsWith("incident ", told, StringComparison.Ordinal));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task An_event_source_gets_the_feed_with_a_cursor_on_each_event()
    {
        var page = await world.VisitAsync("/");
        await page.EvaluateAsync(
            """
            async () => {
                window.told = [];
                const first = await fetch('/feed/events?limit=1');
                const next = new URL(first.headers.get('Link').match(/<([^>]*)>/)[1], location.href);
                const source = new EventSource(`/feed/stream?after=${next.searchParams.get('after')}`);
                source.onmessage = e => window.told.push(`${e.lastEventId !== '' && JSON.parse(e.data).specversion}`);
            }
            """);
        await ToldAsync(page, "1.0");
        await page.Context.CloseAsync();
    }

    // The last that was told, so that an earlier one of the same words does not count.
    private static Task ToldAsync(IPage page, string what) =>
        page.WaitForFunctionAsync("what => { const at = window.told.lastIndexOf(what); if (at < 0) return false; window.told.splice(0, at + 1); return true; }", what, new() { Timeout = World.Verdict });
}
