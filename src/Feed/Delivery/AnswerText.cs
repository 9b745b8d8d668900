using System.Globalization;
using System.Text;

namespace StatusHub.Feed.Delivery;

/// <summary>What a receiver answered, made safe to keep and to show: it chose the bytes.</summary>
public static class AnswerText
{
    /// <summary>Bytes of an answer that are kept.</summary>
    public const int MaxBytes = 200;

    /// <returns>The beginning as text, with control characters and bytes that are no UTF-8 escaped or replaced; null for an empty answer.</returns>
    public static string? Of(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxBytes)]);
        if (text.Length == 0)
        {
            return null;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => safe.Append("\\n"),
                '\r' => safe.Append("\\r"),
                '\t' => safe.Append("\\t"),
                _ when IsUnsafe(c) => safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => safe.Append(c),
            };
        }

        return safe.ToString();
    }

    // Format characters too: they turn the reading order round.
    private static bool IsUnsafe(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
