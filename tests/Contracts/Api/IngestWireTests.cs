using System.Net.Sockets;
using System.Text;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Contracts.Api;

/// <summary>Sending events as no well-mannered client would, byte for byte.</summary>
[Collection(ApiCollection.Name)]
public sealed class IngestWireTests(ApiApp app)
{
    [Fact]
    public async Task An_attribute_in_raw_Latin_1_is_told_what_is_wrong_with_it()
    {
        var (status, text) = await SendAsync("ce-subject: caf\u00E9\r\n");
        Assert.Equal(400, status);
        Assert.Contains("\"pointer\":\"/subject\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ce-id: b\r\n", 400, "\"pointer\":\"/id\"")] // B-41: twice
    [InlineData("ce-subject: a\u0001b\r\n", 400, "")] // B-12 in a header
    [InlineData("Content-Type: application/xml\r\n", 415, "")] // B-15: two types
    [InlineData("Transfer-Encoding: chunked\r\n", 400, "")] // B-19: both lengths
    [InlineData("Transfer-Encoding: chunked, identity\r\n", 400, "")]
    [InlineData("ce-folded: a\r\n b\r\n", 400, "")]
    public async Task A_request_that_contradicts_itself_is_refused(string header, int status, string says)
    {
        var (answered, text) = await SendAsync(header);
        Assert.True(answered == status, text);
        Assert.Contains(says, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_longer_or_shorter_than_it_was_said_to_be_stores_nothing()
    {
        var key = await KeyAsync();
        var (status, text) = await RawHttp.SendAsync(app.ClientOptions.BaseAddress, Binary(key, "Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"));
        Assert.True(status == 400, text); // a bad chunk
    }

    [Fact]
    public async Task An_event_of_64_KiB_that_is_headers_for_the_most_part_is_taken_and_more_headers_are_not()
    {
        var legal = string.Concat(Enumerable.Range(0, 60).Select(n => $"ce-ext{n}: {new string('x', 1_000)}\r\n"));
        var (status, text) = await SendAsync($"ce-wide: {IngestTests.Fresh()}\r\n" + legal);
        Assert.True(status == 202, text);

        var (many, _) = await SendAsync(string.Concat(Enumerable.Range(0, 250).Select(n => $"X-{n}: a\r\n")));
        Assert.Equal(431, many);
        var (large, _) = await SendAsync($"X-Large: {new string('a', 200_000)}\r\n");
        Assert.Equal(431, large);
    }

    [Fact]
    public async Task A_body_without_a_length_is_read_to_the_limit_and_no_further()
    {
        var key = await KeyAsync();
        var chunk = $"10000\r\n{new string(' ', 65_536)}\r\n";
        var (status, text) = await RawHttp.SendAsync(
            app.ClientOptions.BaseAddress,
            Structured(key, "Transfer-Encoding: chunked\r\n", string.Concat(Enumerable.Repeat(chunk, 5)))); // and then nothing: who reads on waits in vain
        Assert.True(status == 413, text);
    }

    [Fact]
    public async Task An_address_that_is_too_long_is_refused()
    {
        var (status, _) = await RawHttp.SendAsync(app.ClientOptions.BaseAddress, $"POST /feed/events?{new string('a', 9_000)} HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(414, status);
    }

    /// <summary>B-53: a body that comes too slowly is given up after five seconds, by the server's floor of 240 bytes a second.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("Expect: 100-continue\r\n")]
    public async Task A_body_that_never_comes_is_given_up(string header)
    {
        var key = await KeyAsync();
        var start = TimeProvider.System.GetTimestamp();
        var (status, text) = await RawHttp.SendAsync(app.ClientOptions.BaseAddress, Structured(key, header + "Content-Length: 1000\r\n", header.Length == 0 ? "{" : ""));
        Assert.True(status == 408, text);
        Assert.Contains("\"type\":\"/problems/", text, StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromSeconds(4), "It was given no time at all.");
    }

    [Fact]
    public async Task A_body_that_drips_in_is_given_up()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var client = new TcpClient();
        await client.ConnectAsync(app.ClientOptions.BaseAddress.Host, app.ClientOptions.BaseAddress.Port, limit.Token);
        var stream = client.GetStream();
        var head = Structured(await KeyAsync(), $"Host: {app.ClientOptions.BaseAddress.Authority}\r\nContent-Length: 1000\r\n", "");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head), limit.Token);
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        var buffer = new byte[4_096];
        var answer = stream.ReadAsync(buffer, limit.Token).AsTask();
        while (!answer.IsCompleted && await tick.WaitForNextTickAsync(limit.Token))
        {
            await stream.WriteAsync(" "u8.ToArray(), limit.Token);
        }

        Assert.StartsWith("HTTP/1.1 408 ", Encoding.Latin1.GetString(buffer, 0, await answer), StringComparison.Ordinal);
    }

    private async Task<(int Status, string Text)> SendAsync(string header) =>
        await RawHttp.SendAsync(app.ClientOptions.BaseAddress, Binary(await KeyAsync(), header + "Content-Length: 2\r\n", "{}"));

    private async Task<string> KeyAsync()
    {
        using var client = await app.AsAsync(app.Alice, Scopes.Publish);
        return client.DefaultRequestHeaders.Authorization!.Parameter!;
    }

    private static string Binary(string key, string headers, string body)
    {
        var attributes = string.Concat(IngestCases.Attributes(("ce-id", IngestTests.Fresh())).Select(h => $"{h.Name}: {h.Value}\r\n"));
        return $"POST /feed/events HTTP/1.1\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n{attributes}{headers}\r\n{body}";
    }

    private static string Structured(string key, string headers, string body) =>
        $"POST /feed/events HTTP/1.1\r\nAuthorization: Bearer {key}\r\nContent-Type: {IngestCases.Structured}\r\n{headers}\r\n{body}";
}
