using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Peering;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Probes;
using StatusHub.Probes.Scheduling;
using StatusHub.Web.Api;
using StatusHub.Web.Console;
using StatusHub.Web.Contracts;
using StatusHub.Web.Duties;
using StatusHub.Web.Escalations;
using StatusHub.Web.Fallback;
using StatusHub.Web.Live;
using StatusHub.Web.Peers;
using StatusHub.Web.Public;
using StatusHub.Web.Public.Rendering;
using StatusHub.Web.Public.Snapshot;
using StatusHub.Web.Start;
using StatusHub.Web.Statuspage;

namespace StatusHub.Web;

/// <summary>The hub put together: one line for each capability.</summary>
public static class StatusHubSetup
{
    // An accelerated world must not look stale because one real second is a minute in it.
    private const double LeastRealSecondsToStale = 5;

    public static WebApplicationBuilder AddStatusHub(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        HubOptions.ReadEnvironment(configuration);
        services.AddOptions<HubOptions>().Bind(configuration.GetSection("Hub")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(new Clocks(HubClock(configuration), TimeProvider.System));
        services.AddSingleton(provider => provider.GetRequiredService<Clocks>().Hub);
        services.AddSingleton(_ => Chance());
        services.AddStatusStorage(configuration, ConnectionString(configuration));
        services.AddSingleton(provider => Policy(provider.GetRequiredService<Clocks>()));
        services.AddSecrets();
        services.AddStart();
        services.AddProbes(configuration, Node, configuration.GetValue("Hub:Probe", true));
        services.AddFeed(configuration, PublicUrl);
        if (configuration.GetValue("Hub:Deliver", true))
        {
            services.AddDeliveries(configuration, Owner);
        }

        services.AddPeering(configuration, provider => new(provider.GetRequiredService<IOptions<HubOptions>>().Value.Node, provider.GetRequiredService<HubStart>().Done));
        services.AddPeers();
        services.AddEscalations(configuration);
        services.AddFallback(configuration);
        services.AddContracts(configuration);
        services.AddSingleton<Func<PageStatus>>(provider => () => StatuspageRollUp.Now(provider.GetRequiredService<CurrentView>().Value));
        services.AddDuties(configuration, ConnectionString(configuration));
        services.AddPublicSite(configuration);
        services.AddScoped<Endpoints.EndpointRegistry>();
        builder.WebHost.UseStaticWebAssets();
        services.AddApi();
        services.AddConsole();
        services.AddHealthHub();
        return builder;
    }

    public static WebApplication MapStatusHub(this WebApplication app)
    {
        app.UseErrorPages();
        app.UseApi();
        app.MapStaticAssets();
        app.MapApi();
        app.MapConsole();
        app.MapHealthHub();
        app.MapPublicPages();
        LiveEndpoint.Map(app);
        return app;
    }

    private static void AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton<KeyRing>();
        services.AddSingleton<CredentialVault>();
        services.AddDataProtection().SetApplicationName("StatusHub");
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing>((keys, ring) => keys.XmlRepository = ring);
    }

    private static void AddStart(this IServiceCollection services)
    {
        services.AddSingleton<WatchList>();
        services.AddSingleton<DemoWorld>();
        services.AddSingleton<ConfigFile>();
        services.AddSingleton<ConfiguredTerms>();
        services.AddSingleton<ConfiguredPages>();
        services.AddSingleton<FirstRows>();
        services.AddSingleton<HubStart>();
        services.AddHostedService(provider => provider.GetRequiredService<HubStart>());
        services.AddHostedService<Announce>();
    }

    private static void AddPublicSite(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SiteOptions>().Bind(configuration.GetSection("Site")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CurrentView>();
        services.AddSingleton(provider => PageAssets.From(provider.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider));
        services.AddSingleton(provider => Pages(provider.GetRequiredService<Clocks>()) with { PublicUrl = provider.GetRequiredService<IOptions<HubOptions>>().Value.PublicUrl });
        services.AddSingleton<PublicRenderer>();
        services.AddSingleton<PublicSite>();
        services.AddSingleton<ViewBuilder>();
        services.AddSingleton(provider => new SnapshotFile(provider.GetRequiredService<IOptions<HubOptions>>().Value.Data));
        services.AddHostedService<SiteLoop>();
        services.AddSingleton<LiveEndpoint>();
    }

    private static ProbeNode Node(IServiceProvider provider) =>
        new(provider.GetRequiredService<IOptions<HubOptions>>().Value.Node, provider.GetRequiredService<HubStart>().Done);

    private static string PublicUrl(IServiceProvider provider) => provider.GetRequiredService<IOptions<HubOptions>>().Value.PublicUrl;

    // Two processes of one name, or one after the other, must not be taken for each other.
    private static DeliveryOwner Owner(IServiceProvider provider) =>
        new($"{provider.GetRequiredService<IOptions<HubOptions>>().Value.Node}/{System.Security.Cryptography.RandomNumberGenerator.GetHexString(16, lowercase: true)}", provider.GetRequiredService<HubStart>().Done);

    private static JudgingPolicy Policy(Clocks clocks) =>
        JudgingPolicy.Default with { StaleAfterSeconds = Math.Max(JudgingPolicy.Default.StaleAfterSeconds, LeastRealSecondsToStale * clocks.Speed) };

    private static PageOptions Pages(Clocks clocks) => new()
    {
        ClockSpeed = clocks.Speed,
        StaleAfterSeconds = (int)Math.Max(new PageOptions().StaleAfterSeconds, 4 * LeastRealSecondsToStale * clocks.Speed),
        UnknownAfterSeconds = (int)Math.Max(new PageOptions().UnknownAfterSeconds, 12 * LeastRealSecondsToStale * clocks.Speed),
    };

    private static string ConnectionString(ConfigurationManager configuration) =>
        configuration.GetConnectionString("StatusHub")
        ?? throw new InvalidOperationException("ConnectionStrings__StatusHub is not set: which PostgreSQL should the hub use?");

    private static TimeProvider HubClock(ConfigurationManager configuration) =>
        configuration["STATUSHUB_CLOCK"] is { Length: > 0 } clock ? AcceleratedClock.Parse(clock, TimeProvider.System) : TimeProvider.System;

    /// <summary>The one place chance enters: content checks must not be guessable from outside, so the seed is not fixed.</summary>
    private static Random Chance() => new(System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue));
}
