using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>What models can do, what organisations do without them, and what is advised now.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121171000_Fallback")]
public sealed class Fallback : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Tables);
    }

    // Advice has a row only while it is other than to stay; without an organisation it is the public's.
    private const string Tables = """
        CREATE TABLE model_capabilities (model_id text PRIMARY KEY, abilities text[] NOT NULL, context_tokens integer);
        GRANT SELECT, INSERT, UPDATE, DELETE ON model_capabilities TO statushub_app;

        CREATE TABLE fallback_plans (
          org_id uuid NOT NULL REFERENCES organisations (id), id uuid NOT NULL, name text NOT NULL, primary_model text NOT NULL, needs text NOT NULL,
          alternatives jsonb NOT NULL, created_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
          PRIMARY KEY (org_id, id)
        );
        CREATE UNIQUE INDEX ix_fallback_plans_primary ON fallback_plans (org_id, primary_model);
        GRANT SELECT, INSERT, UPDATE, DELETE ON fallback_plans TO statushub_app;
        ALTER TABLE fallback_plans ENABLE ROW LEVEL SECURITY;
        ALTER TABLE fallback_plans FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON fallback_plans USING (current_setting('statushub.org', true) IN ('*', org_id::text));

        CREATE TABLE fallback_advice (
          org_id uuid REFERENCES organisations (id), primary_model text NOT NULL, kind smallint NOT NULL, primary_share double precision NOT NULL,
          to_model text, since timestamptz NOT NULL, healthy_since timestamptz, better_since timestamptz
        );
        CREATE UNIQUE INDEX ix_fallback_advice ON fallback_advice (coalesce(org_id, '00000000-0000-0000-0000-000000000000'), primary_model);
        GRANT SELECT, INSERT, UPDATE, DELETE ON fallback_advice TO statushub_app;
        ALTER TABLE fallback_advice ENABLE ROW LEVEL SECURITY;
        ALTER TABLE fallback_advice FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON fallback_advice USING (org_id IS NULL OR current_setting('statushub.org', true) IN ('*', org_id::text));
        """;
}
