using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>What organisations want of models, with the alert that stands on it, and what they were promised.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121190501_Contracts")]
public sealed class Contracts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Tables);
    }

    private const string Tables = """
        CREATE TABLE objectives (
          org_id uuid NOT NULL REFERENCES organisations (id), id uuid NOT NULL, name text NOT NULL, model_id text NOT NULL, target double precision NOT NULL,
          looks_at text NOT NULL, weights jsonb NOT NULL, ttft_limit_ms double precision, created_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
          alert_id uuid, alert_level smallint, alert_since timestamptz, told_until timestamptz,
          PRIMARY KEY (org_id, id)
        );
        CREATE TABLE contracts (
          org_id uuid NOT NULL REFERENCES organisations (id), id uuid NOT NULL, name text NOT NULL, template text, currency text NOT NULL,
          clause jsonb NOT NULL, covers jsonb NOT NULL, created_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
          PRIMARY KEY (org_id, id)
        );
        CREATE INDEX ix_incident_models_model ON incident_models (model, started_at);
        DO $$
        DECLARE t text;
        BEGIN
          FOREACH t IN ARRAY ARRAY['objectives', 'contracts'] LOOP
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO statushub_app', t);
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
            EXECUTE format('CREATE POLICY own_rows ON %I USING (current_setting(''statushub.org'', true) IN (''*'', org_id::text))', t);
          END LOOP;
        END $$;
        """;
}
