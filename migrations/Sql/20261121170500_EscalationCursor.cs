using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>How far escalations have read stands with the other readers, for whom retention waits.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121170500_EscalationCursor")]
public sealed class EscalationCursor : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("""
            INSERT INTO cursors (name, position)
              SELECT 'escalations', coalesce((SELECT value::bigint FROM settings WHERE name = 'cursor-escalations'), position) FROM event_head;
            DELETE FROM settings WHERE name = 'cursor-escalations';
            """);
    }
}
