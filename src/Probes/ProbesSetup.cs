using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Quartz;
using StatusHub.Domain.Time;
using StatusHub.Probes.Connecting;
using StatusHub.Probes.Scheduling;

namespace StatusHub.Probes;

public static class ProbesSetup
{
    // Firing only begins a probe, so a few workers are enough for thousands of endpoints.
    private const int Workers = 4;

    /// <summary>Probing, on schedule (when <paramref name="onSchedule"/>) and by hand.</summary>
    public static IServiceCollection AddProbes(this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, ProbeNode> node, bool onSchedule)
    {
        services.AddOptions<ProbesOptions>().Bind(configuration.GetSection("Probes")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ScheduleOptions>().Bind(configuration.GetSection("Schedule")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new ProbeConnections(provider.GetRequiredService<IOptions<ProbesOptions>>().Value, provider.GetRequiredService<Clocks>()));
        services.AddSingleton(provider => new RunProbe(
            provider.GetRequiredService<ProbeConnections>(),
            provider.GetRequiredService<IOptions<ProbesOptions>>().Value,
            provider.GetRequiredService<Clocks>(),
            provider.GetRequiredService<Random>()));
        services.AddSingleton<EndpointProbing>();
        services.AddSingleton(node);
        if (onSchedule)
        {
            services.AddQuartz(ProbeSchedule.SchedulerName, quartz =>
            {
                quartz.UseTimeProvider(TimeProvider.System); // else it takes the hub's, which a scenario accelerates
                quartz.UseInMemoryStore();
                quartz.UseDefaultThreadPool(Workers);
            });
            services.AddSingleton<ProbeSchedule>();
            services.AddHostedService(provider => provider.GetRequiredService<ProbeSchedule>());
        }

        return services;
    }
}
