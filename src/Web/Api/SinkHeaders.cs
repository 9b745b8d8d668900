using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>Headers a receiver wants to see: few, plain, and none that HTTP, the signature or the handshake has a use for.</summary>
internal static class SinkHeaders
{
    public const int MaxHeaders = 20;
    public const int MaxName = 64;
    public const int MaxValue = 1_024;

    private static readonly string[] Refused =
    [
        "host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect", "cookie", "cookie2", "set-cookie", "authorization",
        "proxy-authorization", "proxy-authenticate", "proxy-connection", "user-agent", "date", "via", "forwarded", "origin", "referer", "range", "age",
        "cache-control", "pragma", "accept-encoding", "max-forwards", "from", "warning", "alt-used", "http2-settings", "allow", "expires", "last-modified",
        "traceparent", "tracestate",
    ];

    private static readonly string[] RefusedPrefixes = ["content-", "webhook-", "ce-", "x-forwarded-", "proxy-", "sec-", "if-", "access-control-", "signature"];

    /// <returns>The settings as they are stored; null for none.</returns>
    public static JsonObject? Read(JsonInput input, List<InputError> errors)
    {
        if (input.Object("protocolsettings") is not { } settings)
        {
            return null;
        }

        if (settings.String("method") is not (null or "POST"))
        {
            settings.Refuse("method", "unknown", "Webhooks are delivered by POST.");
        }

        var raw = settings.Raw("headers");
        settings.RejectRest();
        if (raw.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        if (raw.ValueKind != JsonValueKind.Object || raw.EnumerateObject().Count() > MaxHeaders)
        {
            settings.Refuse("headers", "length", $"An object of at most {MaxHeaders} headers and their values is expected.");
            return null;
        }

        var headers = new JsonObject();
        foreach (var header in raw.EnumerateObject())
        {
            if (FlawOf(header, headers) is { } flaw)
            {
                settings.Refuse("headers", "header", $"{Shown(header.Name)}: {flaw}");
            }
            else
            {
                headers[header.Name] = header.Value.GetString();
            }
        }

        return headers.Count == 0 || errors.Count > 0 ? null : new JsonObject { ["headers"] = headers };
    }

    private static string? FlawOf(JsonProperty header, JsonObject before)
    {
        var name = header.Name.ToLowerInvariant();
        return name.Length is 0 or > MaxName || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c)) ? $"a name is 1 to {MaxName} characters of RFC 9110's tokens."
            : Refused.Contains(name) || RefusedPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal)) ? "this header is not a subscriber's to set."
            : before.Any(b => b.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) ? "it is given twice."
            : header.Value.ValueKind != JsonValueKind.String ? "its value must be a string."
            : header.Value.GetString() is { Length: > 0 and <= MaxValue } value && value.All(c => c is >= ' ' and < '\x7f') ? null
            : $"its value is 1 to {MaxValue} characters of plain ASCII.";
    }

    private static string Shown(string name) => name.Length <= MaxName ? name : name[..MaxName];
}
