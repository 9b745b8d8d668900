using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StatusHub.Domain.Incidents;

namespace StatusHub.Domain.Storage.Mapping;

internal sealed class IncidentMapping :
    IEntityTypeConfiguration<Incident>, IEntityTypeConfiguration<IncidentModel>, IEntityTypeConfiguration<IncidentUpdate>
{
    public void Configure(EntityTypeBuilder<Incident> builder)
    {
        builder.ToTable("incidents").HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.Title).HasMaxLength(300);
        builder.Property(i => i.Phase).HasConversion<string>().HasMaxLength(16);
        builder.Property(i => i.Impact).HasConversion<string>().HasMaxLength(32);
        builder.Property(i => i.Kind).HasConversion<string>().HasMaxLength(16);
        builder.Property(i => i.State).HasColumnType("jsonb");
        builder.Ignore(i => i.IsOpen);
        builder.HasIndex(i => i.StartedAt);
        builder.HasIndex(i => i.ResolvedAt).HasFilter("resolved_at IS NULL").HasDatabaseName("ix_incidents_open");
        builder.HasMany(i => i.Models).WithOne().HasForeignKey(m => m.IncidentId);
        builder.HasMany(i => i.Updates).WithOne().HasForeignKey(u => u.IncidentId);
    }

    public void Configure(EntityTypeBuilder<IncidentModel> builder)
    {
        builder.ToTable("incident_models").HasKey(m => new { m.IncidentId, m.Model });
        builder.Property(m => m.Status).HasConversion<string>().HasMaxLength(32);
        builder.Property(m => m.Worst).HasConversion<string>().HasMaxLength(32);
        // Whatever races, the database keeps one open incident a model.
        builder.HasIndex(m => m.Model).IsUnique().HasFilter("open").HasDatabaseName("ix_one_open_incident_a_model");
    }

    public void Configure(EntityTypeBuilder<IncidentUpdate> builder)
    {
        builder.ToTable("incident_updates").HasKey(u => u.Id);
        builder.Property(u => u.Id).ValueGeneratedNever();
        builder.Property(u => u.Phase).HasConversion<string>().HasMaxLength(16);
        builder.Property(u => u.Body).HasMaxLength(8_000);
        builder.HasIndex(u => new { u.IncidentId, u.At });
    }
}
