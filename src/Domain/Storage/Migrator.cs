using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace StatusHub.Domain.Storage;

/// <summary>Brings the schema up to date at start, one node at a time.</summary>
public static class Migrator
{
    private const long Lock = 0x5374617475734875; // "StatusHu"

    /// <param name="options">Options of the owner's context, naming the migrations assembly.</param>
    public static async Task MigrateAsync(Database database, DbContextOptions<StatusDb> options, CancellationToken cancel)
    {
        await using var connection = await database.Owner.OpenConnectionAsync(cancel);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({Lock})", cancel);
        try
        {
            await using var db = new StatusDb(options);
            await db.Database.MigrateAsync(cancel);
        }
        finally
        {
            // A server that went away took the lock with it; asking would hide the failure behind another one.
            if (connection.State == ConnectionState.Open)
            {
                await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})", CancellationToken.None);
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
