using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StatusHub.Feed.Peering;

public static class PeeringSetup
{
    /// <summary>The exchange with other hubs: our keys, their agreements, and the pulls.</summary>
    public static IServiceCollection AddPeering(this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, PeeringNode> node)
    {
        services.AddSingleton(node);
        services.AddSingleton<PeerClient>();
        services.AddSingleton<PeerPull>();
        services.AddHostedService<PeerPulling>();
        return services;
    }
}
