using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Lets time pass for models no evidence comes for any more: probing may stand still on every node while pages are still served,
/// and a state that nobody has looked at for minutes must become unknown, never stay green. Every node may do it at once.
/// </summary>
public sealed partial class EvidenceAgeing(
    VerdictStore verdicts,
    EvidenceWriter writer,
    Judgement judgement,
    Clocks clocks,
    IOptions<StorageOptions> options,
    ILogger<EvidenceAgeing> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.AgeingMilliseconds), clocks.Real, stoppingToken);
                await AgeAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task AgeAsync(CancellationToken cancel)
    {
        try
        {
            var stale = await verdicts.StaleAsync(clocks.Now.AddSeconds(-judgement.Policy.StaleAfterSeconds), cancel);
            await Task.WhenAll(stale.Select(model => writer.AgeAsync(model, cancel)));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            Log.Away(logger, e.Message); // without the database, pages tell their own age
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Verdicts cannot be looked at: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
