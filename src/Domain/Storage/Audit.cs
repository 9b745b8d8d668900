using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Domain.Storage;

/// <summary>Who did what, per organisation. The table can only grow: the application's role may add and read.</summary>
public sealed class Audit(Database database)
{
    private const string Insert = """
        INSERT INTO audit_entries (org_id, id, at, by_org, by_key, action, target, detail, by_member) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    /// <summary>Adds an entry by itself, after what it tells of was committed elsewhere.</summary>
    public async Task AddAsync(AuditEntry entry, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await AddAsync(connection, null, entry, cancel);
    }

    /// <summary>Adds an entry in the transaction of what it tells of.</summary>
    public static Task AddAsync(NpgsqlTransaction transaction, AuditEntry entry, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return AddAsync(transaction.Connection!, transaction, entry, cancel);
    }

    /// <summary>Adds an entry in the transaction a context is in; it must be in one.</summary>
    public static Task AddAsync(StatusDb db, AuditEntry entry, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(db);
        var transaction = db.Database.CurrentTransaction ?? throw new InvalidOperationException("An entry is added with what it tells of: begin a transaction.");
        return AddAsync((NpgsqlTransaction)transaction.GetDbTransaction(), entry, cancel);
    }

    /// <summary>An organisation's entries, newest first.</summary>
    /// <param name="before">Only entries older than the one with this id; null for the newest.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(Guid orgId, Guid? before, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand(
            """
            SELECT org_id, id, at, by_org, by_key, action, target, detail, by_member FROM audit_entries
            WHERE org_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
            """, connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(OrNull(before, NpgsqlDbType.Uuid));
        command.Parameters.Add(new() { Value = limit });
        await using var row = await command.ExecuteReaderAsync(cancel);
        var entries = new List<AuditEntry>();
        while (await row.ReadAsync(cancel))
        {
            entries.Add(new AuditEntry(
                row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), row.IsDBNull(3) ? null : row.GetGuid(3),
                row.IsDBNull(4) ? null : row.GetGuid(4), row.GetString(5), row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7),
                row.IsDBNull(8) ? null : row.GetGuid(8)));
        }

        return entries;
    }

    private static async Task AddAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, AuditEntry entry, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await using var command = new NpgsqlCommand(Insert, connection, transaction);
        command.Parameters.Add(new() { Value = entry.OrgId });
        command.Parameters.Add(new() { Value = entry.Id });
        command.Parameters.Add(new() { Value = entry.At.UtcDateTime });
        command.Parameters.Add(OrNull(entry.ByOrg, NpgsqlDbType.Uuid));
        command.Parameters.Add(OrNull(entry.ByKey, NpgsqlDbType.Uuid));
        command.Parameters.Add(new() { Value = entry.Action });
        command.Parameters.Add(new() { Value = entry.Target });
        command.Parameters.Add(OrNull(entry.Detail, NpgsqlDbType.Text));
        command.Parameters.Add(OrNull(entry.ByMember, NpgsqlDbType.Uuid));
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlParameter OrNull(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
