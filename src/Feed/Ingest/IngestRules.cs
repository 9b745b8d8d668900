using StatusHub.Domain.Sharing;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Meaning;

namespace StatusHub.Feed.Ingest;

/// <summary>What the hub asks of an event beyond CloudEvents itself: pure rules, in the order they are answered.</summary>
public static class IngestRules
{
    /// <summary>Name of the extension that says how far an event may travel (<see cref="SharingMark"/>).</summary>
    public const string Mark = "tlp";

    /// <summary>The first thing wrong with the events, or null for events to be stored.</summary>
    /// <param name="events">Valid ones, as decoded.</param>
    /// <param name="isBatch">Whether pointers begin with an index.</param>
    /// <param name="hubSource">The source only the hub itself speaks for.</param>
    /// <param name="now">Hub time.</param>
    public static IngestError? Check(IReadOnlyList<CloudEvent> events, bool isBatch, Sender sender, string hubSource, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(sender);
        return First(events, isBatch, e => Unfit(e) ?? WrongMark(e))
            ?? First(events, isBatch, e => NotTheirs(e, sender, hubSource))
            ?? First(events, isBatch, e => FromTheFuture(e, now) ?? WrongData(e));
    }

    /// <summary>What makes an event unfit for the log whoever sends it; null for nothing.</summary>
    public static IngestError? Unfit(CloudEvent e) => TooLong(e) ?? DataText.Check(e);

    private static IngestError? First(IReadOnlyList<CloudEvent> events, bool isBatch, Func<CloudEvent, IngestError?> rule)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (rule(events[i]) is { } error)
            {
                return isBatch ? error.InBatch(i) : error;
            }
        }

        return null;
    }

    private static IngestError? TooLong(CloudEvent e) =>
        TooLong("/id", e.Id, IngestLimits.IdLength)
        ?? TooLong("/source", e.Source, IngestLimits.SourceLength)
        ?? TooLong("/type", e.Type, IngestLimits.TypeLength)
        ?? TooLong("/subject", e.Subject, IngestLimits.SubjectLength)
        ?? (e.Extensions.Count <= IngestLimits.Extensions
            ? null
            : IngestError.At(IngestFault.Malformed, "", "extensions", $"An event has at most {IngestLimits.Extensions} extension attributes."));

    private static IngestError? TooLong(string path, string? value, int limit) =>
        value?.Length > limit ? IngestError.At(IngestFault.Malformed, path, "length", $"At most {limit} characters.") : null;

    private static IngestError? WrongMark(CloudEvent e) =>
        e.Extension(Mark) is { } mark && (mark.Type != CloudEventAttributeType.String || !SharingRules.TryParse(mark.Text, out _))
            ? IngestError.At(IngestFault.Malformed, "/" + Mark, "value", "Must be clear, green, amber or red.")
            : null;

    private static IngestError? NotTheirs(CloudEvent e, Sender sender, string hubSource) =>
        e.Source == hubSource || !sender.SpeaksFor(e.Source)
            ? IngestError.At(IngestFault.SourceNotOwned, "/source", "source-not-owned", "The key may not speak for this source.")
            : sender.MaySend(e.Type)
                ? null
                : IngestError.At(IngestFault.TypeReserved, "/type", "type-reserved", "Events of this type are not this key's to send.");

    private static IngestError? FromTheFuture(CloudEvent e, DateTimeOffset now) =>
        e.Instant > now + IngestLimits.Ahead
            ? IngestError.At(IngestFault.TimeFuture, "/time", "time-future", $"More than {IngestLimits.Ahead.TotalMinutes:0} minutes ahead of the hub's clock.")
            : null;

    private static IngestError? WrongData(CloudEvent e) =>
        KnownTypes.Check(e) is { Count: > 0 } places ? new IngestError(IngestFault.Data, [.. places.Select(p => new DataError(p.Pointer, p.Code, p.Detail))]) : null;
}
