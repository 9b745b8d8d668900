using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using StatusHub.Web.Api;
using StatusHub.Web.Public.Rendering;

namespace StatusHub.Web.Public.Snapshot;

/// <summary>The public routes: bytes from memory, nothing else.</summary>
public static class ServePages
{
    private const string CacheControl = "public, max-age=5, stale-while-revalidate=60, stale-if-error=86400";

    public static void MapPublicPages(this IEndpointRouteBuilder routes)
    {
        foreach (var pattern in (string[])["/", "/incidents", "/incidents/{id}", "/models/{provider}/{model}", "/scores", "/scores/{week}", "/docs/methodology", "/feed", "/problems", "/problems/{name}"])
        {
            routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], ServeAsync).ExcludeFromDescription();
        }
    }

    /// <summary>
    /// People who reach nothing, or our own fault, get a page that says so, with the status it has. What already has a body (a problem
    /// document, the console's own pages) is left alone. Call it before everything else.
    /// </summary>
    public static void UseErrorPages(this IApplicationBuilder app) =>
        app.Use((http, next) => MachineAnswers.AreFor(http.Request) ? next(http) : WithErrorPageAsync(http, next));

    private static async Task WithErrorPageAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception e) when (e is not OperationCanceledException && !http.Response.HasStarted)
        {
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            Failed(http.RequestServices.GetRequiredService<ILogger<PublicSite>>(), e);
        }

        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
        {
            var fault = http.Response.StatusCode >= StatusCodes.Status500InternalServerError;
            var page = await http.RequestServices.GetRequiredService<PublicSite>().PageAsync(fault ? PublicPages.Error : PublicPages.NotFound);
            http.Response.Headers.CacheControl = "no-store";
            await SendAsync(http, page);
        }
    }

    private static readonly Action<ILogger, Exception?> Failed =
        LoggerMessage.Define(LogLevel.Error, new EventId(1, "PageFailed"), "A page request failed");

    /// <summary>Answers with the page at the request's path; an unknown one with the page that says so, as a real 404.</summary>
    internal static async Task ServeAsync(HttpContext http)
    {
        var site = http.RequestServices.GetRequiredService<PublicSite>();
        var page = await site.PageAsync(http.Request.Path.Value ?? PublicPages.Home);
        var headers = http.Response.Headers;
        headers.ETag = page.ETag;
        headers.CacheControl = CacheControl;
        if (http.Request.Headers.IfNoneMatch.Count > 0 && http.Request.Headers.IfNoneMatch.ToString().Contains(page.ETag, StringComparison.Ordinal))
        {
            headers.Vary = HeaderNames.AcceptEncoding;
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.StatusCode = (int)page.Rendering.Status;
        await SendAsync(http, page);
    }

    private static async Task SendAsync(HttpContext http, SnapshotPage page)
    {
        var headers = http.Response.Headers;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.ContentSecurityPolicy = PublicPages.ContentSecurityPolicy;
        headers.ContentType = "text/html; charset=utf-8";
        var (body, encoding) = Choose(page, http.Request.Headers.AcceptEncoding);
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    private static (byte[] Body, string? Encoding) Choose(SnapshotPage page, StringValues accepted)
    {
        var text = accepted.ToString();
        return Accepts(text, "br") ? (page.Brotli, "br") : Accepts(text, "gzip") ? (page.Gzip, "gzip") : (page.Plain, null);
    }

    private static bool Accepts(string accepted, string encoding)
    {
        var at = accepted.IndexOf(encoding, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && !accepted.AsSpan(at + encoding.Length).TrimStart().StartsWith(";q=0,")
            && !accepted.AsSpan(at + encoding.Length).Trim().SequenceEqual(";q=0");
    }
}
