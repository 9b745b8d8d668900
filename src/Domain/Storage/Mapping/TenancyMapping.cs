using Microsoft.AspNetCore.Identity;
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

/// <summary>
/// Passkeys stand in the model whatever the host configured of Identity, whose own mapping follows a schema version that only a
/// configured host knows. Shape and limits are those of its version 3.
/// </summary>
internal sealed class PasskeyMapping : IEntityTypeConfiguration<IdentityUserPasskey<Guid>>
{
    /// <summary>Bytes of the longest credential id (WebAuthn Level 2, 5.1).</summary>
    private const int LongestCredentialId = 1024;

    public void Configure(EntityTypeBuilder<IdentityUserPasskey<Guid>> builder)
    {
        builder.ToTable("user_passkeys").HasKey(p => p.CredentialId);
        builder.Property(p => p.CredentialId).HasMaxLength(LongestCredentialId);
        builder.HasOne<Member>().WithMany().HasForeignKey(p => p.UserId).IsRequired();
        builder.OwnsOne(p => p.Data, data => data.ToJson("data"));
    }
}
