using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StatusHub.Domain.Events;
using StatusHub.Support;
using StatusHub.Support.Deliveries;
using StatusHub.Support.Peers;
using StatusHub.Web.Live;

namespace StatusHub.Tests.Scenarios.Feed;

/// <summary>One line typed into a shell, and everybody who may know knows: over the wire alone, with every wait as an operator has it.</summary>
public sealed class Everybody_gets_it(ITestOutputHelper output)
{
    private const string Opus = "anthropic/claude-opus-4-8";
    private const string Source = "https://acme.example/watch";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signal_sent_with_curl_reaches_the_page_a_webhook_a_stream_a_SignalR_client_and_a_peer()
    {
        await using var north = await PeerHub.StartAsync("north", isOperated: true);
        await using var south = await PeerHub.StartAsync("south", isOperated: true);
        await using var receiver = await Receiver.StartAsync();
        await PeerHub.AgreeAsync(north, south);
        await WatchAsync(north);
        var key = await JoinAsync(north);
        var secret = await SubscribeAsync(north, receiver, key);
        using var stream = await FollowAsync(north);
        await using var signalR = await ConnectAsync(north);
        await Patience.UntilAsync("the page is there", async () => (await PageAsync(north)).Contains("There is no evidence", StringComparison.Ordinal));

        var start = TimeProvider.System.GetTimestamp();
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        var known = new[]
        {
            SeenAsync("page", start, async () => (await PageAsync(north)).Contains("1 organisation suspects trouble", StringComparison.Ordinal)),
            SeenAsync("webhook", start, () => Task.FromResult(receiver.At("/hook").Any(r => r.Signature.Length > 0 && IsSigned(r, secret) && IdOf(r.Body) == id))),
            ToldAsync("stream", start, async () => IdOf(Encoding.UTF8.GetBytes(await DataAsync(stream))) == id),
            ToldAsync("SignalR", start, async () => (await signalR.Heard.Reader.ReadAsync(Cancel)).GetProperty("id").GetString() == id),
            SeenAsync("peer", start, async () => (await ReadAsync(south, id)).GetArrayLength() == 1),
        };
        await SendAsync(north, key, id);
        output.WriteLine($"curl was thanked after {TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0} ms");
        await Task.WhenAll(known);

        var there = (await ReadAsync(south, id))[0];
        Assert.Equal(Source, there.GetProperty("source").GetString());
        Assert.Equal("HTTP 500 from two regions", there.GetProperty("data").GetProperty("note").GetString());
        Assert.False(string.IsNullOrEmpty(there.GetProperty("hubpath").GetString()));
    }

    private async Task SeenAsync(string where, long start, Func<Task<bool>> look)
    {
        await Patience.UntilAsync($"it is known by {where}", look);
        Print(where, start);
    }

    private async Task ToldAsync(string where, long start, Func<Task<bool>> next)
    {
        async Task Listen()
        {
            while (!await next())
            {
            }
        }

        await Listen().WaitAsync(Patience.Usual, TimeProvider.System, Cancel);
        Print(where, start);
    }

    private void Print(string where, long start) => output.WriteLine($"{where}: {TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0} ms after curl was started");

    /// <summary>The operator has the hub watch a model, so that it has a page.</summary>
    private static Task WatchAsync(PeerHub hub) => PostAsync(hub.Http, "/api/v1/endpoints", new
    {
        model = Opus,
        dialect = "anthropic-messages",
        url = "https://api.anthropic.com",
        credential = "sk-none",
        region = "eu-west",
        intervalSeconds = 30,
        probe = "content_check",
        domains = Array.Empty<string>(),
        budget = new { maxOutputTokens = 64, probesPerDay = 5000 },
    });

    /// <summary>The operator makes the consumer a member.</summary>
    /// <returns>The consumer's key.</returns>
    private static async Task<string> JoinAsync(PeerHub hub)
    {
        await PostAsync(hub.Http, "/api/v1/orgs", new { slug = "acme", name = "Acme" });
        var made = await PostAsync(hub.Http, "/api/v1/keys", new { org = "acme", name = "first", sources = new[] { Source }, scopes = new[] { "feed:publish", "feed:subscribe" } });
        return made.GetProperty("key").GetString()!;
    }

    /// <returns>The signing secret.</returns>
    private static async Task<byte[]> SubscribeAsync(PeerHub hub, Receiver receiver, string key)
    {
        receiver.Answer("/hook", (context, _) =>
        {
            context.Response.Headers["WebHook-Allowed-Origin"] = context.Request.Headers["WebHook-Request-Origin"];
            context.Response.Headers["WebHook-Allowed-Rate"] = "*";
            return Task.CompletedTask;
        });
        using var http = new HttpClient { BaseAddress = new Uri(hub.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var made = await PostAsync(http, "/feed/subscriptions", new { sink = receiver.Address + "/hook", protocol = "HTTP", types = new[] { EventTypes.Signal } });
        Assert.Equal("active", made.GetProperty("status").GetProperty("state").GetString());
        return Convert.FromBase64String(made.GetProperty("secret").GetString()!["whsec_".Length..]);
    }

    private static async Task<StreamReader> FollowAsync(PeerHub hub)
    {
        var reader = new StreamReader(await hub.Http.GetStreamAsync(new Uri("/feed/stream", UriKind.Relative), Cancel));
        Assert.StartsWith("retry:", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal); // from here on nothing is missed
        return reader;
    }

    private static async Task<string> DataAsync(StreamReader stream)
    {
        while (true)
        {
            if (await stream.ReadLineAsync(Cancel) is { } line && line.StartsWith("data:", StringComparison.Ordinal))
            {
                return line["data:".Length..];
            }
        }
    }

    private static async Task<HealthClient> ConnectAsync(PeerHub hub)
    {
        var address = new UriBuilder(new Uri(new Uri(hub.Url), HealthHubSetup.Path)) { Scheme = "ws" }.Uri;
        var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var connection = new HubConnection(new WebSocketConnections(), new JsonHubProtocol(), new UriEndPoint(address), services, NullLoggerFactory.Instance);
        var client = new HealthClient(connection);
        connection.On<JsonElement>("SignalRaised", e => client.Heard.Writer.TryWrite(e));
        await connection.StartAsync(Cancel);
        await connection.InvokeAsync("Subscribe", Array.Empty<string>(), Cancel);
        return client;
    }

    private static async Task SendAsync(PeerHub hub, string key, string id)
    {
        var body = JsonSerializer.Serialize(new
        {
            specversion = "1.0",
            type = EventTypes.Signal,
            source = Source,
            id,
            subject = Opus,
            tlp = "clear",
            datacontenttype = "application/json",
            data = new { model = Opus, kind = "errors", affectedShare = 0.3, note = "HTTP 500 from two regions" },
        });
        var start = new ProcessStartInfo(
            "curl",
            ["-sS", "--fail-with-body", "--max-time", "20", $"{hub.Url}/feed/events", "-H", $"Authorization: Bearer {key}", "-H", "Content-Type: application/cloudevents+json", "-d", body])
        { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var curl = Process.Start(start)!;
        var said = await curl.StandardOutput.ReadToEndAsync(Cancel) + await curl.StandardError.ReadToEndAsync(Cancel);
        await curl.WaitForExitAsync(Cancel);
        Assert.True(curl.ExitCode == 0, said);
    }

    private static async Task<string> PageAsync(PeerHub hub)
    {
        using var page = await hub.Http.GetAsync(new Uri("/models/" + Opus, UriKind.Relative), Cancel);
        return await page.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>As anyone reads it there.</summary>
    private static async Task<JsonElement> ReadAsync(PeerHub hub, string id)
    {
        using var anyone = new HttpClient { BaseAddress = new Uri(hub.Url) };
        return await anyone.GetFromJsonAsync<JsonElement>($"/feed/events?type={EventTypes.Signal}&id={id}", Cancel);
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static string? IdOf(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<JsonElement>(json).GetProperty("id").GetString();

    /// <summary>By the words of Standard Webhooks, not by our own code.</summary>
    private static bool IsSigned(Received r, byte[] secret)
    {
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(r.Timestamp, CultureInfo.InvariantCulture));
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{r.Id}.{r.Timestamp}."), .. r.Body];
        var wanted = "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed));
        return age.Duration() < TimeSpan.FromMinutes(5) && r.Signature.Split(' ').Contains(wanted, StringComparer.Ordinal);
    }

    private sealed class HealthClient(HubConnection connection) : IAsyncDisposable
    {
        public Channel<JsonElement> Heard { get; } = Channel.CreateUnbounded<JsonElement>();

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
