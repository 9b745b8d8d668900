using StatusHub.Web.Access;
using StatusHub.Web.Api;

namespace StatusHub.Web.Live;

public static class HealthHubSetup
{
    public const string Path = "/hubs/health";

    /// <summary>Longest message a client may send, in bytes: a full list of the longest model ids fits.</summary>
    private const int MaxMessageBytes = 96 * 1024;

    public static IServiceCollection AddHealthHub(this IServiceCollection services)
    {
        services.AddOptions<HealthHubOptions>().BindConfiguration("HealthHub").ValidateDataAnnotations().ValidateOnStart();
        services.AddSignalR().AddHubOptions<HealthHub>(hub =>
        {
            hub.MaximumReceiveMessageSize = MaxMessageBytes;
            hub.EnableDetailedErrors = false;
        }).AddJsonProtocol(json => json.PayloadSerializerOptions = ApiJson.Options);
        services.AddSingleton<HealthAudience>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthAudience>());
        services.AddHostedService<HealthEvents>();
        return services;
    }

    public static WebApplication MapHealthHub(this WebApplication app)
    {
        HealthKeys.Use(app);
        app.MapHub<HealthHub>(Path).WithMetadata(new GuardedKeys());
        return app;
    }
}
