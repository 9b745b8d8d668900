using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Feed.CloudEvents;

/// <summary>What may stand in <c>source</c>: a URI-reference that is not empty (CloudEvents 1.0.2, REQUIRED attributes).</summary>
public static class EventSource
{
    /// <summary>Longest source this hub registers, in characters.</summary>
    public const int MaxLength = 512;

    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= MaxLength && Rfc3986.IsReference(text);
    }
}
