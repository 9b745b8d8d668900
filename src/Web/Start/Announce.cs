using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Npgsql;
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
    IConfiguration configuration,
    IOptions<HubOptions> hub,
    ILogger<Announce> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await start.Ready.WaitAsync(stoppingToken);
            var key = await keys.InstallOperatorKeyAsync(configuration["STATUSHUB_OPERATOR_KEY"], stoppingToken);
            var link = await setup.EnsureAsync(stoppingToken);
            readiness.IsReady = true;
            Tell(key, link);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (NpgsqlException e)
        {
            Log.Unfinished(logger, e.Message);
            throw;
        }
    }

    private void Tell(string? key, string? link)
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? hub.Value.PublicUrl;
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
        [LoggerMessage(LogLevel.Critical, "The operator's key or set-up link could not be made: {Reason}")]
        public static partial void Unfinished(ILogger logger, string reason);
    }
}
