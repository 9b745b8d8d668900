using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>A subscription has no lease of its own: its owner has one, in <c>delivery_nodes</c>. The column was never read.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121172000_DeliveriesWithoutUntil")]
public sealed class DeliveriesWithoutUntil : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("ALTER TABLE deliveries DROP COLUMN until");
    }
}
