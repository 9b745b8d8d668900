using System.ComponentModel.DataAnnotations;
using Quartz;
using StatusHub.Domain.SharedFate;
using StatusHub.Domain.Storage;

namespace StatusHub.Web.Fallback;

/// <summary>How often plans and advice are looked at. In real time.</summary>
public sealed class FallbackOptions
{
    /// <summary>Seconds between two readings of plans and advice when the log does not move.</summary>
    [Range(1, 600)]
    public int ReadSeconds { get; set; } = 5;

    /// <summary>Milliseconds that changes are gathered before they are read.</summary>
    [Range(10, 10_000)]
    public int GatherMilliseconds { get; set; } = 200;

    /// <summary>Seconds between two decisions.</summary>
    [Range(1, 60)]
    public int DecideSeconds { get; set; } = 1;
}

public static class FallbackSetup
{
    /// <summary>Plans, advice, and what is learned of shared fate.</summary>
    public static IServiceCollection AddFallback(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FallbackOptions>().Bind(configuration.GetSection("Fallback")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(FatePolicy.Default);
        services.AddSingleton<FateBook>();
        services.AddSingleton<PlanStore>();
        services.AddSingleton<AdviceBook>();
        services.AddSingleton<FallbackBoard>();
        services.AddHostedService(provider => provider.GetRequiredService<FallbackBoard>());
        return services;
    }
}

/// <summary>Decides for the whole hub what is advised, so that every node and every gateway hears the same.</summary>
[DisallowConcurrentExecution]
public sealed class AdviseJob(FallbackBoard board, AdviceBook book) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var standing = await book.ReadAsync(cancellationToken);
        if (board.Changes(standing) is { Count: > 0 } changes)
        {
            await book.WriteAsync(changes, standing, cancellationToken);
        }
    }
}
