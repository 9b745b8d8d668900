using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>When a provider first told everybody of a trouble, and which models our own probes are asked to look at now.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121160502_OfficialTimes")]
public sealed class OfficialTimes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("""
            ALTER TABLE provider_words ADD COLUMN trouble_told_at timestamptz;
            UPDATE provider_words SET trouble_told_at = heard_at WHERE is_public AND status >= 3 AND phase < 3;
            CREATE INDEX ix_provider_words_model ON provider_words (model_id) WHERE trouble_told_at IS NOT NULL;
            CREATE TABLE closer_looks (model_id text COLLATE "C" PRIMARY KEY, asked_at timestamptz NOT NULL) WITH (fillfactor = 50);
            GRANT SELECT, INSERT, UPDATE, DELETE ON closer_looks TO statushub_app;
            """);
    }
}
