using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Domain.Recovery;
using StatusHub.Domain.Scores;

namespace StatusHub.Domain.Storage;

public static class StorageSetup
{
    /// <summary>Everything stored: the doors to PostgreSQL, the log and its tail, the evidence writer, the contexts.</summary>
    public static IServiceCollection AddStatusStorage(this IServiceCollection services, IConfiguration configuration, string connectionString)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection("Storage")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new Database(connectionString, provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.AddSingleton<EventLog>();
        services.AddSingleton<LogTail>();
        services.AddHostedService(provider => provider.GetRequiredService<LogTail>());
        services.AddSingleton<ObservationStore>();
        services.AddSingleton<RollupStore>();
        services.AddSingleton<VerdictStore>();
        services.AddSingleton<EndpointLeases>();
        services.AddSingleton<Settings>();
        services.AddSingleton(JudgingPolicy.Default);
        services.AddSingleton(IncidentPolicy.Default);
        services.AddSingleton(RecoveryPolicy.Default);
        services.AddSingleton<EstimateStore>();
        services.AddScores();
        services.AddSingleton<RecoveryBook>();
        services.AddSingleton<IncidentBook>();
        services.AddSingleton<HubIdentity>();
        services.AddSingleton<Judgement>();
        services.AddSingleton<EvidenceWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<EvidenceWriter>());
        services.AddSingleton(OutsidePolicy.Default);
        services.AddSingleton<RemoteProbes>();
        services.AddSingleton<OutsideEvidence>();
        services.AddSingleton<OutsideSummaries>();
        services.AddSingleton<OfficialBook>();
        services.AddSingleton<CloserLooks>();
        services.AddSingleton<MeasuredSeries>();
        services.AddSingleton<IdempotencyStore>();
        services.AddOptions<EventInboxOptions>().Bind(configuration.GetSection("Inbox")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Audit>();
        services.AddSingleton<EventInbox>();
        services.AddHostedService(provider => provider.GetRequiredService<EventInbox>());
        services.AddSingleton<Readers>();
        services.AddSingleton<SubscriptionStore>();
        services.AddSingleton<PeerStore>();
        services.AddSingleton<PeerStands>();
        services.AddSingleton<EscalationBook>();
        services.AddSingleton<DeliveryLeases>();
        services.AddSingleton<DeliveryBook>();
        services.AddSingleton<DeliveryArrears>();
        services.AddSingleton<DeliveryStands>();
        services.AddSingleton<DeliveryHistory>();
        services.AddSingleton<SystemDb>();
        services.AddScoped<OrgScope>();
        services.AddDbContext<StatusDb>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<Database>().Tenant)
            .AddInterceptors(new OrgScopeInterceptor(provider.GetRequiredService<OrgScope>())));
        return services;
    }

    private static void AddScores(this IServiceCollection services)
    {
        services.AddSingleton(ScorePolicy.Default);
        services.AddSingleton<ScoreSources>();
        services.AddSingleton<ScoreStore>();
        services.AddSingleton<ScoreBook>();
    }
}

/// <summary>Contexts that see every organisation, for the hub's own work. Dispose what <see cref="Open"/> returns.</summary>
public sealed class SystemDb(Database database)
{
    private readonly DbContextOptions<StatusDb> _options = new DbContextOptionsBuilder<StatusDb>().UseNpgsql(database.System).Options;

    public StatusDb Open() => new(_options);

    /// <summary>A context inside a transaction that is already under way.</summary>
    internal static async Task<StatusDb> JoinAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var db = new StatusDb(new DbContextOptionsBuilder<StatusDb>().UseNpgsql(transaction.Connection!).Options);
        await db.Database.UseTransactionAsync(transaction, cancel);
        return db;
    }
}
