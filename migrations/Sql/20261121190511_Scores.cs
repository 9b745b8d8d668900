using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>The weekly scores as published, and what roll-ups must count for them: base-grid probes only.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121190511_Scores")]
public sealed class Scores : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(Tables);
    }

    // What is published stays: the application may add to these tables and read them, nothing else.
    private const string Tables = """
        ALTER TABLE rollups ADD COLUMN base_excused integer NOT NULL DEFAULT 0, ADD COLUMN base_wrong integer NOT NULL DEFAULT 0, ADD COLUMN base_ttft integer[];

        CREATE TABLE score_weeks (
          week text COLLATE "C" NOT NULL, methodology text NOT NULL, published_at timestamptz NOT NULL,
          PRIMARY KEY (week, methodology)
        );
        CREATE TABLE scores (
          week text COLLATE "C" NOT NULL, methodology text NOT NULL, subject text COLLATE "C" NOT NULL, place integer NOT NULL, score jsonb NOT NULL,
          PRIMARY KEY (week, methodology, subject),
          FOREIGN KEY (week, methodology) REFERENCES score_weeks (week, methodology)
        );
        GRANT SELECT, INSERT ON score_weeks, scores TO statushub_app;
        """;
}
