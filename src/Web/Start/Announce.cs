using System.Data.Common;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Operations;

namespace StatusHub.Web.Start;

/// <summary>
/// Says on standard output, once, what whoever started the hub needs: that it is ready and where, the operator's key, the link that
/// makes the first owner. Keys and links go nowhere else, least of all into the log.
/// </summary>
public sealed partial class Announce(
    HubStart start,
    ApiKeys keys,
    SetupLink setup,
    Readiness readiness,
    IServer server,
    IHostApplicationLifetime lifetime,
    IConfiguration configuration,
    Clocks clocks,
    IOptions<HubOptions> hub,
    IOptions<StorageOptions> storage,
    ILogger<Announce> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await start.Ready.WaitAsync(stoppingToken);
            await ListeningAsync().WaitAsync(stoppingToken); // a view may be there before the port is
            while (!await TryAsync(stoppingToken))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(storage.Value.RetryMilliseconds), clocks.Real, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private Task ListeningAsync()
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(() => listening.TrySetResult());
        return listening.Task;
    }

    private async Task<bool> TryAsync(CancellationToken cancel)
    {
        try
        {
            var key = await keys.InstallOperatorKeyAsync(configuration["STATUSHUB_OPERATOR_KEY"], cancel);
            var link = await setup.EnsureAsync(cancel);
            readiness.IsReady = true;
            Tell(key, link);
            return true;
        }
        catch (Exception e) when (e is DbException or TimeoutException || e.InnerException is DbException)
        {
            Log.Unfinished(logger, (e.InnerException ?? e).Message);
            return false;
        }
    }

    private void Tell(string? key, string? link)
    {
        // An address people can open: the one they gave, unless the system chose the port.
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        var address = hub.Value.PublicUrl.EndsWith(":0", StringComparison.Ordinal) && bound is not null ? bound : hub.Value.PublicUrl;
        System.Console.WriteLine($"StatusHub ready at {address}");
        if (key is not null)
        {
            System.Console.WriteLine($"Operator API key, shown this once: {key}");
        }

        if (link is not null)
        {
            System.Console.WriteLine($"Make the first owner at {address}{link}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The operator's key or set-up link could not be made: {Reason}")]
        public static partial void Unfinished(ILogger logger, string reason);
    }
}
