using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>How far a trouble reaches: one small document, written and read whole with its verdict; null without trouble.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121191500_VerdictScope")]
public sealed class VerdictScope : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("ALTER TABLE verdicts ADD COLUMN scope jsonb");
    }
}
