using System.Globalization;
using System.Text.Json.Nodes;

namespace StatusHub.Web.Console.Contracts;

/// <summary>Numbers as people type them: what is none stays text, and is then refused with its place.</summary>
internal static class FormNumbers
{
    private const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>Null for nothing.</summary>
    public static JsonNode? Number(string text) =>
        text.Trim() is not { Length: > 0 } given ? null : decimal.TryParse(given, Style, CultureInfo.InvariantCulture, out var number) ? number : given;

    /// <summary>Per cent as a share.</summary>
    public static JsonNode? Share(string text) =>
        text.Trim().TrimEnd('%') is not { Length: > 0 } given ? null : decimal.TryParse(given, Style, CultureInfo.InvariantCulture, out var number) ? number / 100 : given;
}
