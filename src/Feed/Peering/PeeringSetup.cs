using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Feed.Subscriptions.Formats;

namespace StatusHub.Feed.Peering;

public static class PeeringSetup
{
    /// <summary>The exchange with other hubs: our keys, their agreements, and the pulls.</summary>
    public static IServiceCollection AddPeering(this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, PeeringNode> node)
    {
        services.AddOptions<PeeringOptions>().Bind(configuration.GetSection("Peering")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(node);
        services.AddSingleton<PeerSecrets>();
        services.AddSingleton<HubKeys>();
        services.AddSingleton<PeerClient>();
        services.AddSingleton<PeerFormat>();
        services.AddSingleton<PeerPull>();
        services.AddHostedService<PeerPulling>();
        return services;
    }
}
