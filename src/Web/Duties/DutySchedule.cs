using System.Data.Common;
using Microsoft.Extensions.Options;
using Quartz;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.Official;
using StatusHub.Web.Contracts;
using StatusHub.Web.Escalations;
using StatusHub.Web.Fallback;
using StatusHub.Web.Start;

namespace StatusHub.Web.Duties;

/// <summary>
/// The duties of which there must be one in the whole hub, however many nodes: Quartz's clustered PostgreSQL store decides who does
/// them. They are idempotent all the same, because a busy node can be taken for dead while its job still runs.
/// </summary>
public sealed partial class DutySchedule(
    IServiceProvider services,
    Database database,
    HubStart start,
    Clocks clocks,
    IOptions<DutyOptions> options,
    IOptions<StorageOptions> storage,
    ILogger<DutySchedule> logger) : BackgroundService
{
    public const string SchedulerName = "duties";
    public const string TablePrefix = "qrtz_";

    private const string SchemaResource = "Quartz.Impl.AdoJobStore.Schema.create_postgres.sql";

    private IScheduler? _scheduler;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (Interlocked.Exchange(ref _scheduler, null) is { } scheduler)
        {
            try
            {
                await scheduler.Shutdown(waitForJobsToComplete: false, cancellationToken);
            }
            catch (SchedulerException e)
            {
                Log.StoppedBefore(logger, e.Message); // a scheduler that never came up, or was taken down with the host
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await start.Done.WaitAsync(stoppingToken);
            for (var attempt = 1; !await TryStartAsync(attempt, stoppingToken); attempt++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(storage.Value.RetryMilliseconds), clocks.Real, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task<bool> TryStartAsync(int attempt, CancellationToken cancel)
    {
        try
        {
            await EnsureSchemaAsync(cancel);
            var scheduler = services.GetRequiredKeyedService<IScheduler>(SchedulerName);
            _scheduler = scheduler;

            // Once begun, starting is finished: one given up halfway leaves threads that keep the process from ending.
            await scheduler.Start(CancellationToken.None);
            await PutAsync<AgeVerdictsJob>(scheduler, TimeSpan.FromSeconds(options.Value.AgeSeconds));
            await PutAsync<EscalationsJob>(scheduler, TimeSpan.FromSeconds(services.GetRequiredService<IOptions<EscalationOptions>>().Value.LookSeconds));
            await PutAsync<AdviseJob>(scheduler, TimeSpan.FromSeconds(services.GetRequiredService<IOptions<FallbackOptions>>().Value.DecideSeconds));
            await PutAsync<BurnJob>(scheduler, TimeSpan.FromSeconds(services.GetRequiredService<IOptions<ObjectiveOptions>>().Value.LookSeconds));
            await PutAsync<ReviseEstimatesJob>(scheduler, TimeSpan.FromSeconds(options.Value.ReviseSeconds));
            var pages = TimeSpan.FromSeconds(services.GetRequiredService<IOptions<OfficialOptions>>().Value.LookSeconds);
            await PutAsync<ReadOfficialPagesJob>(scheduler, pages, clocks.Real.GetUtcNow() + pages);
            await PutAsync<PublishScoresJob>(scheduler, TimeSpan.FromSeconds(options.Value.PublishScoresSeconds));
            await PutAsync<ClearOutJob>(scheduler, TimeSpan.FromMinutes(options.Value.ClearMinutes));
            return true;
        }
        catch (Exception e) when (e is DbException or SchedulerException)
        {
            Log.Waiting(logger, attempt, e.Message);
            return false;
        }
    }

    /// <param name="first">When it is first done; at once when it is not said.</param>
    private static async Task PutAsync<TJob>(IScheduler scheduler, TimeSpan interval, DateTimeOffset? first = null)
        where TJob : IJob
    {
        var name = typeof(TJob).Name;
        var job = JobBuilder.Create<TJob>().WithIdentity(name).StoreDurably().Build();
        var planned = TriggerBuilder.Create().WithIdentity(name).ForJob(job);
        var trigger = (first is { } at ? planned.StartAt(at) : planned.StartNow())
            .WithSimpleSchedule(s => s.WithInterval(interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
            .Build();
        await scheduler.AddJob(job, new AddJobOptions { Replace = true });
        if (await scheduler.RescheduleJob(trigger.Key, trigger) is null)
        {
            await scheduler.ScheduleJob(trigger);
        }
    }

    // Quartz can make its tables itself, but only as their owner, which the application's role is not.
    private async Task EnsureSchemaAsync(CancellationToken cancel)
    {
        using var resource = new StreamReader(typeof(IScheduler).Assembly.GetManifestResourceStream(SchemaResource)!);
        var script = (await resource.ReadToEndAsync(cancel)).Replace("{0}", TablePrefix).Replace("{1}", TablePrefix);
        await database.ExecuteAsOwnerAsync(
            [
                .. script.Split("\n--;;"),
                $"""
                 DO $$ DECLARE t text; BEGIN
                   FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND starts_with(tablename, '{TablePrefix}') LOOP
                     EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {Database.AppRole}', t);
                   END LOOP;
                 END $$
                 """,
            ],
            cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The clustered duties had stopped before: {Reason}")]
        public static partial void StoppedBefore(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "The clustered duties are not started yet (attempt {Attempt}): {Reason}")]
        public static partial void Waiting(ILogger logger, int attempt, string reason);
    }
}
