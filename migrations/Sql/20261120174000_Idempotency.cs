using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>Answers to writes by the key their client gave them. The request is kept as a hash only: it may hold a credential.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261120174000_Idempotency")]
public sealed class Idempotency : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("""
            CREATE TABLE idempotency (
              org_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE, key text NOT NULL, request bytea NOT NULL,
              created_at timestamptz NOT NULL, status integer, content_type text, location text, body bytea,
              PRIMARY KEY (org_id, key)
            );
            CREATE INDEX ON idempotency (org_id, created_at);
            GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO statushub_app;
            ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
            ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
            CREATE POLICY own_rows ON idempotency USING (current_setting('statushub.org', true) IN ('*', org_id::text));
            """);
    }
}
