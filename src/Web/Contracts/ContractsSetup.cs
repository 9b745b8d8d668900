using System.ComponentModel.DataAnnotations;
using Quartz;
using StatusHub.Domain.Storage;

namespace StatusHub.Web.Contracts;

/// <summary>How often objectives are looked at.</summary>
public sealed class ObjectiveOptions
{
    /// <summary>Seconds (real) between two looks at how fast budgets burn.</summary>
    [Range(1, 600)]
    public int LookSeconds { get; set; } = 5;
}

public static class ContractsSetup
{
    /// <summary>Objectives with their budgets and alerts, contracts, and statements of what to claim.</summary>
    public static IServiceCollection AddContracts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ObjectiveOptions>().Bind(configuration.GetSection("Objectives")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CountedHistory>();
        services.AddSingleton<ObjectiveStore>();
        services.AddSingleton<ContractStore>();
        services.AddSingleton<BurnBook>();
        services.AddSingleton<Standings>();
        services.AddSingleton<Statements>();
        return services;
    }
}

/// <summary>Tells organisations whose budgets burn.</summary>
[DisallowConcurrentExecution]
public sealed class BurnJob(BurnBook book) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await book.LookAsync(cancellationToken);
}
