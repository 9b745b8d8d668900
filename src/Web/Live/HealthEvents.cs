using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Web.Access;

namespace StatusHub.Web.Live;

/// <summary>Follows the log for the clients of <see cref="HealthHub"/>: advice, escalations and signals, to each of them that may read it.</summary>
internal sealed partial class HealthEvents(
    LogTail tail, HealthAudience audience, CloudEventJson json, ApiKeys keys, Readers readers, Clocks clocks,
    IOptions<HealthHubOptions> options, ILogger<HealthEvents> logger) : BackgroundService
{
    private const int PageSize = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await tail.CaughtUp.WaitAsync(stoppingToken);
        for (var position = tail.Position; !stoppingToken.IsCancellationRequested;)
        {
            await tail.WhenBeyondAsync(position).WaitAsync(stoppingToken);
            try
            {
                var (page, reached) = await tail.ReadTypesAsync(position, tail.Position, EventTypes.All, PageSize, stoppingToken);
                foreach (var logged in page)
                {
                    await TellAsync(logged, stoppingToken);
                    position = logged.Position;
                }

                position = reached;
            }
            catch (Exception e) when (e is DbException || DatabaseAbsence.IsBehind(e))
            {
                Log.Unreadable(logger, e.Message); // from where it stopped, when the database is back
                await Task.Delay(TimeSpan.FromSeconds(options.Value.SlowSeconds), clocks.Real, stoppingToken);
            }
        }
    }

    private async Task TellAsync(LoggedEvent logged, CancellationToken stop)
    {
        if (Of(logged) is not { } e)
        {
            return;
        }

        foreach (var listener in audience.Listeners)
        {
            if (SharingRules.MayRead(logged.Event, EventReader.Anyone) || SharingRules.MayRead(logged.Event, await ReaderAsync(listener.Key, stop)))
            {
                listener.Put(e);
            }
        }
    }

    // Asked for each event: a revoked key hears nothing private any more, however long its connection lasts.
    private async ValueTask<EventReader> ReaderAsync(string? key, CancellationToken stop) =>
        key is not null && await keys.FindAsync(key, stop) is { } holder && holder.Scopes.Contains(Scopes.Read, StringComparer.Ordinal)
            ? await readers.OfAsync(holder.OrgId, stop)
            : EventReader.Anyone;

    private HealthEvent? Of(LoggedEvent logged) => logged.Event.Type switch
    {
        EventTypes.Fallback => new("FallbackChanged", $"{logged.Event.Source} {logged.Event.Subject}", logged.Event.Subject, Json(logged)),
        EventTypes.Escalation => new("EscalationChanged", logged.Event.Id, logged.Event.Subject, Json(logged)),
        EventTypes.Signal => new("SignalRaised", $"{logged.Event.Source} {logged.Event.Id}", logged.Event.Subject, Json(logged)),
        _ => null,
    };

    private JsonElement Json(LoggedEvent logged)
    {
        using var document = JsonDocument.Parse(json.Structured(logged));
        return document.RootElement.Clone();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The clients of the health hub miss events while the log cannot be read: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}
