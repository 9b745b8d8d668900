using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>A peer is a reporter of its own, apart from the organisation that agreed with it: evidence and trust are kept by the hub they came from.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121160501_Reporters")]
public sealed class Reporters : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("""
            DELETE FROM outside_evidence WHERE is_peer;
            ALTER TABLE outside_evidence DROP COLUMN is_peer, DROP CONSTRAINT outside_evidence_pkey, ADD COLUMN by_hub text COLLATE "C" NOT NULL DEFAULT '',
              ADD PRIMARY KEY (org_id, by_hub, model_id);
            ALTER TABLE outside_trust DROP CONSTRAINT outside_trust_pkey, ADD COLUMN by_hub text COLLATE "C" NOT NULL DEFAULT '', ADD PRIMARY KEY (org_id, by_hub);
            """);
    }
}
