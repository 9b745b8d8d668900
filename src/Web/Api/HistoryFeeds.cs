using System.Globalization;
using System.Text;
using System.Xml;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Judging;
using StatusHub.Web.Public;

namespace StatusHub.Web.Api;

/// <summary>The newest incidents as RSS 2.0 and Atom (RFC 4287), for people and for tools that read nothing else. Drills are left out.</summary>
internal static class HistoryFeeds
{
    public const int MaxEntries = 50;

    private const string Atom = "http://www.w3.org/2005/Atom";

    private static readonly XmlWriterSettings Writing = new() { Encoding = new UTF8Encoding(false), Indent = true };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/history.rss", Verbs.Read, (RenderedDocuments documents, IOptions<HubOptions> hub) =>
                documents.Get("history.rss", view => new Rendered("application/rss+xml; charset=utf-8", WriteRss(view, hub.Value.PublicUrl))))
            .WithTags("History").WithSummary("The newest incidents as RSS").Produces(200, contentType: "application/rss+xml");
        routes.MapMethods("/history.atom", Verbs.Read, (RenderedDocuments documents, IOptions<HubOptions> hub) =>
                documents.Get("history.atom", view => new Rendered("application/atom+xml; charset=utf-8", WriteAtom(view, hub.Value.PublicUrl))))
            .WithTags("History").WithSummary("The newest incidents as Atom").Produces(200, contentType: "application/atom+xml");
    }

    private static byte[] WriteRss(HubView view, string url) => Write(xml =>
    {
        xml.WriteStartElement("rss");
        xml.WriteAttributeString("version", "2.0");
        xml.WriteAttributeString("xmlns", "atom", null, Atom);
        xml.WriteStartElement("channel");
        Element(xml, "title", $"{view.Name}: incidents");
        Element(xml, "link", $"{url}/incidents");
        Element(xml, "description", $"Incidents of the AI models that {view.Name} watches.");
        xml.WriteStartElement("atom", "link", Atom);
        xml.WriteAttributeString("href", $"{url}/history.rss");
        xml.WriteAttributeString("rel", "self");
        xml.WriteAttributeString("type", "application/rss+xml");
        xml.WriteEndElement();
        foreach (var i in Newest(view))
        {
            xml.WriteStartElement("item");
            Element(xml, "title", i.Title);
            Element(xml, "link", $"{url}/incidents/{i.Id}");
            xml.WriteStartElement("guid");
            xml.WriteAttributeString("isPermaLink", "true");
            xml.WriteString($"{url}/incidents/{i.Id}");
            xml.WriteEndElement();
            Element(xml, "pubDate", i.DetectedAt.UtcDateTime.ToString("R", CultureInfo.InvariantCulture));
            Element(xml, "description", Story(i));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    private static byte[] WriteAtom(HubView view, string url) => Write(xml =>
    {
        xml.WriteStartElement("feed", Atom);
        Element(xml, "id", $"{url}/incidents");
        Element(xml, "title", $"{view.Name}: incidents");
        Element(xml, "updated", ApiJson.Time(Newest(view).Select(ChangedAt).DefaultIfEmpty(view.AsOf).Max()));
        AtomLink(xml, "self", $"{url}/history.atom");
        AtomLink(xml, "alternate", $"{url}/incidents");
        xml.WriteStartElement("author");
        Element(xml, "name", view.Name);
        xml.WriteEndElement();
        foreach (var i in Newest(view))
        {
            xml.WriteStartElement("entry");
            Element(xml, "id", $"urn:uuid:{i.Id}");
            Element(xml, "title", i.Title);
            Element(xml, "published", ApiJson.Time(i.DetectedAt));
            Element(xml, "updated", ApiJson.Time(ChangedAt(i)));
            AtomLink(xml, "alternate", $"{url}/incidents/{i.Id}");
            Element(xml, "content", Story(i));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    });

    private static byte[] Write(Action<XmlWriter> content)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, Writing))
        {
            content(xml);
        }

        return stream.ToArray();
    }

    private static IEnumerable<IncidentView> Newest(HubView view) =>
        view.Incidents.Where(i => !i.Drill).OrderByDescending(i => i.StartedAt).Take(MaxEntries);

    private static DateTimeOffset ChangedAt(IncidentView i) => i.Updates.Select(u => u.At).Append(i.ResolvedAt ?? i.DetectedAt).Max();

    private static string Story(IncidentView i)
    {
        var models = string.Join(", ", i.Impacts.Select(m => $"{m.ModelName} ({m.Worst.WireName().Replace('_', ' ')})"));
        var updates = i.Updates.Select(u => $"{u.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {IncidentJson.WireName(u.Phase)}: {u.Body}");
        return string.Join("\n\n", updates.Prepend($"Affected: {models}"));
    }

    // As plain text, which XML readers show unharmed; characters XML cannot carry are shown as replaced.
    private static void Element(XmlWriter xml, string name, string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var c = rune.Value;
            var allowed = c is 0x9 or 0xA or 0xD or >= 0x20 and <= 0xD7FF or >= 0xE000 and <= 0xFFFD or >= 0x10000;
            safe.Append(allowed ? rune.ToString() : "\uFFFD");
        }

        xml.WriteElementString(name, safe.ToString());
    }

    private static void AtomLink(XmlWriter xml, string rel, string href)
    {
        xml.WriteStartElement("link");
        xml.WriteAttributeString("rel", rel);
        xml.WriteAttributeString("href", href);
        xml.WriteEndElement();
    }
}
