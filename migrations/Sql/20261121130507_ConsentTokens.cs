using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using StatusHub.Domain.Storage;

namespace StatusHub.Migrations.Sql;

/// <summary>A receiver that consents later comes with a token and nothing else: its subscription is found by it.</summary>
[DbContext(typeof(StatusDb))]
[Migration("20261121130507_ConsentTokens")]
public sealed class ConsentTokens : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("CREATE UNIQUE INDEX ix_subscriptions_consent_token ON subscriptions (consent_token) WHERE consent_token IS NOT NULL");
    }
}
