using Npgsql;
using NpgsqlTypes;

namespace StatusHub.Domain.Storage;

/// <summary>An answer as it was given once.</summary>
public sealed record KeptAnswer(int Status, string ContentType, string? Location, byte[] Body);

/// <summary>What is known about an idempotency key: one of the records below.</summary>
public abstract record IdempotencyClaim
{
    private IdempotencyClaim()
    {
    }

    /// <summary>Nobody used the key: do the work, then <see cref="IdempotencyStore.KeepAsync"/> or <see cref="IdempotencyStore.ForgetAsync"/>.</summary>
    public sealed record Fresh : IdempotencyClaim;

    public sealed record Answered(KeptAnswer Answer) : IdempotencyClaim;

    /// <summary>The same request is being worked on.</summary>
    public sealed record UnderWay : IdempotencyClaim;

    /// <summary>The key was used for another request.</summary>
    public sealed record OtherRequest : IdempotencyClaim;
}

/// <summary>Answers to writes by the key their client gave them, per organisation, so that a write tried twice happens once.</summary>
public sealed class IdempotencyStore(Database database)
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>How long work may take before its key is taken to be orphaned by a crash.</summary>
    public static readonly TimeSpan Orphaned = TimeSpan.FromMinutes(2);

    /// <summary>Answers kept for one organisation; the oldest go first.</summary>
    public const int MaxPerOrganisation = 10_000;

    private const string Prune = """
        DELETE FROM idempotency WHERE org_id = $1 AND (created_at < $2 OR (status IS NULL AND created_at < $3)
          OR created_at <= (SELECT created_at FROM idempotency WHERE org_id = $1 ORDER BY created_at DESC OFFSET $4 LIMIT 1))
        """;

    private const string Insert = """
        INSERT INTO idempotency (org_id, key, request, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
        """;

    private const string Find = "SELECT request, status, content_type, location, body FROM idempotency WHERE org_id = $1 AND key = $2";

    /// <param name="request">SHA-256 of method, path and body.</param>
    public async Task<IdempotencyClaim> ClaimAsync(Guid orgId, string key, byte[] request, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await ExecuteAsync(connection, Prune, cancel, orgId, now - Kept, now - Orphaned, MaxPerOrganisation);
        if (await ExecuteAsync(connection, Insert, cancel, orgId, key, request, now) == 1)
        {
            return new IdempotencyClaim.Fresh();
        }

        await using var command = new NpgsqlCommand(Find, connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = key });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel))
        {
            return new IdempotencyClaim.UnderWay(); // its first try was just forgotten
        }

        if (!row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(request))
        {
            return new IdempotencyClaim.OtherRequest();
        }

        return row.IsDBNull(1)
            ? new IdempotencyClaim.UnderWay()
            : new IdempotencyClaim.Answered(new KeptAnswer(
                row.GetInt32(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetFieldValue<byte[]>(4)));
    }

    public async Task KeepAsync(Guid orgId, string key, KeptAnswer answer, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand(
            "UPDATE idempotency SET status = $3, content_type = $4, location = $5, body = $6 WHERE org_id = $1 AND key = $2", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = answer.Status });
        command.Parameters.Add(new() { Value = answer.ContentType });
        command.Parameters.Add(new() { Value = (object?)answer.Location ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = answer.Body });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Gives a key free again, because its work failed.</summary>
    public async Task ForgetAsync(Guid orgId, string key, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await ExecuteAsync(connection, "DELETE FROM idempotency WHERE org_id = $1 AND key = $2", cancel, orgId, key);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancel);
    }
}
