using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>What was said, when, about the end of each incident: every revision is kept, so that the estimates can be held to their word.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121125500_Estimates")]
public sealed class Estimates : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("""
            CREATE TABLE incident_estimates (
              incident_id uuid NOT NULL, at timestamptz NOT NULL, phase smallint NOT NULL,
              p10 timestamptz NOT NULL, p50 timestamptz NOT NULL, p80 timestamptz NOT NULL, p90 timestamptz NOT NULL,
              similar_incidents real NOT NULL, longer_than_usual boolean NOT NULL,
              PRIMARY KEY (incident_id, at)
            );
            GRANT SELECT, INSERT, UPDATE, DELETE ON incident_estimates TO statushub_app;
            """);
    }
}
