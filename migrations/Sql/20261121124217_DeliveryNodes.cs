using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>
/// Which nodes deliver. The lease is the node's, one row renewed for all its subscriptions: renewing each subscription's own row would
/// write ten thousand rows every few seconds to say one thing.
/// </summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121124217_DeliveryNodes")]
public sealed class DeliveryNodes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(
            """
            CREATE TABLE delivery_nodes (node text PRIMARY KEY, until timestamptz NOT NULL);
            GRANT SELECT, INSERT, UPDATE, DELETE ON delivery_nodes TO statushub_app;
            ALTER TABLE deliveries ADD COLUMN unrecorded integer NOT NULL DEFAULT 0, ADD COLUMN warned boolean NOT NULL DEFAULT false;
            """);
    }
}
