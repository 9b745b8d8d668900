using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>What EF does not model: partitions, roll-ups, verdicts, the log, leases, the application role and row-level security.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261120173000_EvidenceAndLog")]
public sealed class EvidenceAndLog : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Observations);
        migrationBuilder.Sql(Rollups);
        migrationBuilder.Sql(Verdicts);
        migrationBuilder.Sql(Log);
        migrationBuilder.Sql(Leases);
        migrationBuilder.Sql(AppRole);
        migrationBuilder.Sql(Walls);
    }

    private const string Observations = """
        CREATE TABLE observations (
          at timestamptz NOT NULL, org_id uuid NOT NULL, endpoint_id uuid NOT NULL, id uuid NOT NULL, model_id text NOT NULL, region text NOT NULL,
          rung smallint NOT NULL, started_at timestamptz NOT NULL, failure smallint NOT NULL, http_status smallint, request_id text, detail text,
          base_grid boolean NOT NULL, input_tokens integer, output_tokens integer, answered_model text, retry_after_seconds integer,
          dns_ms real, connect_ms real, tls_ms real, headers_ms real, first_event_ms real, first_token_ms real, first_reasoning_ms real,
          last_token_ms real, max_gap_ms real, total_ms real,
          chunks integer NOT NULL, bytes bigint NOT NULL, end_marker_seen boolean NOT NULL, connection_reused boolean NOT NULL
        ) PARTITION BY RANGE (at);
        CREATE INDEX ON observations (org_id, model_id, at DESC);

        CREATE FUNCTION ensure_observation_partition(day date) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        DECLARE name text := 'observations_p' || to_char(day, 'YYYYMMDD');
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('observation_partitions'));
          IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF observations FOR VALUES FROM (%L) TO (%L)',
              name, day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00');
            EXECUTE format('GRANT INSERT ON %I TO statushub_app', name);
          END IF;
        END $$;

        CREATE FUNCTION drop_observation_partitions(before date) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        DECLARE part record; dropped integer := 0;
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('observation_partitions'));
          FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                      WHERE i.inhparent = 'observations'::regclass AND c.relname < 'observations_p' || to_char(before, 'YYYYMMDD') LOOP
            EXECUTE format('DROP TABLE %I', part.relname);
            dropped := dropped + 1;
          END LOOP;
          RETURN dropped;
        END $$;
        """;

    private const string Rollups = """
        CREATE TABLE rollups (
          model_id text NOT NULL, region text NOT NULL, step integer NOT NULL, bucket timestamptz NOT NULL,
          attempts integer NOT NULL, base_attempts integer NOT NULL, base_failures integer NOT NULL,
          failures integer[] NOT NULL, ttft integer[] NOT NULL, tokens_per_second integer[] NOT NULL,
          PRIMARY KEY (model_id, region, step, bucket)
        ) WITH (fillfactor = 70);
        CREATE INDEX ON rollups (step, bucket);

        CREATE FUNCTION add_counts(a integer[], b integer[]) RETURNS integer[]
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
        $$ SELECT array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY n) FROM unnest(a, b) WITH ORDINALITY AS u(x, y, n) $$;
        """;

    private const string Verdicts = """
        CREATE TABLE verdicts (
          model_id text COLLATE "C" PRIMARY KEY, status smallint NOT NULL, since timestamptz NOT NULL, phase smallint NOT NULL, kind smallint NOT NULL,
          confidence double precision NOT NULL, failure_share double precision NOT NULL, worst_share double precision NOT NULL,
          slow_factor double precision NOT NULL, dominant_failure smallint NOT NULL, trouble_since timestamptz, detected_at timestamptz,
          last_evidence_at timestamptz, unknown_because text, state bytea
        ) WITH (fillfactor = 50);

        CREATE TABLE verdict_spans (
          model_id text NOT NULL, from_at timestamptz NOT NULL, to_at timestamptz, status smallint NOT NULL,
          PRIMARY KEY (model_id, from_at)
        );
        CREATE UNIQUE INDEX ix_one_open_span_a_model ON verdict_spans (model_id) WHERE to_at IS NULL;
        CREATE INDEX ix_spans_ended ON verdict_spans (to_at);
        """;

    private const string Log = """
        CREATE TABLE event_head (singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton), position bigint NOT NULL);
        INSERT INTO event_head (position) VALUES (0);

        CREATE TABLE events (
          position bigint PRIMARY KEY, id text NOT NULL, source text NOT NULL, type text NOT NULL, subject text, time timestamptz NOT NULL,
          recorded_at timestamptz NOT NULL, org_id uuid, tlp text NOT NULL, data bytea NOT NULL
        );
        CREATE UNIQUE INDEX ix_events_once ON events (coalesce(org_id, '00000000-0000-0000-0000-000000000000'), source, id);

        CREATE TABLE cursors (name text PRIMARY KEY, position bigint NOT NULL);
        CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL);
        """;

    private const string Leases = """
        CREATE TABLE endpoint_leases (
          endpoint_id uuid PRIMARY KEY REFERENCES endpoints (id) ON DELETE CASCADE, org_id uuid NOT NULL,
          owner text, until timestamptz, fence bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 50);
        """;

    // Roles belong to the whole server: another hub's database may have made this one already.
    private const string AppRole = """
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'statushub_app') THEN CREATE ROLE statushub_app NOLOGIN; END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;
        DO $$ BEGIN
          -- From version 16 on, whoever made the role administers it but may not yet become it.
          IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN EXECUTE format('GRANT statushub_app TO %I', current_user); END IF;
        END $$;
        GRANT USAGE ON SCHEMA public TO statushub_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO statushub_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO statushub_app;
        REVOKE ALL ON migrations_history FROM statushub_app;
        REVOKE EXECUTE ON FUNCTION ensure_observation_partition(date), drop_observation_partitions(date) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION ensure_observation_partition(date), drop_observation_partitions(date) TO statushub_app;
        """;

    private const string Walls = """
        DO $$
        DECLARE t text;
        BEGIN
          FOREACH t IN ARRAY ARRAY['memberships', 'api_keys', 'endpoints', 'endpoint_leases', 'observations'] LOOP
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
            EXECUTE format('CREATE POLICY own_rows ON %I USING (current_setting(''statushub.org'', true) IN (''*'', org_id::text))', t);
          END LOOP;
        END $$;
        ALTER TABLE organisations ENABLE ROW LEVEL SECURITY;
        ALTER TABLE organisations FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON organisations USING (current_setting('statushub.org', true) IN ('*', id::text));
        ALTER TABLE settings ENABLE ROW LEVEL SECURITY;
        ALTER TABLE settings FORCE ROW LEVEL SECURITY;
        -- The link for the first owner is claimed in the same transaction that makes the owner, on a tenant's connection; it is only a hash.
        CREATE POLICY hub_only ON settings USING (current_setting('statushub.org', true) = '*' OR name = 'setup-link');
        ALTER TABLE events ENABLE ROW LEVEL SECURITY;
        ALTER TABLE events FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON events USING (org_id IS NULL OR current_setting('statushub.org', true) IN ('*', org_id::text));
        """;
}
