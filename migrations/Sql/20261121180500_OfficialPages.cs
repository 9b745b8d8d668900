using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>Providers' own pages, and what they last said.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121180500_OfficialPages")]
public sealed class OfficialPages : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(
            """
            CREATE TABLE official_pages (
              provider_id text PRIMARY KEY REFERENCES providers (id), url text NOT NULL, format smallint NOT NULL, components jsonb NOT NULL,
              validator text, words jsonb NOT NULL DEFAULT '[]', looked_at timestamptz, read_at timestamptz, changed_at timestamptz,
              failing_since timestamptz, fault text
            );
            GRANT SELECT, INSERT, UPDATE, DELETE ON official_pages TO statushub_app;
            """);
    }
}
