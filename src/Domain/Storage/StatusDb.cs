using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Domain.Storage;

/// <summary>
/// The catalogue, the tenants, the incidents and the people. Rows written at a high rate (observations, roll-ups, verdicts,
/// the log) have hand-written SQL in this folder instead. Snake-case names throughout, so both read the same.
/// </summary>
public sealed class StatusDb(DbContextOptions<StatusDb> options) : IdentityUserContext<Member, Guid>(options)
{
    public DbSet<Provider> Providers => Set<Provider>();

    public DbSet<AiModel> Models => Set<AiModel>();

    public DbSet<FailureDomain> FailureDomains => Set<FailureDomain>();

    public DbSet<Endpoint> Endpoints => Set<Endpoint>();

    public DbSet<Organisation> Organisations => Set<Organisation>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Incident> Incidents => Set<Incident>();

    public DbSet<IncidentModel> IncidentModels => Set<IncidentModel>();

    public DbSet<IncidentUpdate> IncidentUpdates => Set<IncidentUpdate>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<ModelId>().HaveConversion<ModelIdConverter>().HaveMaxLength(ModelId.MaxLength);
        base.ConfigureConventions(configurationBuilder);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(StatusDb).Assembly);
        SnakeCase.Apply(builder);
    }
}
