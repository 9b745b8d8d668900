using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Probes.Scheduling;

/// <summary>
/// Keeps one Quartz trigger, in memory, for each endpoint this node holds the lease of. The table is the truth: it is looked at every
/// two seconds, and a killed node's endpoints are taken over when their leases run out.
/// </summary>
public sealed partial class ProbeSchedule(
    [FromKeyedServices(ProbeSchedule.SchedulerName)] IScheduler scheduler,
    EndpointProbing probing,
    EndpointLeases leases,
    CloserLooks looks,
    SystemDb system,
    Clocks clocks,
    ProbeNode node,
    IOptions<ScheduleOptions> options,
    ILogger<ProbeSchedule> logger) : BackgroundService
{
    public const string SchedulerName = "probes";

    /// <summary>How long (hub time) a question is answered: a node may be slow to look, and a model fast to change.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromMinutes(10);

    // Probes under way outlive the order to stop until they are drained.
    private readonly CancellationTokenSource _probes = new();
    private volatile bool _lettingGo;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await node.MayProbe.WaitAsync(stoppingToken);
            await scheduler.Start(stoppingToken);
            while (true)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.LookMilliseconds), clocks.Real, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LetGoAsync();
        }
    }

    /// <summary>What a trigger firing does: begin the probe, then set the trigger to what the judge asked for.</summary>
    internal void Fire(Guid endpointId) => probing.Begin(endpointId, PlanAsync, _probes.Token);

    private async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            var held = await leases.ClaimAsync(node.Name, TimeSpan.FromSeconds(options.Value.LeaseSeconds), options.Value.ClaimAtOnce, cancel);
            var ids = held.Select(l => l.EndpointId).ToArray();
            await using var db = system.Open();
            var endpoints = await db.Endpoints.AsNoTracking().Where(e => ids.Contains(e.Id) && e.PausedAt == null).ToListAsync(cancel);
            await FollowAsync(endpoints, cancel);
            await WakeAsync(cancel);
        }
        catch (Exception e) when (e is DbException or TimeoutException || e.InnerException is DbException)
        {
            Log.Away(logger, e.Message); // probes go on; what they find waits in the writer
        }
    }

    private async Task FollowAsync(List<Endpoint> endpoints, CancellationToken cancel)
    {
        var known = probing.Lanes.ToDictionary(l => l.Endpoint.Id);
        foreach (var endpoint in endpoints)
        {
            known.Remove(endpoint.Id, out var before);
            var interval = before?.Endpoint.IntervalSeconds;
            var lane = probing.Adopt(endpoint);
            if (before is null)
            {
                await scheduler.AddJob(
                    JobBuilder.Create<ProbeJob>().WithIdentity(endpoint.Id.ToString()).StoreDurably().Build(), new AddJobOptions { Replace = true }, cancel);
                await SetAsync(lane, lane.CalmGap, FirstDelay(endpoint), cancel);
            }
            else if (lane != before || interval != endpoint.IntervalSeconds)
            {
                await SetAsync(lane, lane.CalmGap, TimeSpan.Zero, cancel);
            }
        }

        foreach (var gone in known.Keys)
        {
            await scheduler.DeleteJob(new JobKey(gone.ToString()), cancel);
            probing.Drop(gone);
        }
    }

    /// <summary>Probes at once what others' evidence asks for; the trigger goes on as the outcome says.</summary>
    private async Task WakeAsync(CancellationToken cancel)
    {
        var asked = await looks.AskedSinceAsync(clocks.Now - AnswersWithin, cancel);
        foreach (var lane in probing.Lanes)
        {
            if (asked.TryGetValue(lane.Endpoint.Model, out var at) && lane.Wakes(at))
            {
                Fire(lane.Endpoint.Id);
            }
        }
    }

    private async Task PlanAsync(Lane lane)
    {
        var gap = lane.Plan.Gap;
        if (gap != lane.ScheduledGap && !_lettingGo)
        {
            await SetAsync(lane, gap, gap, _probes.Token);
        }
    }

    private async Task SetAsync(Lane lane, TimeSpan gap, TimeSpan delay, CancellationToken cancel)
    {
        lane.ScheduledGap = gap;
        var job = new JobKey(lane.Endpoint.Id.ToString());
        var key = new TriggerKey(job.Name);
        var trigger = TriggerBuilder.Create()
            .WithIdentity(key).ForJob(job)
            .StartAt(clocks.Real.GetUtcNow() + clocks.RealOf(delay))
            .WithSimpleSchedule(s => s.WithInterval(clocks.RealOf(gap)).RepeatForever()
                .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
            .Build();
        if (await scheduler.RescheduleJob(key, trigger, cancel) is null)
        {
            await scheduler.ScheduleJob(trigger, cancellationToken: cancel);
        }
    }

    // Spread by the endpoint's own id, so that a restart does not probe everything in one instant.
    private static TimeSpan FirstDelay(Endpoint endpoint)
    {
        var phase = (uint)endpoint.Id.GetHashCode() / (double)uint.MaxValue;
        return TimeSpan.FromSeconds(endpoint.IntervalSeconds * phase / 4);
    }

    private async Task LetGoAsync()
    {
        _lettingGo = true;
        await scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
        await probing.DrainAsync();
        await _probes.CancelAsync();
        try
        {
            await leases.ReleaseAsync(node.Name, CancellationToken.None);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            Log.Away(logger, e.Message); // the leases run out by themselves
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Leases cannot be looked at: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}

/// <summary>A trigger fired: begin the probe.</summary>
internal sealed class ProbeJob(ProbeSchedule schedule) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        schedule.Fire(Guid.Parse(context.JobDetail.Key.Name));
        return ValueTask.CompletedTask;
    }
}

/// <summary>Which node this is, and when it may begin.</summary>
/// <param name="MayProbe">Completes when the schema is there.</param>
public sealed record ProbeNode(string Name, Task MayProbe);
