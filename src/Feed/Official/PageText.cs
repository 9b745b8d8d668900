using System.Globalization;
using System.Text;
using System.Text.Json;
using StatusHub.Domain.Incidents;

namespace StatusHub.Feed.Official;

/// <summary>What the readers share: text and times as pages write them.</summary>
internal static class PageText
{
    private static readonly (string Word, IncidentPhase Phase)[] PhaseWords =
    [
        ("investigating", IncidentPhase.Investigating), ("identified", IncidentPhase.Identified), ("fixing", IncidentPhase.Identified),
        ("monitoring", IncidentPhase.Monitoring), ("mitigated", IncidentPhase.Monitoring), ("resolved", IncidentPhase.Resolved),
        ("completed", IncidentPhase.Resolved), ("postmortem", IncidentPhase.Resolved),
    ];

    /// <summary>The body as UTF-8; AWS sends UTF-16 with a byte order mark.</summary>
    public static ReadOnlyMemory<byte> Utf8(ReadOnlyMemory<byte> body) => body.Span switch
    {
        [0xFF, 0xFE, ..] => Encoding.Convert(Encoding.Unicode, Encoding.UTF8, body[2..].ToArray()),
        [0xFE, 0xFF, ..] => Encoding.Convert(Encoding.BigEndianUnicode, Encoding.UTF8, body[2..].ToArray()),
        [0xEF, 0xBB, 0xBF, ..] => body[3..],
        _ => body,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement element, string? name = null) =>
        name is null ? element.EnumerateArray().Take(PageReading.MaxItems)
        : element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Take(PageReading.MaxItems)
        : [];

    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static DateTimeOffset? Time(this JsonElement element, string name) => Time(element.Text(name));

    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    public static string Title(string? text, string otherwise = "An incident without a title")
    {
        var title = string.IsNullOrWhiteSpace(text) ? otherwise : text.Trim();
        return title.Length <= PageReading.MaxTitle ? title : title[..(char.IsHighSurrogate(title[PageReading.MaxTitle - 1]) ? PageReading.MaxTitle - 1 : PageReading.MaxTitle)];
    }

    /// <summary>The phase that words speak of: the first one named, as pages put the newest first.</summary>
    public static IncidentPhase Phase(string? words) => PhaseWords
        .Select(p => (p.Phase, At: words?.IndexOf(p.Word, StringComparison.OrdinalIgnoreCase) ?? -1))
        .Where(p => p.At >= 0).OrderBy(p => p.At).Select(p => p.Phase).FirstOrDefault(IncidentPhase.Investigating);
}
