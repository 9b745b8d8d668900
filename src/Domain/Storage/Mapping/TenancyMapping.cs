using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Domain.Storage.Mapping;

internal sealed class TenancyMapping : IEntityTypeConfiguration<Organisation>, IEntityTypeConfiguration<Membership>, IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<Organisation> builder)
    {
        builder.ToTable("organisations").HasKey(o => o.Id);
        builder.HasIndex(o => o.Slug).IsUnique();
        builder.Property(o => o.Slug).HasMaxLength(64);
        builder.Property(o => o.Name).HasMaxLength(200);
    }

    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.ToTable("memberships").HasKey(m => new { m.OrgId, m.MemberId });
        builder.HasOne<Organisation>().WithMany().HasForeignKey(m => m.OrgId);
        builder.HasOne<Member>().WithMany().HasForeignKey(m => m.MemberId);
        builder.Property(m => m.Role).HasConversion<string>().HasMaxLength(16);
    }

    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys").HasKey(k => new { k.OrgId, k.Id });
        builder.HasOne<Organisation>().WithMany().HasForeignKey(k => k.OrgId);
        builder.HasIndex(k => k.Hash).IsUnique();
        builder.Property(k => k.Name).HasMaxLength(200);
        builder.Property(k => k.Prefix).HasMaxLength(16);
    }
}
