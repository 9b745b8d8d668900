using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>What came of writing something an organisation keeps.</summary>
public enum Written
{
    Done,

    /// <summary>The organisation has as many as it may.</summary>
    TooMany,

    /// <summary>There is none with this id.</summary>
    Missing,
}

/// <summary>An objective, with the alert that stands on it.</summary>
public sealed record WatchedObjective(Objective Objective, AlertState Alert);

/// <summary>Organisations' objectives, added here with who added them. Changed, removed, and their alerts moved by <see cref="BurnBook"/>.</summary>
public sealed class ObjectiveStore(Database database, Clocks clocks)
{
    /// <summary>Most objectives of one organisation.</summary>
    public const int MaxObjectives = 200;

    private const string Columns = "org_id, id, name, model_id, target, looks_at, weights::text, ttft_limit_ms, created_at, changed_at, alert_id, alert_level, alert_since, told_until";

    /// <summary>Every organisation's: for the hub's own work.</summary>
    public Task<IReadOnlyList<WatchedObjective>> AllAsync(CancellationToken cancel) =>
        ReadAsync(database.System.CreateCommand($"SELECT {Columns} FROM objectives ORDER BY model_id, org_id, id"), cancel);

    /// <summary>One organisation's, by name.</summary>
    public async Task<IReadOnlyList<WatchedObjective>> ListAsync(Guid orgId, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        var command = new NpgsqlCommand($"SELECT {Columns} FROM objectives WHERE org_id = $1 ORDER BY name, id", connection);
        command.Parameters.Add(new() { Value = orgId });
        return await ReadAsync(command, cancel);
    }

    public async Task<WatchedObjective?> FindAsync(Guid orgId, Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        var command = new NpgsqlCommand($"SELECT {Columns} FROM objectives WHERE org_id = $1 AND id = $2", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        return await ReadAsync(command, cancel) is [var found] ? found : null;
    }

    public async Task<Written> AddAsync(Objective objective, Actor by, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(objective.OrgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO objectives (org_id, id, name, model_id, target, looks_at, weights, ttft_limit_ms, created_at, changed_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE (SELECT count(*) FROM objectives WHERE org_id = $1) < {MaxObjectives}
            """, connection, transaction);
        Bind(command.Parameters, objective);
        if (await command.ExecuteNonQueryAsync(cancel) == 0)
        {
            return Written.TooMany;
        }

        var whole = AuditDetail.Whole(AuditTerms.Of(objective));
        await Audit.AddAsync(transaction, AuditEntry.Of(by, objective.OrgId, clocks.Now, AuditActions.ObjectiveCreated, objective.Id, whole), cancel);
        await transaction.CommitAsync(cancel);
        return Written.Done;
    }

    /// <summary>Replaces the terms inside the transaction that also ends the alert on the old ones.</summary>
    internal static async Task<bool> ReplaceAsync(NpgsqlTransaction transaction, Objective objective, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE objectives SET name = $3, model_id = $4, target = $5, looks_at = $6, weights = $7, ttft_limit_ms = $8, created_at = $9, changed_at = $10
            WHERE org_id = $1 AND id = $2
            """, transaction.Connection, transaction);
        Bind(command.Parameters, objective);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>The same row, locked until the transaction ends.</summary>
    internal static async Task<WatchedObjective?> LockAsync(NpgsqlTransaction transaction, Guid orgId, Guid id, CancellationToken cancel)
    {
        var command = new NpgsqlCommand($"SELECT {Columns} FROM objectives WHERE org_id = $1 AND id = $2 FOR UPDATE", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        return await ReadAsync(command, cancel) is [var found] ? found : null;
    }

    private static void Bind(NpgsqlParameterCollection parameters, Objective o)
    {
        parameters.Add(new() { Value = o.OrgId });
        parameters.Add(new() { Value = o.Id });
        parameters.Add(new() { Value = o.Name });
        parameters.Add(new() { Value = o.Model.Value });
        parameters.Add(new() { Value = o.Target });
        parameters.Add(new() { Value = o.Window.ToString() });
        parameters.Add(new() { Value = JsonSerializer.Serialize(o.Weights), NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new() { Value = (object?)o.TtftLimitMs ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double });
        parameters.Add(new() { Value = o.CreatedAt.UtcDateTime });
        parameters.Add(new() { Value = o.ChangedAt.UtcDateTime });
    }

    private static async Task<IReadOnlyList<WatchedObjective>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var read = new List<WatchedObjective>();
            while (await reader.ReadAsync(cancel))
            {
                read.Add(Read(reader));
            }

            return read;
        }
    }

    private static WatchedObjective Read(NpgsqlDataReader row)
    {
        _ = ObjectiveWindow.TryParse(row.GetString(5), out var window);
        return new(
            new Objective(
                row.GetGuid(0), row.GetGuid(1), row.GetString(2), ModelId.Parse(row.GetString(3)), row.GetDouble(4), window,
                JsonSerializer.Deserialize<StateWeights>(row.GetString(6))!, row.IsDBNull(7) ? null : row.GetDouble(7),
                row.GetFieldValue<DateTimeOffset>(8), row.GetFieldValue<DateTimeOffset>(9)),
            new AlertState(
                row.IsDBNull(10) ? null : new BurnAlert(row.GetGuid(10), row.GetInt16(11), row.GetFieldValue<DateTimeOffset>(12)),
                row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13)));
    }
}
