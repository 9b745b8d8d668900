using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;

namespace StatusHub.Feed.Ingest;

/// <summary>
/// An event as it is kept and as it leaves again: one form for each content, in whatever mode and order of attributes it came, so
/// that the same event sent twice is the same bytes.
/// </summary>
public static class Envelope
{
    /// <summary>The event for the log, its envelope with attributes in order and its mark written into it. The data's bytes are its sender's.</summary>
    /// <param name="now">Hub time, for an event that has none of its own.</param>
    public static HubEvent Of(CloudEvent e, Guid orgId, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(e);
        var mark = e[IngestRules.Mark] ?? SharingRules.Unmarked(e.Type).WireName();
        return new HubEvent(e.Id, e.Source, e.Type, e.Subject, e.Instant ?? now, orgId, mark, default)
        {
            Envelope = JsonEventFormatter.EncodeKnownValid(Canonical(e, mark)),
        };
    }

    private static CloudEvent Canonical(CloudEvent e, string mark)
    {
        var extensions = new List<CloudEventExtension>(e.Extensions.Count + 1);
        extensions.AddRange(e.Extensions);
        if (e.Extension(IngestRules.Mark) is null)
        {
            extensions.Add(new CloudEventExtension(IngestRules.Mark, mark));
        }

        extensions.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return e with { Extensions = extensions, Data = Trimmed(e.Data) };
    }

    // A body may end in a line break; the value in it does not.
    private static CloudEventData? Trimmed(CloudEventData? data) =>
        data?.Kind == CloudEventDataKind.Json ? CloudEventData.Json(data.Bytes.Trim(" \t\r\n"u8)) : data;
}
