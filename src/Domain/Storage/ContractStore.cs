using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Contracts;

namespace StatusHub.Domain.Storage;

/// <summary>Organisations' contracts.</summary>
public sealed class ContractStore(Database database)
{
    /// <summary>Most contracts of one organisation.</summary>
    public const int MaxContracts = 100;

    private const string Columns = "org_id, id, name, template, currency, clause::text, covers::text, created_at, changed_at";

    /// <summary>One organisation's, by name.</summary>
    public async Task<IReadOnlyList<ServiceContract>> ListAsync(Guid orgId, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM contracts WHERE org_id = $1 ORDER BY name, id", connection);
        command.Parameters.Add(new() { Value = orgId });
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

    public async Task<ServiceContract?> FindAsync(Guid orgId, Guid id, CancellationToken cancel) => (await ListAsync(orgId, cancel)).FirstOrDefault(c => c.Id == id);

    public Task<Written> AddAsync(ServiceContract contract, CancellationToken cancel) => WriteAsync(
        $"""
        INSERT INTO contracts (org_id, id, name, template, currency, clause, covers, created_at, changed_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE (SELECT count(*) FROM contracts WHERE org_id = $1) < {MaxContracts}
        """, contract, Written.TooMany, cancel);

    public Task<Written> ReplaceAsync(ServiceContract contract, CancellationToken cancel) => WriteAsync(
        """
        UPDATE contracts SET name = $3, template = $4, currency = $5, clause = $6, covers = $7, created_at = $8, changed_at = $9
        WHERE org_id = $1 AND id = $2
        """, contract, Written.Missing, cancel);

    public async Task<Written> DeleteAsync(Guid orgId, Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand("DELETE FROM contracts WHERE org_id = $1 AND id = $2", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteNonQueryAsync(cancel) == 1 ? Written.Done : Written.Missing;
    }

    private async Task<Written> WriteAsync(string sql, ServiceContract contract, Written none, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(contract.OrgId, cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = contract.OrgId });
        command.Parameters.Add(new() { Value = contract.Id });
        command.Parameters.Add(new() { Value = contract.Name });
        command.Parameters.Add(new() { Value = (object?)contract.Template ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = contract.Currency });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(contract.Clause), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(contract.Covers), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = contract.CreatedAt.UtcDateTime });
        command.Parameters.Add(new() { Value = contract.ChangedAt.UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancel) == 1 ? Written.Done : none;
    }
}
