using System.Text.RegularExpressions;

namespace StatusHub.Probes.Dialects;

/// <summary>
/// Builds a dialect's addresses from the base address people write: with or without a slash at the end, with or without the version, or
/// the whole address of the call, copied from a manual.
/// </summary>
internal static partial class BaseAddress
{
    private const int MatchMilliseconds = 1000;

    public static bool TryParse(string url, out Uri address) =>
        Uri.TryCreate(url.Trim(), UriKind.Absolute, out address!)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.Host.Length > 0;

    /// <param name="call">The call that streams, without version (<c>chat/completions</c>): cut off where the address already ends in it.</param>
    /// <param name="path">The path wanted, without version.</param>
    public static Uri At(Uri address, string call, string path)
    {
        var root = address.AbsolutePath.TrimEnd('/');
        if (root.EndsWith("/" + call, StringComparison.Ordinal))
        {
            root = root[..^(call.Length + 1)];
        }
        else if (!Version().IsMatch(root))
        {
            root += "/v1";
        }

        return new UriBuilder(address) { Path = $"{root}/{path}", UserName = "", Password = "", Fragment = "" }.Uri;
    }

    /// <summary>A version anywhere: <c>/v1</c>, <c>/api/v1</c>, <c>/v1beta/openai</c>, <c>/api/paas/v4</c>.</summary>
    [GeneratedRegex("/v[0-9]+[a-z0-9]*(?:/|$)", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex Version();
}
