using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StatusHub.Domain.Events;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Official;

namespace StatusHub.Feed.Meaning;

/// <summary>
/// Turns others' events into evidence as they come into the log: every node tries, one at a time is let. Woken by the log's tail; looks by itself
/// besides, because alarms come due and evidence fades with nothing said.
/// </summary>
public sealed partial class EvidenceIntake(
    OutsideEvidence evidence, CloudEventJson events, LogTail tail, Clocks clocks, ILogger<EvidenceIntake> logger) : BackgroundService
{
    /// <summary>Longest wait (real) between two looks.</summary>
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);

    /// <summary>The facts of one logged event, as of the hub it says it last came from; none for one of the hub's own, but for what it read on a provider's page.</summary>
    public IReadOnlyList<HeardFact> MeaningOf(LoggedEvent logged)
    {
        if (logged.Event is { OrgId: null, Envelope: null, Type: EventTypes.Official })
        {
            return [OfficialMeaning.FactOf(logged)];
        }

        if (logged.Event is not { OrgId: { } orgId, Envelope: not null } || !KnownTypes.IsEvidence(logged.Event.Type))
        {
            return [];
        }

        try
        {
            return Meaning(logged, orgId);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Unreadable(logger, logged.Position, e); // what cannot be read is no evidence, and must not stop what comes after it
            return [];
        }
    }

    private HeardFact[] Meaning(LoggedEvent logged, Guid orgId)
    {
        var cloudEvent = events.EventOf(logged);
        var path = cloudEvent.Extension(HubPath.AttributeName)?.Text;
        var by = new Reporter(orgId, HubPath.TryParse(path, out var hubs) ? hubs.Last ?? "" : "");
        var heardIn = new HeardIn(logged.Position, logged.Event.Source, logged.Event.Id);
        var isPublic = SharingRules.TryParse(logged.Event.Tlp, out var mark) && mark == SharingMark.Clear;
        return [.. KnownTypes.FactsOf(cloudEvent, logged.RecordedAt)
            .Where(_ => path is not null || logged.Event.Type != EventTypes.ModelStatus)
            .Select(fact => new HeardFact(by, path is not null, heardIn, isPublic, logged.RecordedAt, fact))];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = 0L;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                seen = tail.Position; // before the tail has read anything there may be no tables yet
                if (tail.LastReadAt is not null && await evidence.AdvanceAsync(MeaningOf, stoppingToken) == IntakeStep.Moved)
                {
                    continue;
                }
            }
            catch (Exception e) when (e is DbException || DatabaseAbsence.IsBehind(e))
            {
                Log.Away(logger, e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await WaitAsync(seen, stoppingToken);
        }
    }

    private async Task WaitAsync(long seen, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var look = Task.Delay(LooksEvery, clocks.Real, limit.Token);
        await Task.WhenAny(tail.WhenKnownBeyondAsync(seen), look);
        await limit.CancelAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Others' evidence cannot be taken in: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The event at position {Position} cannot be read as evidence and is passed over")]
        public static partial void Unreadable(ILogger logger, long position, Exception cause);
    }
}
