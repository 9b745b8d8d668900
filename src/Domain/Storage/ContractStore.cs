using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>Organisations' contracts. Whatever is done to one is written down with who did it, in the same transaction.</summary>
public sealed class ContractStore(Database database, Clocks clocks)
{
    /// <summary>Most contracts of one organisation.</summary>
    public const int MaxContracts = 100;

    private const string Columns = "org_id, id, name, template, currency, clause::text, covers::text, created_at, changed_at";

    /// <summary>One organisation's, by name.</summary>
    public async Task<IReadOnlyList<ServiceContract>> ListAsync(Guid orgId, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        var command = new NpgsqlCommand($"SELECT {Columns} FROM contracts WHERE org_id = $1 ORDER BY name, id", connection);
        command.Parameters.Add(new() { Value = orgId });
        return await ReadAsync(command, cancel);
    }

    public async Task<ServiceContract?> FindAsync(Guid orgId, Guid id, CancellationToken cancel) => (await ListAsync(orgId, cancel)).FirstOrDefault(c => c.Id == id);

    public async Task<Written> AddAsync(ServiceContract contract, Actor by, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(contract.OrgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var isAdded = await WriteAsync(
            transaction,
            $"""
            INSERT INTO contracts (org_id, id, name, template, currency, clause, covers, created_at, changed_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE (SELECT count(*) FROM contracts WHERE org_id = $1) < {MaxContracts}
            """, contract, cancel);
        return isAdded
            ? await DoneAsync(transaction, by, contract, AuditActions.ContractCreated, AuditDetail.Whole(AuditTerms.Of(contract)), cancel)
            : Written.TooMany;
    }

    public async Task<Written> ReplaceAsync(ServiceContract contract, Actor by, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(contract.OrgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await LockAsync(transaction, contract.OrgId, contract.Id, cancel) is not { } before)
        {
            return Written.Missing;
        }

        await WriteAsync(
            transaction,
            """
            UPDATE contracts SET name = $3, template = $4, currency = $5, clause = $6, covers = $7, created_at = $8, changed_at = $9
            WHERE org_id = $1 AND id = $2
            """, contract, cancel);
        var changed = AuditDetail.Changed(AuditTerms.Of(before), AuditTerms.Of(contract));
        return await DoneAsync(transaction, by, contract, AuditActions.ContractChanged, changed, cancel);
    }

    public async Task<Written> DeleteAsync(Guid orgId, Guid id, Actor by, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await LockAsync(transaction, orgId, id, cancel) is not { } before)
        {
            return Written.Missing;
        }

        await using var command = new NpgsqlCommand("DELETE FROM contracts WHERE org_id = $1 AND id = $2", connection, transaction);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        await command.ExecuteNonQueryAsync(cancel);
        return await DoneAsync(transaction, by, before, AuditActions.ContractDeleted, AuditDetail.Whole(AuditTerms.Of(before)), cancel);
    }

    private async Task<Written> DoneAsync(NpgsqlTransaction transaction, Actor by, ServiceContract contract, string action, string detail, CancellationToken cancel)
    {
        await Audit.AddAsync(transaction, AuditEntry.Of(by, contract.OrgId, clocks.Now, action, contract.Id, detail), cancel);
        await transaction.CommitAsync(cancel);
        return Written.Done;
    }

    private static async Task<ServiceContract?> LockAsync(NpgsqlTransaction transaction, Guid orgId, Guid id, CancellationToken cancel)
    {
        var command = new NpgsqlCommand($"SELECT {Columns} FROM contracts WHERE org_id = $1 AND id = $2 FOR UPDATE", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        return await ReadAsync(command, cancel) is [var found] ? found : null;
    }

    private static async Task<bool> WriteAsync(NpgsqlTransaction transaction, string sql, ServiceContract contract, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = contract.OrgId });
        command.Parameters.Add(new() { Value = contract.Id });
        command.Parameters.Add(new() { Value = contract.Name });
        command.Parameters.Add(new() { Value = (object?)contract.Template ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = contract.Currency });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(contract.Clause), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(contract.Covers), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = contract.CreatedAt.UtcDateTime });
        command.Parameters.Add(new() { Value = contract.ChangedAt.UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    private static async Task<IReadOnlyList<ServiceContract>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var contracts = new List<ServiceContract>();
            while (await reader.ReadAsync(cancel))
            {
                contracts.Add(new(
                    reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4),
                    JsonSerializer.Deserialize<Clause>(reader.GetString(5))!, JsonSerializer.Deserialize<List<CoveredModel>>(reader.GetString(6))!,
                    reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8)));
            }

            return contracts;
        }
    }
}
