using System.Diagnostics;
using System.Text.Json.Nodes;
using StatusHub.Contracts.Pages;
using StatusHub.Support;
using StatusHub.Support.Peers;

namespace StatusHub.Contracts.Api;

/// <summary>The page's lines for peers, pasted into a shell by the operators of two hubs, each with what the answers before gave them.</summary>
public sealed class PeerLinesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_lines_on_each_side_and_two_hubs_exchange_events()
    {
        await using var north = await PeerHub.StartAsync("north", isOperated: true);
        await using var south = await PeerHub.StartAsync("south", isOperated: true);
        var (atNorth, atSouth) = (await Shell.OpenAsync(north, south.Url), await Shell.OpenAsync(south, north.Url));

        Assert.Contains("\"publicKey\"", await atNorth.PasteAsync("hub"), StringComparison.Ordinal);
        var (forSouth, forNorth) = (await atNorth.AgreeAsync(), await atSouth.AgreeAsync());
        Assert.Contains("\"state\":\"active\"", await atNorth.PasteAsync("confirm"), StringComparison.Ordinal);
        Assert.Contains("\"state\":\"active\"", await atSouth.PasteAsync("confirm"), StringComparison.Ordinal);
        Assert.Contains("\"hasKey\":true", await atNorth.PasteAsync("exchange", forNorth), StringComparison.Ordinal);
        Assert.Contains("\"hasKey\":true", await atSouth.PasteAsync("exchange", forSouth), StringComparison.Ordinal);

        await south.ReceivesAsync(await north.SayAsync("green"));
        await north.ReceivesAsync(await south.SayAsync("green"));
        Assert.Contains("\"name\":\"neighbour\"", await atNorth.PasteAsync("peers"), StringComparison.Ordinal);
    }

    /// <summary>An operator's shell at one hub, with that hub's page beside it.</summary>
    private sealed class Shell(string page, string key, string neighbour)
    {
        private readonly Dictionary<string, string> _set = new(StringComparer.Ordinal) { ["STATUSHUB_KEY"] = key, ["STATUSHUB_PEER"] = neighbour };

        public static async Task<Shell> OpenAsync(PeerHub hub, string neighbour)
        {
            var page = await Patience.UntilAsync("the page is there", () => TextAsync(hub), text => text.Contains("data-sample", StringComparison.Ordinal));
            return new Shell(page, hub.Http.DefaultRequestHeaders.Authorization!.Parameter!, neighbour);
        }

        /// <returns>The key for the other operator.</returns>
        public async Task<string> AgreeAsync()
        {
            var made = JsonNode.Parse(await PasteAsync("agree"))!;
            _set["STATUSHUB_PEER_ID"] = (string)made["id"]!;
            _set["STATUSHUB_PEER_SHOWS"] = (string)made["offeredKey"]!;
            return (string)made["keyForPeer"]!;
        }

        public async Task<string> PasteAsync(string sample, string? gave = null)
        {
            var line = Rendered.Parse(page).QuerySelector($"pre.sh[data-sample={sample}]")!.TextContent;
            var start = new ProcessStartInfo("bash", ["-c", line.Replace("curl ", "curl -sS --fail-with-body --max-time 20 ", StringComparison.Ordinal)])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            foreach (var (name, value) in gave is null ? _set : _set.Append(new("STATUSHUB_PEER_GAVE", gave)))
            {
                start.Environment[name] = value;
            }

            using var shell = Process.Start(start)!;
            var (said, complained) = (shell.StandardOutput.ReadToEndAsync(Cancel), shell.StandardError.ReadToEndAsync(Cancel));
            await shell.WaitForExitAsync(Cancel);
            Assert.True(shell.ExitCode == 0, $"{sample}: {await said} {await complained}");
            return await said;
        }

        private static async Task<string> TextAsync(PeerHub hub)
        {
            using var answer = await hub.Http.GetAsync(new Uri("/feed", UriKind.Relative), Cancel);
            return await answer.Content.ReadAsStringAsync(Cancel);
        }
    }
}
