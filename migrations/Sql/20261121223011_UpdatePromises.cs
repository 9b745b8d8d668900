using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>By when providers promised their next word on an incident, and when it came.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121223011_UpdatePromises")]
public sealed class UpdatePromises : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("""
            CREATE TABLE provider_promises (
              org_id uuid NOT NULL, provider_id text COLLATE "C" NOT NULL, incident_id text NOT NULL, promised_at timestamptz NOT NULL,
              said_at timestamptz NOT NULL, due_at timestamptz NOT NULL, answered_at timestamptz,
              PRIMARY KEY (org_id, provider_id, incident_id, promised_at)
            );
            CREATE INDEX ix_provider_promises_due ON provider_promises (due_at);
            GRANT SELECT, INSERT, UPDATE, DELETE ON provider_promises TO statushub_app;
            ALTER TABLE provider_promises ENABLE ROW LEVEL SECURITY;
            ALTER TABLE provider_promises FORCE ROW LEVEL SECURITY;
            CREATE POLICY own_rows ON provider_promises USING (current_setting('statushub.org', true) IN ('*', org_id::text));
            """);
    }
}
