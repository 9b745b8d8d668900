using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;

namespace StatusHub.Feed.Meaning.Otlp;

/// <summary>What became of an export.</summary>
/// <param name="Inbox">How the events it made were stored.</param>
/// <param name="Rejected">Points that could not be used.</param>
/// <param name="Message">Why, or what else its sender should know; null for nothing.</param>
public sealed record OtlpOutcome(InboxAnswer Inbox, int Rejected, string? Message);

/// <summary>Turns an organisation's metrics into telemetry events of that organisation: what is judged stands in the log, as everything does.</summary>
public sealed class OtlpIntake(MeasuredSeries series, EventInbox inbox, CloudEventJson publicUrls, Clocks clocks)
{
    /// <summary>The <c>source</c> of events made from metrics; with the organisation it stands in the log under, it is one sender's.</summary>
    public const string Source = "urn:statushub:opentelemetry";

    /// <summary>A series met for the first time tells of its whole life only if that began so lately.</summary>
    private static readonly TimeSpan YoungSeries = TimeSpan.FromMinutes(5);

    /// <summary>Points older than this are evidence of nothing that is now.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromHours(1);

    /// <summary>Points further ahead of our clock than this are not believed.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    public async Task<OtlpOutcome> TakeAsync(Guid orgId, OtlpExport export, CancellationToken cancel)
    {
        var names = await series.NamesAsync(orgId, cancel);
        var now = clocks.Now;
        var timely = export.Points.Select(p => p with { Start = Micro(p.Start), Time = Micro(p.Time) })
            .Where(p => p.Time > now - Behind && p.Time <= now + Ahead && p.Start <= p.Time && p.Count <= Meanings.MostRequests).ToList();
        var (deltas, marks) = await FreedAsync(orgId, timely, now, cancel);
        var (windows, unknown) = GenAiWindows.Fold(deltas, point => ModelOf(point, names));
        var stored = windows.Count == 0
            ? new InboxAnswer.Stored(0)
            : await inbox.AddAsync([.. windows.Select(w => EventOf(w, orgId))], sameIdIsSame: true);
        if (stored is InboxAnswer.Stored)
        {
            await series.SaveAsync(orgId, marks, cancel); // after the events: sent again, the same points make the same events
        }

        var rejected = export.Points.Count - timely.Count + unknown;
        return new OtlpOutcome(stored, rejected, rejected == 0 ? null
            : $"{rejected} points of {GenAi.Duration} name no model this hub watches, or a time that cannot be. {GenAi.RequestModel} must be a model of GET /api/v1/models or the wire name of one of your endpoints.");
    }

    // As exact as the marks are kept: a series would never be met again otherwise.
    private static DateTimeOffset Micro(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    /// <summary>Points as what happened since the last export, and where each counting series stands now.</summary>
    private async Task<(List<OtlpPoint> Deltas, List<SeriesMark> Marks)> FreedAsync(
        Guid orgId, List<OtlpPoint> points, DateTimeOffset now, CancellationToken cancel)
    {
        var counting = points.Where(p => p.IsCumulative).Select(p => (Series: GenAiWindows.SeriesOf(p), Point: p)).ToList();
        var known = await series.ReadAsync(orgId, [.. counting.Select(c => c.Series).Distinct()], cancel);
        var last = new Dictionary<string, SeriesMark>(known, StringComparer.Ordinal);
        var deltas = points.Where(p => !p.IsCumulative).ToList();
        foreach (var (name, point) in counting.OrderBy(c => c.Point.Time))
        {
            if (SinceLast(point, last.GetValueOrDefault(name), now) is { } delta)
            {
                deltas.Add(delta);
            }

            if (!(last.GetValueOrDefault(name)?.Time >= point.Time))
            {
                last[name] = new SeriesMark(name, point.Start, point.Time, point.Count);
            }
        }

        return (deltas, [.. last.Values.Where(m => known.GetValueOrDefault(m.Series) != m)]);
    }

    /// <summary>What a counting series counted since it was last heard of; null when that cannot be told, or it is old.</summary>
    private static OtlpPoint? SinceLast(OtlpPoint point, SeriesMark? last, DateTimeOffset now)
    {
        if (last is not null && last.Start == point.Start && last.Count <= point.Count)
        {
            return last.Time < point.Time ? point with { Start = last.Time, Count = point.Count - last.Count } : null;
        }

        return last?.Time >= point.Time || now - point.Start > YoungSeries ? null : point; // it began anew, or we hear of it for the first time
    }

    private static ModelId? ModelOf(OtlpPoint point, ModelNames names)
    {
        var provider = point[GenAi.Provider] ?? point[GenAi.System];
        return names.Find(provider, point[GenAi.RequestModel]) ?? names.Find(provider, point[GenAi.ResponseModel]);
    }

    private HubEvent EventOf(GenAiWindow window, Guid orgId)
    {
        var mark = SharingRules.Unmarked(EventTypes.Telemetry).WireName();
        var data = JsonSerializer.SerializeToUtf8Bytes(window.ToData());
        var end = window.Start.AddSeconds(window.Seconds);
        var made = new CloudEvent
        {
            Id = window.Id,
            Source = Source,
            Type = EventTypes.Telemetry,
            Subject = window.Model.Value,
            Time = CloudEventJson.TimeOf(end),
            DataContentType = "application/json",
            DataSchema = publicUrls.SchemaOf(EventTypes.Telemetry),
            Extensions = [new("tlp", mark)],
            Data = CloudEventData.Json(data),
        };
        return new HubEvent(made.Id, made.Source, made.Type, made.Subject, end, orgId, mark, default) { Envelope = JsonEventFormatter.EncodeStructuredModeMessage(made) };
    }
}
