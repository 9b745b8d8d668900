using System.Data.Common;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Start;

namespace StatusHub.Web.Duties;

/// <summary>Every node learns from the past for itself, how long incidents last and which models fall together: what it learns lives in its memory.</summary>
public sealed partial class PastLearning(
    RecoveryBook recovery, FateBook fates, HubStart start, Clocks clocks, IOptions<DutyOptions> options, ILogger<PastLearning> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await start.Done.WaitAsync(stoppingToken);
            while (true)
            {
                await TryAsync(stoppingToken);
                await Task.Delay(TimeSpan.FromMinutes(options.Value.LearnMinutes), clocks.Real, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task TryAsync(CancellationToken cancel)
    {
        try
        {
            await recovery.LearnAsync(clocks.Now, cancel);
            await fates.LearnAsync(clocks.Now, cancel);
        }
        catch (Exception e) when (e is DbException or TimeoutException or InvalidOperationException { InnerException: DbException or TimeoutException })
        {
            Log.Away(logger, e.Message); // what was learned before still holds
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The past cannot be read; estimates and shared fate rest on what was known before: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
