using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace StatusHub.Feed.CloudEvents.Http;

/// <summary>How an attribute's text stands in a header: CloudEvents 1.0.2, HTTP binding, section 3.1.3.2.</summary>
public static class HeaderCoding
{
    private const int EscapeLength = 3;

    // Printable ASCII but for the space, the quote and the percent sign.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c is not ('"' or '%'))]);

    /// <summary>Whether the text stands in a header as it is, so that a receiver that knows no coding reads it too.</summary>
    public static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(Plain);

    /// <summary>Percent-codes, in upper case, what is not plain; half a surrogate pair becomes U+FFFD.</summary>
    public static string EncodeHeaderValue(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsPlain(text))
        {
            return text;
        }

        var header = new StringBuilder(text.Length * 2);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsBmp && Plain.Contains((char)rune.Value))
            {
                header.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                header.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return header.ToString();
    }

    /// <summary>Undoes quotes, then one round of percent-coding, needless ones too. The text may still be none an attribute takes.</summary>
    /// <returns>False for an open quote, an incomplete escape, escapes that are not UTF-8, or anything outside ASCII.</returns>
    public static bool TryDecodeHeaderValue(string header, [NotNullWhen(true)] out string? text)
    {
        ArgumentNullException.ThrowIfNull(header);
        text = null;
        var bare = header.Trim(' ', '\t');
        return Ascii.IsValid(bare)
            && (!bare.Contains('"') || TryUnquote(bare, out bare))
            && (bare.Contains('%') ? TryUnescape(bare, out text) : (text = bare) is not null);
    }

    // RFC 7230, section 3.2.6: a backslash escapes inside quotes only.
    private static bool TryUnquote(string header, [NotNullWhen(true)] out string? bare)
    {
        bare = null;
        var text = new StringBuilder(header.Length);
        var isQuoted = false;
        for (var i = 0; i < header.Length; i++)
        {
            if (header[i] == '"')
            {
                isQuoted = !isQuoted;
                continue;
            }

            if (isQuoted && header[i] == '\\' && ++i == header.Length)
            {
                return false;
            }

            text.Append(header[i]);
        }

        bare = isQuoted ? null : text.ToString();
        return bare is not null;
    }

    private static bool TryUnescape(string header, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var utf8 = new byte[header.Length];
        var length = 0;
        for (var i = 0; i < header.Length; i++)
        {
            if (header[i] != '%')
            {
                utf8[length++] = (byte)header[i];
                continue;
            }

            if (i + EscapeLength > header.Length
                || !char.IsAsciiHexDigit(header[i + 1]) || !char.IsAsciiHexDigit(header[i + 2]))
            {
                return false;
            }

            utf8[length++] = byte.Parse(header.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            i += EscapeLength - 1;
        }

        // What stands raw is ASCII, so a sequence broken off by it is not UTF-8 either.
        text = Utf8.IsValid(utf8.AsSpan(0, length)) ? Encoding.UTF8.GetString(utf8, 0, length) : null;
        return text is not null;
    }
}
