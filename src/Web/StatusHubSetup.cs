using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Probes.Scheduling;
using StatusHub.Web.Console;
using StatusHub.Web.Live;
using StatusHub.Web.Public;

namespace StatusHub.Web;

/// <summary>The hub put together: one line for each capability.</summary>
public static class StatusHubSetup
{
    public static WebApplicationBuilder AddStatusHub(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<HubOptions>().Bind(builder.Configuration.GetSection("Hub")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(new Clocks(HubClock(builder.Configuration), TimeProvider.System));
        services.AddSingleton(provider => provider.GetRequiredService<Clocks>().Hub);
        services.AddStatusStorage(builder.Configuration, ConnectionString(builder.Configuration));
        services.AddSingleton<KeyRing>();
        services.AddSingleton<CredentialVault>();
        services.AddDataProtection().SetApplicationName("StatusHub");
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing>((keys, ring) => keys.XmlRepository = ring);
        services.AddSingleton<CurrentView>();
        services.AddSingleton<EndpointProbing>();
        services.AddScoped<Endpoints.EndpointRegistry>();
        builder.WebHost.UseStaticWebAssets();
        services.AddConsole();
        services.AddHealthHub();
        return builder;
    }

    public static WebApplication MapStatusHub(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapConsole();
        app.MapHealthHub();
        return app;
    }

    private static string ConnectionString(IConfiguration configuration) =>
        configuration.GetConnectionString("StatusHub")
        ?? throw new InvalidOperationException("ConnectionStrings__StatusHub is not set: which PostgreSQL should the hub use?");

    private static TimeProvider HubClock(IConfiguration configuration) =>
        configuration["STATUSHUB_CLOCK"] is { Length: > 0 } clock ? AcceleratedClock.Parse(clock, TimeProvider.System) : TimeProvider.System;
}
