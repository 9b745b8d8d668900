using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>Who did what to an organisation's keys and settings. The application may add and read entries, never change or remove one.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121124501_Audit")]
public sealed class Audit : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Entries);
    }

    // Default privileges may grant more than reading and adding, so all is taken away first.
    private const string Entries = """
        CREATE TABLE audit_entries (
          org_id uuid NOT NULL REFERENCES organisations (id), id uuid NOT NULL, at timestamptz NOT NULL,
          by_org uuid, by_key uuid, action text NOT NULL, object text NOT NULL, detail text,
          PRIMARY KEY (org_id, id)
        );
        REVOKE ALL ON audit_entries FROM statushub_app;
        GRANT SELECT, INSERT ON audit_entries TO statushub_app;
        ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
        ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON audit_entries USING (current_setting('statushub.org', true) IN ('*', org_id::text));
        """;
}
