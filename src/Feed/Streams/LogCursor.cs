using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace StatusHub.Feed.Streams;

/// <summary>A place in the log as outsiders hold it: opaque text, so that what stands behind it may change.</summary>
public static class LogCursor
{
    private const string Mark = "c1.";
    private const int MaxLength = 64;

    public static string Of(long position) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Mark + position.ToString(CultureInfo.InvariantCulture)));

    public static bool TryParse(string? text, out long position)
    {
        position = 0;
        if (text is null or { Length: 0 or > MaxLength } || !Base64Url.IsValid(text))
        {
            return false;
        }

        var decoded = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text));
        return decoded.StartsWith(Mark, StringComparison.Ordinal)
            && long.TryParse(decoded.AsSpan(Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out position);
    }
}
