using System.Security.Cryptography;
using System.Text;

namespace StatusHub.Contracts.Pages;

/// <summary>The lines of the page about the feed, as they stand there, so that they are compiled and run.</summary>
internal static class VerifyInCSharp
{
    public static bool IsTrue(string secret, Func<string, string> header, byte[] body) => Verify(secret, header, body);

#pragma warning disable // the lines are a reader's, who has other rules
    static bool Verify(string secret, Func<string, string> header, byte[] body)  // body: the raw bytes
    {
        var key = Convert.FromBase64String(secret.Replace("whsec_", ""));
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{header("webhook-id")}.{header("webhook-timestamp")}."), .. body];
        var want = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(header("webhook-timestamp")));
        return (DateTimeOffset.UtcNow - sent).Duration() < TimeSpan.FromMinutes(5)
            && header("webhook-signature").Split(' ')
                .Any(s => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(s), want));
    }
#pragma warning restore
}
