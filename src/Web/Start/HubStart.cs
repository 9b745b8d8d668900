using System.Data.Common;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Migrations;

namespace StatusHub.Web.Start;

/// <summary>
/// What has to happen once before the hub can work: the schema is brought up to date and the first rows are there. It keeps trying
/// while the database is away; pages are served from the last snapshot meanwhile.
/// </summary>
public sealed partial class HubStart(
    Database database, FirstRows first, Clocks clocks, IConfiguration configuration, IOptions<StorageOptions> options, ILogger<HubStart> logger)
    : BackgroundService, IHostedLifecycleService
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the schema and the first rows are there.</summary>
    public Task Done => _done.Task;

    public bool IsDone => _done.Task.IsCompletedSuccessfully;

    /// <summary>Completes when the first view of this run is served as well.</summary>
    public Task Ready => _served.Task;

    public void Served() => _served.TrySetResult();

    /// <summary>Tries before anything else starts, so that in the ordinary case nothing ever sees an old schema.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken) => await TryAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!IsDone && !await TryAsync(stoppingToken))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.RetryMilliseconds), clocks.Real, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancel)
    {
        try
        {
            var connection = configuration.GetConnectionString("StatusHub")!;
            await Migrator.MigrateAsync(database, MigrationSetup.Options(connection), cancel);
            await first.EnsureAsync(cancel);
            _done.TrySetResult();
            return true;
        }
        catch (Exception e) when (DatabaseAbsence.IsBehind(e) || e is DbException or HttpRequestException || e.InnerException is DbException)
        {
            Log.Waiting(logger, (e.InnerException ?? e).Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Not started yet: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}
