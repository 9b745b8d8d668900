using System.Xml;
using System.Xml.Linq;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Feed.Official;

/// <summary>
/// RSS 2.0 or Atom, of pages that give nothing better: an entry is an incident, its words say how far it is. They do not say how bad, so it counts as
/// degraded; what is named in a title is what the operator has given words for.
/// </summary>
internal static class SyndicationPage
{
    private const int MaxCharacters = 8 * 1024 * 1024;

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    public static OfficialReport? Read(ReadOnlyMemory<byte> body, IEnumerable<string> words, DateTimeOffset now)
    {
        // No entities, no documents from elsewhere: the page is somebody else's.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters };
        try
        {
            using var stream = new MemoryStream(body.ToArray());
            using var reader = XmlReader.Create(stream, settings);
            var root = XDocument.Load(reader).Root!;
            var entries = root.Name == Atom + "feed" ? root.Elements(Atom + "entry").Select(OfAtom)
                : root.Name == "rss" ? root.Element("channel")?.Elements("item").Select(OfRss)
                : null;
            return entries is null ? null : new OfficialReport([], [.. entries.Take(PageReading.MaxItems).Where(e => IsOpen(e, now)).Select(e => Incident(e, words))]);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static Entry OfAtom(XElement e) => new(
        e.Element(Atom + "id")?.Value, e.Element(Atom + "title")?.Value, e.Element(Atom + "content")?.Value ?? e.Element(Atom + "summary")?.Value,
        PageText.Time(e.Element(Atom + "published")?.Value), PageText.Time(e.Element(Atom + "updated")?.Value));

    private static Entry OfRss(XElement e) => new(
        e.Element("guid")?.Value ?? e.Element("link")?.Value, e.Element("title")?.Value, e.Element("description")?.Value,
        PageText.Time(e.Element("pubDate")?.Value), null);

    private static bool IsOpen(Entry e, DateTimeOffset now) =>
        PhaseOf(e) < IncidentPhase.Resolved && (e.Updated ?? e.Published) is { } said && said > now - PageReading.Forgotten;

    private static OfficialIncident Incident(Entry e, IEnumerable<string> words) => new(
        e.Id ?? e.Title ?? "", PageText.Title(e.Title), PhaseOf(e), HealthState.DegradedPerformance, e.Published,
        [.. words.Where(w => e.Title?.Contains(w, StringComparison.OrdinalIgnoreCase) is true)]);

    // A feed gives the newest update first; "resolved" in the title counts before what stood below it.
    private static IncidentPhase PhaseOf(Entry e)
    {
        var title = PageText.Phase(e.Title);
        return title > IncidentPhase.Investigating ? title : PageText.Phase(e.Text);
    }

    private sealed record Entry(string? Id, string? Title, string? Text, DateTimeOffset? Published, DateTimeOffset? Updated);
}
