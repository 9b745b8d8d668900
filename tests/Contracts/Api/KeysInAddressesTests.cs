using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Live;

namespace StatusHub.Contracts.Api;

/// <summary>A key that comes in the address, because a browser can send it no other way, works there and is never written down.</summary>
[Collection(ApiCollection.Name)]
public sealed class KeysInAddressesTests(ApiApp app)
{
    private const string Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_stream_reads_as_the_organisation_whose_key_is_in_its_address()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var sender = await app.AsAsync(app.Alice, Scopes.Publish);
        using var anyone = app.Anyone();
        using var stream = await anyone.GetAsync($"/feed/stream?types=com.example.thing.v1&access_token={await KeyAsync()}", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(limit.Token));
        Assert.StartsWith("retry:", await lines.ReadLineAsync(limit.Token), StringComparison.Ordinal);
        var id = IngestTests.Fresh();
        using var sent = await IngestTests.SendAsync(sender, IngestCases.Json(",\"tlp\":\"red\"", id));
        while (!(await lines.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The stream ended.")).Contains(id, StringComparison.Ordinal))
        {
        }
    }

    [Theory]
    [InlineData("/feed/stream")]
    [InlineData("/hubs/health")]
    [InlineData("/hubs/health/negotiate")]
    public async Task A_wrong_key_in_an_address_is_refused_not_ignored(string path)
    {
        using var anyone = app.Anyone();
        using var request = new HttpRequestMessage(path.EndsWith("negotiate", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path + "?access_token=shk_nobody-has-this-key");
        using var answer = await anyone.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task No_level_of_no_category_logs_a_key_that_came_in_an_address()
    {
        var key = await KeyAsync();
        await ConnectAsync(key);
        using var anyone = app.Anyone();
        foreach (var (method, address) in new[]
        {
            (HttpMethod.Get, $"/feed/stream?subjects=a%2Fb&access_token={key}"),
            (HttpMethod.Get, $"/feed/stream?ACCESS%5Ftoken={key}&after=never"),
            (HttpMethod.Post, $"/hubs/health/negotiate?negotiateVersion=1&access_token={key}"),
            (HttpMethod.Post, $"/feed/events?access_token={key}"),
            (HttpMethod.Post, $"/feed/events?anything={key}"),
            (HttpMethod.Get, $"/feed/events?access_token={key}"),
            (HttpMethod.Get, $"/api/v1/keys?key={key}"),
            (HttpMethod.Get, $"/nowhere?access_token={key}&b=1"),
        })
        {
            using var request = new HttpRequestMessage(method, address);
            using var answer = await anyone.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }

        Assert.Contains(app.Logged, line => line.Contains("/nowhere?", StringComparison.Ordinal)); // addresses are logged at this level
        Assert.Contains(app.Logged, line => line.Contains("/feed/stream?subjects=a%2Fb", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logged, line => line.Contains(key, StringComparison.Ordinal));
    }

    private async Task<string> KeyAsync() =>
        (await app.Services.GetRequiredService<ApiKeys>().IssueAsync(app.Alice, "in an address", [Scopes.Read], [], CancellationToken.None)).Text;

    private async Task ConnectAsync(string key)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var socket = new ClientWebSocket();
        var address = new UriBuilder(new Uri(app.ClientOptions.BaseAddress, HealthHubSetup.Path)) { Scheme = "ws", Query = "access_token=" + key }.Uri;
        await socket.ConnectAsync(address, limit.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes(Handshake), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        var buffer = new byte[1_024];
        var read = await socket.ReceiveAsync(buffer, limit.Token);
        Assert.Equal("{}\u001e", Encoding.UTF8.GetString(buffer, 0, read.Count));
    }
}
