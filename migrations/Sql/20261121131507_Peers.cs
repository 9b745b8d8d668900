using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>Other hubs, what was agreed with each, and where the exchange stands.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121131507_Peers")]
public sealed class Peers : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Tables);
        migrationBuilder.Sql(Walls);
    }

    // What was agreed changes seldom; where the exchange stands changes with every page.
    private const string Tables = """
        CREATE TABLE peers (
          org_id uuid NOT NULL REFERENCES organisations (id), id uuid NOT NULL UNIQUE, name text NOT NULL, url text NOT NULL, hub text NOT NULL,
          feed text NOT NULL, public_key text, offered_key text, direction smallint NOT NULL, gives jsonb NOT NULL, accepts jsonb NOT NULL,
          credential bytea, key_id uuid NOT NULL UNIQUE, subscription_id uuid, state smallint NOT NULL, version integer NOT NULL DEFAULT 1,
          created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
          PRIMARY KEY (org_id, id), UNIQUE (org_id, hub)
        );
        CREATE TABLE peer_stands (
          peer_id uuid PRIMARY KEY, org_id uuid NOT NULL, cursor text, owner text, until timestamptz, fence bigint NOT NULL DEFAULT 0,
          seen_at timestamptz, skew_millis bigint, lag_millis bigint, taken bigint NOT NULL DEFAULT 0, known bigint NOT NULL DEFAULT 0,
          dropped bigint NOT NULL DEFAULT 0, dropped_because text, failures integer NOT NULL DEFAULT 0, fault text,
          FOREIGN KEY (org_id, peer_id) REFERENCES peers (org_id, id) ON DELETE CASCADE
        ) WITH (fillfactor = 50);
        """;

    private const string Walls = """
        DO $$
        DECLARE t text;
        BEGIN
          FOREACH t IN ARRAY ARRAY['peers', 'peer_stands'] LOOP
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO statushub_app', t);
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
            EXECUTE format('CREATE POLICY own_rows ON %I USING (current_setting(''statushub.org'', true) IN (''*'', org_id::text))', t);
          END LOOP;
        END $$;
        """;
}
