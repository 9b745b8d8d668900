using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StatusHub.Contracts.Api;

/// <summary>Requests byte for byte, as no client library would send them.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Sends Latin-1 text and reads one answer, as long as it says it is.</summary>
    /// <param name="request">Whole, but for <c>Host</c>.</param>
    public static async Task<(int Status, string Text)> SendAsync(Uri server, string request)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, limit.Token);
        var stream = client.GetStream();
        var line = request.IndexOf("\r\n", StringComparison.Ordinal);
        var whole = request.Insert(line, $"\r\nHost: {server.Authority}");
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(whole), limit.Token);
        }
        catch (IOException)
        {
            // Refused before all of it was sent: the answer is there all the same.
        }

        var text = await ReadAsync(stream, limit.Token);
        text = text.StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal) ? text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..] : text; // go on, it says
        return (int.Parse(text.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture), text);
    }

    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancel)
    {
        var text = "";
        var buffer = new byte[16_384];
        while (!IsWhole(text) && await stream.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            text += Encoding.UTF8.GetString(buffer, 0, read);
        }

        return text;
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var length = text.Split("\r\n").FirstOrDefault(h => h.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        return end >= 0 && length is not null && text.Length >= end + 4 + int.Parse(length.AsSpan("Content-Length: ".Length), CultureInfo.InvariantCulture);
    }
}
