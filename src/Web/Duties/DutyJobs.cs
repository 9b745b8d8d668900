using Microsoft.Extensions.Options;
using Quartz;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Official;

namespace StatusHub.Web.Duties;

/// <summary>Verdicts whose evidence has grown too old become unknown, never stay green.</summary>
[DisallowConcurrentExecution]
public sealed class AgeVerdictsJob(VerdictStore verdicts, EvidenceWriter writer, JudgingPolicy policy, Clocks clocks) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        foreach (var model in await verdicts.StaleAsync(clocks.Now.AddSeconds(-policy.StaleAfterSeconds), cancellationToken))
        {
            await writer.AgeAsync(model, cancellationToken);
        }
    }
}

/// <summary>What is said about the end of open incidents is revised as time passes.</summary>
[DisallowConcurrentExecution]
public sealed class ReviseEstimatesJob(RecoveryBook recovery, Clocks clocks) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await recovery.ReviseAsync(clocks.Now, cancellationToken);
}

/// <summary>Providers' own pages are read, each when its turn has come.</summary>
[DisallowConcurrentExecution]
public sealed class ReadOfficialPagesJob(OfficialReader reader) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await reader.ReadDueAsync(cancellationToken);
}

/// <summary>Publishes the scores of weeks that have ended, each once: on Monday at 00:15 UTC, or when the hub is back.</summary>
[DisallowConcurrentExecution]
public sealed class PublishScoresJob(ScoreBook scores, Clocks clocks, IOptions<DutyOptions> options) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await scores.PublishDueAsync(clocks.Now, TimeSpan.FromDays(options.Value.KeepQuarterDays), cancellationToken);
}

/// <summary>Drops what is kept no longer.</summary>
[DisallowConcurrentExecution]
public sealed class ClearOutJob(
    ObservationStore observations, RollupStore rollups, EventLog log, DeliveryBook deliveries, DeliveryArrears arrears, DeliveryNotices notices,
    OutsideEvidence outside, Clocks clocks, IOptions<DutyOptions> options) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var now = clocks.Now;
        var keep = options.Value;
        await observations.DropBeforeAsync(DateOnly.FromDateTime(now.UtcDateTime.AddDays(-keep.KeepObservationDays)), cancellationToken);
        await rollups.DropBeforeAsync(RollupStep.Minute, now.AddDays(-keep.KeepMinuteDays), cancellationToken);
        await rollups.DropBeforeAsync(RollupStep.Quarter, now.AddDays(-keep.KeepQuarterDays), cancellationToken);
        await rollups.DropBeforeAsync(RollupStep.Hour, now.AddDays(-keep.KeepHourDays), cancellationToken);
        var wait = Math.Max(keep.KeepEventDays, keep.KeepUndeliveredDays);
        await arrears.PassOverAsync(now.AddDays(-wait), passed => notices.Behind(passed, wait, now), now, cancellationToken);
        await log.DropBeforeAsync(now.AddDays(-keep.KeepEventDays), cancellationToken);
        await deliveries.DropBeforeAsync(DateOnly.FromDateTime(now.UtcDateTime.AddDays(-keep.KeepAttemptDays)), cancellationToken);
        await outside.DropBeforeAsync(now.AddDays(-keep.KeepOutsideDays), cancellationToken);
    }
}
