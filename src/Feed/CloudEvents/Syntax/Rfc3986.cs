using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace StatusHub.Feed.CloudEvents.Syntax;

/// <summary>
/// The grammar of RFC 3986, and no more: nothing is resolved, normalised or escaped. The framework's parser takes a rooted path
/// for a file's address and a word with spaces for a relative one.
/// </summary>
internal static class Rfc3986
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string Unreserved = Letters + Digits + "-._~";
    private const string SubDelims = "!$&'()*+,;=";

    private static readonly SearchValues<char> Scheme = SearchValues.Create(Letters + Digits + "+-.");
    private static readonly SearchValues<char> UserInfo = SearchValues.Create(Unreserved + SubDelims + ":%");
    private static readonly SearchValues<char> RegName = SearchValues.Create(Unreserved + SubDelims + "%");
    private static readonly SearchValues<char> Path = SearchValues.Create(Unreserved + SubDelims + ":@/%");
    private static readonly SearchValues<char> Query = SearchValues.Create(Unreserved + SubDelims + ":@/?%");
    private static readonly SearchValues<char> Ipv6 = SearchValues.Create("0123456789ABCDEFabcdef:.");
    private static readonly SearchValues<char> IpFuture = SearchValues.Create(Unreserved + SubDelims + ":");

    /// <summary>
    /// A URI with its scheme. A fragment may follow: section 4.3 has none, but the JSON Schema published with CloudEvents takes
    /// it, and so schemas are addressed that way.
    /// </summary>
    public static bool IsAbsolute(ReadOnlySpan<char> text) => SchemeLength(text) is var length and > 0 && IsAfterScheme(text[(length + 1)..]);

    /// <summary>A URI, or a reference relative to one (section 4.1). The empty reference is one.</summary>
    public static bool IsReference(ReadOnlySpan<char> text)
    {
        if (SchemeLength(text) is var length and > 0)
        {
            return IsAfterScheme(text[(length + 1)..]);
        }

        // Without a scheme a colon in the first segment would be read as the end of one.
        var colon = text.IndexOf(':');
        var firstEnd = text.IndexOfAny('/', '?', '#');
        return (colon < 0 || (firstEnd >= 0 && firstEnd < colon)) && IsAfterScheme(text);
    }

    // 0: none.
    private static int SchemeLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExcept(Scheme);
        return end > 0 && text[end] == ':' && char.IsAsciiLetter(text[0]) ? end : 0;
    }

    private static bool IsAfterScheme(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('#') is var hash and >= 0)
        {
            if (!IsOf(Query, text[(hash + 1)..]))
            {
                return false;
            }

            text = text[..hash];
        }

        if (text.IndexOf('?') is var mark and >= 0)
        {
            if (!IsOf(Query, text[(mark + 1)..]))
            {
                return false;
            }

            text = text[..mark];
        }

        if (!text.StartsWith("//"))
        {
            return IsOf(Path, text);
        }

        var authority = text[2..];
        var slash = authority.IndexOf('/');
        return slash < 0 ? IsAuthority(authority) : IsAuthority(authority[..slash]) && IsOf(Path, authority[slash..]);
    }

    private static bool IsAuthority(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('@') is var at and >= 0)
        {
            if (!IsOf(UserInfo, text[..at]))
            {
                return false;
            }

            text = text[(at + 1)..];
        }

        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']');
            return close > 0 && IsLiteral(text[1..close]) && IsPort(text[(close + 1)..]);
        }

        var colon = text.IndexOf(':');
        return colon < 0 ? IsOf(RegName, text) : IsOf(RegName, text[..colon]) && IsPort(text[colon..]);
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && !text[1..].ContainsAnyExceptInRange('0', '9'));

    private static bool IsLiteral(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("v", StringComparison.OrdinalIgnoreCase))
        {
            return !text.ContainsAnyExcept(Ipv6)
                && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        var dot = text.IndexOf('.');
        return dot > 1 && dot < text.Length - 1 && IsHex(text[1..dot]) && !text[(dot + 1)..].ContainsAnyExcept(IpFuture);
    }

    private static bool IsOf(SearchValues<char> allowed, ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(allowed))
        {
            return false;
        }

        for (var percent = text.IndexOf('%'); percent >= 0; percent = text.IndexOf('%'))
        {
            if (percent + 2 >= text.Length || !IsHex(text.Slice(percent + 1, 2)))
            {
                return false;
            }

            text = text[(percent + 3)..];
        }

        return true;
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
