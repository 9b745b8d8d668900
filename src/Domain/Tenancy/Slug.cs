namespace StatusHub.Domain.Tenancy;

/// <summary>Names of organisations in addresses (<c>/o/{slug}</c>): <c>[a-z0-9-]{2,40}</c>, a letter or digit at both ends.</summary>
public static class Slug
{
    public const int MinLength = 2;

    public const int MaxLength = 40;

    /// <summary>Names that would look as if the hub itself spoke, or that addresses of the hub may need.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        Organisation.OperatorSlug, "admin", "anonymous", "api", "badge", "console", "docs", "feed", "health", "hub", "hubs", "incidents",
        "live", "login", "metrics", "models", "new", "null", "openapi", "problems", "public", "root", "scores", "security", "settings",
        "status", "statushub", "subscribe", "support", "system", "undefined", "www",
    };

    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is >= MinLength and <= MaxLength
            && text[0] != '-' && text[^1] != '-'
            && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
    }

    /// <summary>True for a name no organisation may take.</summary>
    public static bool IsReserved(string text) => Reserved.Contains(text);
}
