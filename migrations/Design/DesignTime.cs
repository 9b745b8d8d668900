using Microsoft.EntityFrameworkCore.Design;
using StatusHub.Domain.Storage;
using StatusHub.Migrations;

namespace StatusHub.Design;

/// <summary>How <c>dotnet ef</c> opens the model. No database is reached for adding a migration; the address only names the provider.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<StatusDb>
{
    private const string Nowhere = "Host=localhost;Database=statushub";

    public StatusDb CreateDbContext(string[] args) =>
        new(MigrationSetup.Options(Environment.GetEnvironmentVariable("ConnectionStrings__StatusHub") ?? Nowhere));

    private static void Main() => Console.WriteLine("This program only lends the model to `dotnet ef`; see Design.csproj.");
}
