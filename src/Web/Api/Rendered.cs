using System.Buffers.Text;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using StatusHub.Web.Public;

namespace StatusHub.Web.Api;

/// <summary>One public answer, rendered: the same bytes for everybody until the view changes.</summary>
internal sealed class Rendered(string contentType, byte[] body) : IResult
{
    /// <summary>How long caches may serve it, and how much longer while they ask again or the hub is down.</summary>
    public const string CacheControl = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400";

    /// <summary>Bytes below which compressing saves nothing worth having.</summary>
    private const int MinCompressed = 512;

    private const int TagBytes = 12;

    // Weak, because the same tag stands for the plain and the compressed bytes.
    private readonly EntityTagHeaderValue _tag = new($"\"{Base64Url.EncodeToString(SHA256.HashData(body).AsSpan(0, TagBytes))}\"", isWeak: true);
    private readonly byte[]? _compressed = body.Length >= MinCompressed ? Compress(body) : null;

    public string? Policy { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = "ETag, Link";
        response.Headers.CacheControl = CacheControl;
        response.Headers.ETag = _tag.ToString();
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (Policy is not null)
        {
            response.Headers.ContentSecurityPolicy = Policy;
        }

        if (IsKnownTo(httpContext.Request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var bytes = body;
        if (_compressed is not null && TakesGzip(httpContext.Request))
        {
            bytes = _compressed;
            response.Headers.ContentEncoding = "gzip";
        }

        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }

    private static bool TakesGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var encodings)
        && encodings.Any(e => e.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && e.Quality is null or > 0);

    private static byte[] Compress(byte[] plain)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(plain);
        }

        return stream.ToArray();
    }

    private bool IsKnownTo(HttpRequest request) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(_tag, useStrongComparison: false));
}

/// <summary>Renders each public document once for each view, whoever asks and however often. Old views take their documents with them.</summary>
internal sealed class RenderedDocuments(CurrentView current)
{
    private readonly ConditionalWeakTable<HubView, ConcurrentDictionary<string, Lazy<Rendered>>> _documents = new();

    /// <param name="name">Tells documents of one view apart; from a bounded set, never straight from a request.</param>
    public Rendered Get(string name, Func<HubView, Rendered> render)
    {
        var view = current.Value;
        var documents = _documents.GetOrCreateValue(view);
        return documents.GetOrAdd(name, _ => new Lazy<Rendered>(() => render(view))).Value;
    }

    public Rendered Json<T>(string name, Func<HubView, T> read) => Get(name, view => new Rendered(Answer.JsonType, ApiJson.Bytes(read(view))));
}
