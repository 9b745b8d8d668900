using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Domain.Storage.Mapping;

internal sealed class CatalogueMapping : IEntityTypeConfiguration<Provider>, IEntityTypeConfiguration<AiModel>, IEntityTypeConfiguration<FailureDomain>
{
    public void Configure(EntityTypeBuilder<Provider> builder)
    {
        builder.ToTable("providers").HasKey(p => p.Id);
        builder.Property(p => p.Id).HasMaxLength(64);
        builder.Property(p => p.Name).HasMaxLength(200);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(p => p.AnsweredBy);
    }

    public void Configure(EntityTypeBuilder<AiModel> builder)
    {
        builder.ToTable("models").HasKey(m => m.Id);
        builder.Property(m => m.Name).HasMaxLength(200);
        builder.HasOne<Provider>().WithMany().HasForeignKey(m => m.ProviderId);
    }

    public void Configure(EntityTypeBuilder<FailureDomain> builder)
    {
        builder.ToTable("failure_domains").HasKey(d => d.Id);
        builder.Property(d => d.Id).HasMaxLength(64);
        builder.Property(d => d.Name).HasMaxLength(200);
    }
}

internal sealed class EndpointMapping : IEntityTypeConfiguration<Endpoint>
{
    public void Configure(EntityTypeBuilder<Endpoint> builder)
    {
        builder.ToTable("endpoints").HasKey(e => new { e.OrgId, e.Id });
        builder.HasIndex(e => e.Id).IsUnique();
        builder.HasOne<Organisation>().WithMany().HasForeignKey(e => e.OrgId);
        builder.HasOne<AiModel>().WithMany().HasForeignKey(e => e.Model).OnDelete(DeleteBehavior.Restrict);
        builder.Property(e => e.Dialect).HasMaxLength(64);
        builder.Property(e => e.Url).HasMaxLength(2_000);
        builder.Property(e => e.Region).HasMaxLength(64);
        builder.Property(e => e.WireModel).HasMaxLength(200);
        builder.Property(e => e.PausedBecause).HasMaxLength(500);
        builder.Property(e => e.Probe).HasConversion<string>().HasMaxLength(32);
        builder.ComplexProperty(e => e.Budget, budget =>
        {
            budget.Property(b => b.MaxOutputTokens).HasColumnName("budget_max_output_tokens");
            budget.Property(b => b.ProbesPerDay).HasColumnName("budget_probes_per_day");
        });
    }
}
