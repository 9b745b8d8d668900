using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Quartz;
using StatusHub.Domain.Escalations;
using StatusHub.Domain.Storage;

namespace StatusHub.Web.Escalations;

/// <summary>How long providers have to answer. In hub time, except for how often is looked.</summary>
public sealed class EscalationOptions
{
    /// <summary>Minutes a provider has to acknowledge, unless the signal says otherwise.</summary>
    [Range(5, 240)]
    public int WindowMinutes { get; set; } = 30;

    /// <summary>Hours after which an escalation that nobody touched is closed.</summary>
    [Range(1, 24 * 30)]
    public int StaleHours { get; set; } = 24;

    /// <summary>Seconds (real) between two looks at signals and deadlines.</summary>
    [Range(1, 60)]
    public int LookSeconds { get; set; } = 1;
}

public static class EscalationsSetup
{
    /// <summary>Questions to providers, and the clock on their answers.</summary>
    public static IServiceCollection AddEscalations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EscalationOptions>().Bind(configuration.GetSection("Escalations")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => Policy(provider.GetRequiredService<IOptions<EscalationOptions>>().Value));
        return services;
    }

    private static EscalationPolicy Policy(EscalationOptions o) => new(TimeSpan.FromMinutes(o.WindowMinutes), TimeSpan.FromHours(o.StaleHours));
}

/// <summary>Opens what signals ask for and ends what has run out.</summary>
[DisallowConcurrentExecution]
public sealed class EscalationsJob(EscalationBook book) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await book.LookAsync(cancellationToken);
}
