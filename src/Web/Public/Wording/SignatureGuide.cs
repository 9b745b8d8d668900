namespace StatusHub.Web.Public.Wording;

/// <summary>How a receiver checks a delivery (Standard Webhooks, HMAC-SHA256), in the languages most receivers are written in. Tests run each.</summary>
public static class SignatureGuide
{
    public const string Python =
        """
        import base64, hashlib, hmac, time

        def verify(secret, headers, body):  # body: the raw bytes
            key = base64.b64decode(secret.removeprefix("whsec_"))
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            want = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
            return fresh and any(hmac.compare_digest(want, s) for s in headers["webhook-signature"].split())
        """;

    public const string JavaScript =
        """
        import { createHmac, timingSafeEqual } from 'node:crypto';

        export function verify(secret, headers, body) {  // body: a Buffer of the raw bytes
          const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
          const start = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
          const want = Buffer.from('v1,' + createHmac('sha256', key).update(start).update(body).digest('base64'));
          const fresh = Math.abs(Date.now() / 1000 - headers['webhook-timestamp']) < 300;
          return fresh && headers['webhook-signature'].split(' ').map(s => Buffer.from(s))
            .some(s => s.length === want.length && timingSafeEqual(s, want));
        }
        """;

    public const string CSharp =
        """
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
        """;
}
