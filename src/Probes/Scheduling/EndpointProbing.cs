using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Probes.Scheduling;

/// <summary>Probes stored endpoints, on schedule and by hand: probe, record, plan the next one.</summary>
public sealed partial class EndpointProbing(
    RunProbe probe,
    EvidenceWriter writer,
    SystemDb system,
    CredentialVault vault,
    JudgingPolicy policy,
    Clocks clocks,
    IOptions<ScheduleOptions> options,
    ILogger<EndpointProbing> logger)
{
    private readonly ConcurrentDictionary<Guid, Lane> _lanes = new();
    private readonly ConcurrentDictionary<Task, bool> _underWay = new();

    internal IReadOnlyCollection<Lane> Lanes => [.. _lanes.Values];

    /// <summary>Takes an endpoint on, or takes over what its owner changed.</summary>
    internal Lane Adopt(Endpoint endpoint)
    {
        return _lanes.AddOrUpdate(
            endpoint.Id,
            static (_, changed) => new Lane(changed),
            static (_, lane, changed) => lane.IsStillTrueOf(changed) ? lane.Updated(changed) : new Lane(changed),
            endpoint);
    }

    internal void Drop(Guid endpointId) => _lanes.TryRemove(endpointId, out _);

    /// <summary>Begins a scheduled probe and does not wait for it, so that a hanging endpoint delays no other.</summary>
    /// <param name="planned">Told the lane when its next gap is known.</param>
    internal void Begin(Guid endpointId, Func<Lane, Task> planned, CancellationToken stop)
    {
        if (!_lanes.TryGetValue(endpointId, out var lane) || _underWay.Count >= options.Value.MaxInFlight
            || !lane.TryEnter(options.Value.MaxInFlightPerEndpoint))
        {
            return; // what is under way will say what to think of it
        }

        var task = RunAsync(lane, planned, stop);
        _underWay.TryAdd(task, true);
        _ = task.ContinueWith(done => _underWay.TryRemove(done, out _), TaskScheduler.Default);
        if (task.IsCompleted)
        {
            _underWay.TryRemove(task, out _);
        }
    }

    /// <summary>Probes an endpoint that this process has adopted and waits until the outcome is recorded.</summary>
    /// <returns>The time until its next probe, in hub time.</returns>
    public async Task<TimeSpan> ProbeAsync(Guid endpointId, CancellationToken cancel)
    {
        var lane = _lanes[endpointId];
        await ProbeLaneAsync(lane, cancel);
        return lane.Plan.Gap;
    }

    /// <summary>Probes one endpoint now, outside its schedule, and records what was seen; null when there is no such endpoint.</summary>
    public async Task<ProbeOutcome?> ProbeNowAsync(Guid orgId, Guid endpointId, CancellationToken cancel)
    {
        await using var db = system.Open();
        var endpoint = await db.Endpoints.AsNoTracking().SingleOrDefaultAsync(e => e.OrgId == orgId && e.Id == endpointId, cancel);
        if (endpoint is null)
        {
            return null;
        }

        var outcome = await probe.ProbeAsync(ProbeTarget.Of(endpoint, vault.Open(endpoint.Credential), endpoint.Probe, baseGrid: false), cancel);
        await writer.RecordAsync(outcome, cancel);
        return outcome;
    }

    /// <summary>Waits for probes under way, at most as long as a stopping node may.</summary>
    internal async Task DrainAsync() =>
        await Task.WhenAny(Task.WhenAll(_underWay.Keys), Task.Delay(TimeSpan.FromSeconds(options.Value.DrainSeconds), clocks.Real));

    private async Task RunAsync(Lane lane, Func<Lane, Task> planned, CancellationToken stop)
    {
        try
        {
            await ProbeLaneAsync(lane, stop);
            await planned(lane);
        }
        catch (OperationCanceledException)
        {
            return; // the node stops, or gave the endpoint away
        }
        catch (Exception e)
        {
            Log.Broken(logger, e, lane.Endpoint.Id);
        }
        finally
        {
            lane.Leave();
        }
    }

    private async Task ProbeLaneAsync(Lane lane, CancellationToken cancel)
    {
        var endpoint = lane.Endpoint;
        var target = ProbeTarget.Of(endpoint, vault.Open(endpoint.Credential), lane.Plan.Rung, lane.IsOnGrid(clocks.Now));
        var outcome = await probe.ProbeAsync(target, cancel);
        var recorded = await writer.RecordAsync(outcome, cancel);
        var siblings = _lanes.Values.Count(l => l.Endpoint.Model == endpoint.Model);
        var (plan, pauseChanged) = lane.Fold(outcome, recorded, policy, siblings, clocks.Now);
        if (pauseChanged)
        {
            await TellOwnerAsync(endpoint, plan.PausedBecause, cancel);
        }
    }

    private async Task TellOwnerAsync(Endpoint endpoint, string? because, CancellationToken cancel)
    {
        Log.Paused(logger, endpoint.Id, because ?? "works again");
        await using var db = system.Open();
        await db.Endpoints.Where(e => e.OrgId == endpoint.OrgId && e.Id == endpoint.Id && e.PausedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.PausedBecause, because), cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Probing of endpoint {Endpoint} broke")]
        public static partial void Broken(ILogger logger, Exception cause, Guid endpoint);

        [LoggerMessage(LogLevel.Information, "Endpoint {Endpoint}: {Because}")]
        public static partial void Paused(ILogger logger, Guid endpoint, string because);
    }
}
