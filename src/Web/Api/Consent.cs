using System.Globalization;
using Microsoft.Extensions.Options;

namespace StatusHub.Web.Api;

/// <summary>
/// The hub as a target of deliveries: it consents to every origin that asks by its name, because a key decides who may send
/// (CloudEvents HTTP webhooks 1.0.2, section 4). Nothing is stored, and no callback is called.
/// </summary>
internal static class Consent
{
    private const int MaxName = 253;

    public static IResult Answer(HttpContext context, IOptions<IngestOptions> options)
    {
        var headers = context.Response.Headers;
        headers.Allow = "GET, HEAD, OPTIONS, POST";
        headers.CacheControl = "no-store";
        if (context.Request.Headers["WebHook-Request-Origin"] is [{ } origin] && IsName(origin))
        {
            headers["WebHook-Allowed-Origin"] = origin;
            headers["WebHook-Allowed-Rate"] = Rate(context.Request.Headers["WebHook-Request-Rate"], options.Value.EventsPerMinute);
        }

        return Results.NoContent();
    }

    // Requests a minute: what was asked for, and never more than a key may send.
    private static string Rate(string? asked, int most) =>
        (int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate > 0 ? Math.Min(rate, most) : most)
        .ToString(CultureInfo.InvariantCulture);

    private static bool IsName(string origin) =>
        origin.Length is > 0 and <= MaxName && origin.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':');
}
