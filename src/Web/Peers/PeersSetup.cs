namespace StatusHub.Web.Peers;

public static class PeersSetup
{
    /// <summary>Agreements with other hubs, and the two ways by which they come to us.</summary>
    public static IServiceCollection AddPeers(this IServiceCollection services)
    {
        services.AddSingleton<PeerSubscriptions>();
        services.AddSingleton<PeerRegistry>();
        services.AddSingleton<PeerReception>();
        services.AddSingleton<PeerReaders>();
        return services;
    }
}
