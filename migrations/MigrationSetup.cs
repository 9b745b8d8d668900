using Microsoft.EntityFrameworkCore;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations;

/// <summary>How the context finds its migrations; one place, for the hub and for the design-time host.</summary>
public static class MigrationSetup
{
    public static DbContextOptions<StatusDb> Options(string connectionString) =>
        new DbContextOptionsBuilder<StatusDb>()
            .UseNpgsql(connectionString, npgsql => npgsql
                .MigrationsAssembly(typeof(MigrationSetup).Assembly.GetName().Name)
                .MigrationsHistoryTable("migrations_history"))
            .Options;
}
