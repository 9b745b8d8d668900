using System.Buffers.Text;
using System.Globalization;

namespace StatusHub.Feed.CloudEvents.Syntax;

/// <summary>The canonical strings of the attribute types: CloudEvents 1.0.2, section 3.1.</summary>
public static class CanonicalText
{
    private const int Base64Group = 4;

    /// <summary>Whether the text is the canonical string of some value of the type.</summary>
    public static bool Is(CloudEventAttributeType type, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return type switch
        {
            CloudEventAttributeType.Integer => IsInteger(text),
            CloudEventAttributeType.Boolean => text is "true" or "false",
            CloudEventAttributeType.Binary => IsBase64(text),
            CloudEventAttributeType.Uri => Rfc3986.IsAbsolute(text),
            CloudEventAttributeType.UriReference => Rfc3986.IsReference(text),
            CloudEventAttributeType.Timestamp => Rfc3339.TryRead(text, out _),
            _ => IsString(text),
        };
    }

    /// <summary>No control characters, no noncharacters, no half of a surrogate pair.</summary>
    private static bool IsString(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExceptInRange(' ', '~'))
        {
            return true;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var scalar = (int)text[i];
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return false;
                }

                scalar = char.ConvertToUtf32(text[i], text[i + 1]);
                i++;
            }

            if (IsForbidden(scalar))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsForbidden(int scalar) =>
        scalar is <= 0x1F or (>= 0x7F and <= 0x9F) or (>= 0xFDD0 and <= 0xFDEF) || (scalar & 0xFFFE) == 0xFFFE;

    // The grammar of a JSON integer: no plus, no leading zero, no fraction.
    private static bool IsInteger(ReadOnlySpan<char> text)
    {
        var digits = text.StartsWith('-') ? text[1..] : text;
        return (digits.Length == 1 || !digits.StartsWith('0'))
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            && !text.StartsWith('+');
    }

    // The framework's own check is content with white space, RFC 4648 is not.
    private static bool IsBase64(ReadOnlySpan<char> text) =>
        text.Length % Base64Group == 0 && !text.ContainsAny(" \t\r\n") && Base64.IsValid(text);
}
