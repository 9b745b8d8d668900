using System.Text;

namespace StatusHub.Feed.CloudEvents.Syntax;

/// <summary>
/// What events say again and again (who sends, of what type, about which model), each kept once: an event is not read into new strings
/// every time, and thousands kept in memory share theirs. A text has one place; another that comes to it takes it.
/// </summary>
internal static class UsualText
{
    private const int Longest = 128;
    private const int Places = 1_024;

    private static readonly string?[] Kept = new string?[Places];

    /// <summary>The text of some bytes; null when they are not ASCII or too many to be usual.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Longest)
        {
            return null;
        }

        ref var place = ref Kept[PlaceOf(bytes)];
        var kept = place; // once: another thread may put its own there meanwhile
        return kept is not null && Ascii.Equals(bytes, kept) ? kept
            : Ascii.IsValid(bytes) ? place = Encoding.ASCII.GetString(bytes)
            : null;
    }

    private static int PlaceOf(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return (int)((uint)hash.ToHashCode() % Places);
    }
}
