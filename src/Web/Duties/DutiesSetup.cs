using Quartz;
using StatusHub.Domain.Storage;

namespace StatusHub.Web.Duties;

public static class DutiesSetup
{
    private const int Workers = 2;

    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddDuties(this IServiceCollection services, IConfiguration configuration, string connectionString)
    {
        services.AddOptions<DutyOptions>().Bind(configuration.GetSection("Duties")).ValidateDataAnnotations().ValidateOnStart();
        services.AddQuartz(DutySchedule.SchedulerName, quartz =>
        {
            quartz.UseTimeProvider(TimeProvider.System); // else it takes the hub's, which a scenario accelerates
            quartz.UseDefaultThreadPool(Workers);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(Database.AppConnectionString(connectionString, Workers + 3));
                store.UseSystemTextJsonSerializer();
                store.UseClustering(cluster => cluster.CheckinInterval = CheckIn);
                store.ConfigureStore(o =>
                {
                    o.StoreJobDataAsStrings = true;
                    o.TablePrefix = DutySchedule.TablePrefix;
                });
            });
        });
        services.AddHostedService<DutySchedule>();
        services.AddHostedService<PastLearning>();
        return services;
    }
}
