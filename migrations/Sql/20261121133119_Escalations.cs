using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>What organisations ask of providers, and until when.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121133119_Escalations")]
public sealed class Escalations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Table);
    }

    // The unique index is the rule that an organisation asks about a model once at a time. State 3 is closed.
    private const string Table = """
        CREATE TABLE escalations (
          org_id uuid NOT NULL REFERENCES organisations (id), id uuid NOT NULL UNIQUE, model text NOT NULL,
          answering_org uuid NOT NULL REFERENCES organisations (id), state smallint NOT NULL, step integer NOT NULL, window_seconds integer NOT NULL,
          requested_at timestamptz NOT NULL, deadline timestamptz NOT NULL, acknowledged_at timestamptz, acknowledged_by text,
          signal_source text, signal_id text, note text,
          PRIMARY KEY (org_id, id)
        );
        CREATE UNIQUE INDEX ix_escalations_open ON escalations (org_id, model) WHERE state <> 3;
        CREATE INDEX ix_escalations_answering ON escalations (answering_org, id);
        CREATE INDEX ix_escalations_deadline ON escalations (deadline) WHERE state <> 3;
        GRANT SELECT, INSERT, UPDATE, DELETE ON escalations TO statushub_app;
        ALTER TABLE escalations ENABLE ROW LEVEL SECURITY;
        ALTER TABLE escalations FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON escalations USING (current_setting('statushub.org', true) IN ('*', org_id::text));
        """;
}
