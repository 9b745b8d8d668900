using System.Data.Common;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Start;

namespace StatusHub.Web.Public.Snapshot;

/// <summary>
/// Builds and publishes the view whenever the log has moved by what the hub knows (gathered for a moment) and every few seconds besides.
/// Without the database it publishes the last view again, so that its growing age is shown, and it never stops.
/// </summary>
public sealed partial class SiteLoop(
    ViewBuilder builder,
    PublicSite site,
    SnapshotFile file,
    LogTail tail,
    HubStart start,
    Clocks clocks,
    IOptions<SiteOptions> options,
    ILogger<SiteLoop> logger) : BackgroundService
{
    /// <summary>Hosted services start before the server listens: the first visitor after a restart already gets the last view.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await file.LoadAsync(cancellationToken) is { } saved)
        {
            await TryAsync(() => site.PublishAsync(saved)); // one of another version may not render: then there is none
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await RenewAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task RenewAsync(CancellationToken cancel)
    {
        if (start.IsDone && await TryAsync(() => BuildAsync(cancel)))
        {
            return;
        }

        await TryAsync(() => site.PublishAsync(site.Newest.View));
    }

    private async Task BuildAsync(CancellationToken cancel)
    {
        var view = await builder.BuildAsync(clocks.Now, cancel);
        await site.PublishAsync(view);
        start.Served();
        try
        {
            await file.SaveAsync(view, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, e.Message);
        }
    }

    // Whatever goes wrong with one view, the last one stays and the next is tried: the page outlives every fault but a stop.
    private async Task<bool> TryAsync(Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception e) when (e is DbException or TimeoutException or InvalidOperationException { InnerException: DbException })
        {
            Log.Away(logger, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(logger, e);
        }

        return false;
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        var (seen, weighed) = (site.Newest.View.Position, site.Newest.View.EvidencePosition);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var wait = weighed < tail.KnownPosition ? Math.Min(options.Value.WeighingMilliseconds, options.Value.RefreshMilliseconds) : options.Value.RefreshMilliseconds;
        var refresh = Task.Delay(TimeSpan.FromMilliseconds(wait), clocks.Real, limit.Token);
        await Task.WhenAny(tail.WhenKnownBeyondAsync(seen), refresh, start.IsDone ? refresh : start.Done);
        await limit.CancelAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(options.Value.GatherMilliseconds), clocks.Real, cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away, the last view stays: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "A view could not be built or rendered, the last one stays")]
        public static partial void Failed(ILogger logger, Exception cause);

        [LoggerMessage(LogLevel.Warning, "The view could not be saved to disk: {Reason}")]
        public static partial void NotSaved(ILogger logger, string reason);
    }
}
