using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>What people do at the console is written down with who did it. No reference: an entry outlives the account it names.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121220107_AuditedMembers")]
public sealed class AuditedMembers : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("ALTER TABLE audit_entries ADD COLUMN by_member uuid");
    }
}
