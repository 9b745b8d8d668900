using Microsoft.Extensions.Primitives;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.CloudEvents.Json;

namespace StatusHub.Feed.Ingest;

/// <summary>From a request to events for the log: pure, and all or nothing.</summary>
public static class Arrival
{
    private static readonly IngestError TooLong = IngestError.At(
        IngestFault.TooLarge, "", "size", $"Written as JSON the event is more than {IngestLimits.EnvelopeBytes} bytes: send such data as binary.");

    internal static readonly BatchLimits Limits = new(IngestLimits.BatchEvents, IngestLimits.EventBytes);

    /// <summary>The events of a request, or why none of them is taken.</summary>
    /// <param name="hubSource">The source only the hub itself speaks for.</param>
    /// <param name="now">Hub time.</param>
    public static (IReadOnlyList<HubEvent> Events, IngestError? Error) Read(
        IEnumerable<KeyValuePair<string, StringValues>> headers, ReadOnlyMemory<byte> body, Sender sender, string hubSource, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(sender);
        if (!HttpEventDecoder.TryDecode(headers, body, out var events, out var wrong, Limits))
        {
            return ([], IngestError.Of(wrong));
        }

        var isBatch = HttpEventDecoder.ModeOf(headers) == ContentMode.Batch;
        if (IngestRules.Check(events, isBatch, sender, hubSource, now) is { } error)
        {
            return ([], error);
        }

        HubEvent[] kept = [.. events.Select(e => Envelope.Of(e, sender.OrgId, now))];
        var large = Array.FindIndex(kept, e => e.Size > IngestLimits.EnvelopeBytes);
        return large < 0 ? (kept, null) : ([], isBatch ? TooLong.InBatch(large) : TooLong);
    }
}
