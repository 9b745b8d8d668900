using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using StatusHub.Web.Live;

namespace StatusHub.Web.Access;

/// <summary>
/// A browser's event source and WebSocket cannot set headers, so a key comes as <c>access_token</c> in the address. It is moved into the
/// header it belongs in before anything sees the request: whatever is logged of an address, at whatever level, holds no key. On other
/// paths it is masked, and whoever refuses such calls still sees that there was one.
/// </summary>
internal sealed class KeysOutOfAddresses(IServiceProvider services) : IHttpContextFactory
{
    /// <summary>Name of the parameter (RFC 6750, section 2.3).</summary>
    private const string Parameter = "access_token";

    private const string Mask = ApiKeys.KeyStart + "masked";

    /// <summary>What is read by clients that cannot set headers.</summary>
    private static readonly PathString[] Welcome = ["/feed/stream", HealthHubSetup.Path];

    private readonly DefaultHttpContextFactory _inner = new(services);

    public HttpContext Create(IFeatureCollection featureCollection)
    {
        if (featureCollection.Get<IHttpRequestFeature>() is { QueryString.Length: > 1 } request && MayHoldKey(request.QueryString))
        {
            Clean(request);
        }

        return _inner.Create(featureCollection);
    }

    public void Dispose(HttpContext httpContext) => _inner.Dispose(httpContext);

    private static bool MayHoldKey(string query) =>
        query.Contains(Parameter, StringComparison.OrdinalIgnoreCase) || query.Contains(ApiKeys.KeyStart, StringComparison.Ordinal) || query.Contains('%');

    private static void Clean(IHttpRequestFeature request)
    {
        var isWelcome = Array.Exists(Welcome, path => new PathString(request.Path).StartsWithSegments(path));
        var kept = new List<string>();
        string? key = null;
        foreach (var part in request.QueryString[1..].Split('&'))
        {
            var (name, value) = Decoded(part);
            var isToken = name.Equals(Parameter, StringComparison.OrdinalIgnoreCase);
            if (isToken && isWelcome)
            {
                key ??= value.Length > 0 ? value : null;
            }
            else
            {
                kept.Add(isToken || value.StartsWith(ApiKeys.KeyStart, StringComparison.Ordinal) ? $"{Uri.EscapeDataString(name)}={Mask}" : part);
            }
        }

        request.QueryString = kept.Count > 0 ? "?" + string.Join('&', kept) : "";
        request.RawTarget = request.RawTarget.Split('?')[0] + request.QueryString;
        if (key is not null && !request.Headers.ContainsKey(HeaderNames.Authorization))
        {
            request.Headers.Authorization = "Bearer " + key;
        }
    }

    private static (string Name, string Value) Decoded(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (Uri.UnescapeDataString(part), "") : (Uri.UnescapeDataString(part[..at]), Uri.UnescapeDataString(part[(at + 1)..].Replace('+', ' ')));
    }
}
