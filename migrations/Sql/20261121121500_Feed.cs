using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>What others send us (the log keeps it whole), who answers for a provider, and who is to be told: subscriptions and where each stands.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121121500_Feed")]
public sealed class Feed : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Received);
        migrationBuilder.Sql(Subscriptions);
        migrationBuilder.Sql(Attempts);
        migrationBuilder.Sql(Walls);
    }

    private const string Received = """
        ALTER TABLE events ADD COLUMN envelope bytea;
        ALTER TABLE providers ADD COLUMN answered_by uuid CONSTRAINT fk_providers_organisations_answered_by REFERENCES organisations (id);
        CREATE INDEX ix_providers_answered_by ON providers (answered_by);
        """;

    // What is asked for changes seldom; where a delivery stands changes with each. Two tables keep the busy rows narrow.
    private const string Subscriptions = """
        CREATE TABLE subscriptions (
          org_id uuid NOT NULL REFERENCES organisations (id), id uuid NOT NULL UNIQUE, definition jsonb NOT NULL, version integer NOT NULL DEFAULT 1,
          state smallint NOT NULL, state_because text, state_at timestamptz NOT NULL, secrets bytea NOT NULL, credential bytea,
          consent_token bytea, consent_until timestamptz, allowed_rate integer, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
          PRIMARY KEY (org_id, id)
        );
        CREATE TABLE deliveries (
          subscription_id uuid PRIMARY KEY, org_id uuid NOT NULL, position bigint NOT NULL,
          owner text, until timestamptz, fence bigint NOT NULL DEFAULT 0,
          attempt integer NOT NULL DEFAULT 0, through bigint, next_at timestamptz, failing_since timestamptz, failures integer NOT NULL DEFAULT 0,
          FOREIGN KEY (org_id, subscription_id) REFERENCES subscriptions (org_id, id) ON DELETE CASCADE
        ) WITH (fillfactor = 50);
        """;

    private const string Attempts = """
        CREATE TABLE delivery_attempts (
          at timestamptz NOT NULL, org_id uuid NOT NULL, subscription_id uuid NOT NULL, position bigint, event_id text NOT NULL, event_type text NOT NULL,
          attempt integer NOT NULL, outcome text NOT NULL, status smallint, millis real NOT NULL, next_at timestamptz, answer text
        ) PARTITION BY RANGE (at);
        CREATE INDEX ON delivery_attempts (org_id, subscription_id, at DESC);
        CREATE TABLE dead_letters (
          org_id uuid NOT NULL, subscription_id uuid NOT NULL, position bigint NOT NULL, event_id text NOT NULL, event_type text NOT NULL,
          at timestamptz NOT NULL, reason text NOT NULL, status smallint, attempts integer NOT NULL,
          PRIMARY KEY (org_id, subscription_id, position),
          FOREIGN KEY (org_id, subscription_id) REFERENCES subscriptions (org_id, id) ON DELETE CASCADE
        );

        CREATE FUNCTION ensure_attempt_partition(day date) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        DECLARE name text := 'delivery_attempts_p' || to_char(day, 'YYYYMMDD');
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('attempt_partitions'));
          IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF delivery_attempts FOR VALUES FROM (%L) TO (%L)',
              name, day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00');
          END IF;
        END $$;

        CREATE FUNCTION drop_attempt_partitions(before date) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        DECLARE part record; dropped integer := 0;
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('attempt_partitions'));
          FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                      WHERE i.inhparent = 'delivery_attempts'::regclass AND c.relname < 'delivery_attempts_p' || to_char(before, 'YYYYMMDD') LOOP
            EXECUTE format('DROP TABLE %I', part.relname);
            dropped := dropped + 1;
          END LOOP;
          RETURN dropped;
        END $$;
        REVOKE EXECUTE ON FUNCTION ensure_attempt_partition(date), drop_attempt_partitions(date) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION ensure_attempt_partition(date), drop_attempt_partitions(date) TO statushub_app;
        """;

    private const string Walls = """
        DO $$
        DECLARE t text;
        BEGIN
          FOREACH t IN ARRAY ARRAY['subscriptions', 'deliveries', 'delivery_attempts', 'dead_letters'] LOOP
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO statushub_app', t);
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
            EXECUTE format('CREATE POLICY own_rows ON %I USING (current_setting(''statushub.org'', true) IN (''*'', org_id::text))', t);
          END LOOP;
        END $$;
        """;
}
