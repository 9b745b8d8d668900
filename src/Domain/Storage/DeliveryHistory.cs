using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Deliveries;

namespace StatusHub.Domain.Storage;

/// <summary>What was tried for a subscription, and what was given up on, as its owner reads it.</summary>
public sealed class DeliveryHistory(Database database)
{
    /// <summary>Attempts before a place in the list, newest first; those of one instant, as a batch has them, by position.</summary>
    /// <param name="position">Within the instant: 0 for a test, which has none.</param>
    public async Task<IReadOnlyList<AttemptLine>> AttemptsAsync(
        Guid orgId, Guid subscriptionId, DateTimeOffset before, long position, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand(
            """
            SELECT at, position, event_id, event_type, attempt, outcome, status, millis, next_at, answer FROM delivery_attempts
            WHERE org_id = $1 AND subscription_id = $2 AND at <= $3 AND (at, coalesce(position, 0)) < ($3, $4)
            ORDER BY at DESC, coalesce(position, 0) DESC LIMIT $5
            """, connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = subscriptionId });
        command.Parameters.Add(new() { Value = before.UtcDateTime });
        command.Parameters.Add(new() { Value = position });
        command.Parameters.Add(new() { Value = limit });
        await using var row = await command.ExecuteReaderAsync(cancel);
        var attempts = new List<AttemptLine>();
        while (await row.ReadAsync(cancel))
        {
            attempts.Add(new AttemptLine(
                row.GetFieldValue<DateTimeOffset>(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetInt32(4),
                row.GetString(5), row.IsDBNull(6) ? null : row.GetInt16(6), row.GetFloat(7),
                row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8), row.IsDBNull(9) ? null : row.GetString(9)));
        }

        return attempts;
    }

    /// <summary>Writes down one attempt that a person asked for.</summary>
    public async Task AddAsync(Guid orgId, Guid subscriptionId, AttemptLine attempt, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var partition = new NpgsqlCommand("SELECT ensure_attempt_partition($1)", connection);
        partition.Parameters.Add(new() { Value = DateOnly.FromDateTime(attempt.At.UtcDateTime) });
        await partition.ExecuteNonQueryAsync(cancel);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO delivery_attempts (org_id, subscription_id, at, position, event_id, event_type, attempt, outcome, status, millis, next_at, answer)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """, connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = subscriptionId });
        command.Parameters.Add(new() { Value = attempt.At.UtcDateTime });
        command.Parameters.Add(new() { Value = (object?)attempt.Position ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = attempt.EventId });
        command.Parameters.Add(new() { Value = attempt.EventType });
        command.Parameters.Add(new() { Value = attempt.Number });
        command.Parameters.Add(new() { Value = attempt.Outcome });
        command.Parameters.Add(new() { Value = attempt.Status is { } status ? (short)status : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint });
        command.Parameters.Add(new() { Value = (float)attempt.Millis });
        command.Parameters.Add(new() { Value = (object?)attempt.NextAt?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = (object?)attempt.Answer ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Dead letters below a position, newest first.</summary>
    public async Task<IReadOnlyList<DeadLetterLine>> DeadLettersAsync(Guid orgId, Guid subscriptionId, long below, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand(
            """
            SELECT position, event_id, event_type, at, reason, status, attempts FROM dead_letters
            WHERE org_id = $1 AND subscription_id = $2 AND position < $3 ORDER BY position DESC LIMIT $4
            """, connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = subscriptionId });
        command.Parameters.Add(new() { Value = below });
        command.Parameters.Add(new() { Value = limit });
        await using var row = await command.ExecuteReaderAsync(cancel);
        var letters = new List<DeadLetterLine>();
        while (await row.ReadAsync(cancel))
        {
            letters.Add(new DeadLetterLine(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.GetString(4),
                row.IsDBNull(5) ? null : row.GetInt16(5), row.GetInt32(6)));
        }

        return letters;
    }

    public async Task RemoveDeadLetterAsync(Guid orgId, Guid subscriptionId, long position, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand(
            "DELETE FROM dead_letters WHERE org_id = $1 AND subscription_id = $2 AND position = $3", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = subscriptionId });
        command.Parameters.Add(new() { Value = position });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
