using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>What other organisations' events say about models, how far their word is trusted, and what providers say of their own.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121131500_OutsideEvidence")]
public sealed class OutsideEvidence : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Evidence);
        migrationBuilder.Sql(Words);
        migrationBuilder.Sql(Walls);
    }

    // The judge's own numbers are in state; what is asked of all organisations at once stands in columns.
    private const string Evidence = """
        CREATE TABLE outside_evidence (
          org_id uuid NOT NULL, model_id text COLLATE "C" NOT NULL, state jsonb NOT NULL,
          nats real NOT NULL, share real, commonest smallint NOT NULL, raised_since timestamptz, fresh_until timestamptz NOT NULL, due_at timestamptz,
          sees boolean NOT NULL, is_peer boolean NOT NULL, window_at timestamptz, requests bigint NOT NULL, failed bigint NOT NULL, suspicion_at timestamptz, suspicions bigint NOT NULL,
          PRIMARY KEY (org_id, model_id)
        ) WITH (fillfactor = 50);
        CREATE INDEX ix_outside_evidence_model ON outside_evidence (model_id);
        CREATE INDEX ix_outside_evidence_due ON outside_evidence (due_at) WHERE due_at IS NOT NULL;
        CREATE TABLE measured_series (
          org_id uuid NOT NULL, series text NOT NULL, start_at timestamptz NOT NULL, at timestamptz NOT NULL, count bigint NOT NULL,
          PRIMARY KEY (org_id, series)
        ) WITH (fillfactor = 50);
        CREATE TABLE outside_trust (org_id uuid PRIMARY KEY, weight real NOT NULL, at timestamptz NOT NULL) WITH (fillfactor = 50);
        INSERT INTO cursors (name, position) SELECT 'evidence', position FROM event_head;
        """;

    private const string Words = """
        CREATE TABLE provider_words (
          org_id uuid NOT NULL, incident_id text NOT NULL, model_id text COLLATE "C" NOT NULL, phase smallint NOT NULL, status smallint NOT NULL,
          title text, started_at timestamptz, said_at timestamptz NOT NULL, heard_at timestamptz NOT NULL, is_public boolean NOT NULL,
          PRIMARY KEY (org_id, incident_id, model_id)
        );
        CREATE INDEX ix_provider_words_said ON provider_words (said_at);
        CREATE TABLE announced_maintenance (
          org_id uuid NOT NULL, maintenance_id text NOT NULL, model_id text COLLATE "C" NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
          is_over boolean NOT NULL, title text, said_at timestamptz NOT NULL, announced_at timestamptz NOT NULL,
          PRIMARY KEY (org_id, maintenance_id, model_id)
        );
        CREATE INDEX ix_announced_maintenance_model ON announced_maintenance (model_id, ends_at);
        """;

    private const string Walls = """
        DO $$
        DECLARE t text;
        BEGIN
          FOREACH t IN ARRAY ARRAY['outside_evidence', 'outside_trust', 'measured_series', 'provider_words', 'announced_maintenance'] LOOP
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO statushub_app', t);
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
            EXECUTE format('CREATE POLICY own_rows ON %I USING (current_setting(''statushub.org'', true) IN (''*'', org_id::text))', t);
          END LOOP;
        END $$;
        """;
}
