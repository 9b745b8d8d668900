using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Deliveries;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Subscriptions as their organisations see them. Where each delivery stands is in a table of its own, beside them. Those by which events
/// go to peers are no organisation's to see or to change: only the calls that name peers reach them, by the id that is the peer's too.
/// </summary>
public sealed class SubscriptionStore(Database database)
{
    internal const string Columns = """
        org_id, id, definition::text, version, state, state_because, state_at, secrets, credential, consent_token, consent_until, allowed_rate,
        created_at, updated_at
        """;

    // One at a time for an organisation: two that count at once would both find room.
    private const string Alone = "SELECT pg_advisory_xact_lock(hashtextextended('subscriptions ' || $1::text, 0))";

    private const string IsOwners = $"definition #>> '{{config,format}}' IS DISTINCT FROM '{Subscription.PeerFormat}'";

    private const string IsPeers = $"definition #>> '{{config,format}}' = '{Subscription.PeerFormat}'";

    private const string Count = $"SELECT count(*), count(consent_token) FROM subscriptions WHERE org_id = $1 AND {IsOwners}";

    /// <param name="position">Log position it starts behind.</param>
    public Task AddAsync(Subscription subscription, long position, CancellationToken cancel) =>
        TryAddAsync(subscription, position, int.MaxValue, int.MaxValue, cancel);

    /// <param name="position">Log position it starts behind.</param>
    /// <param name="most">Subscriptions the organisation may have.</param>
    /// <param name="mostAwaiting">How many of them may wait for a consent.</param>
    /// <returns>False when it has as many, or has this one already.</returns>
    public async Task<bool> TryAddAsync(Subscription subscription, long position, int most, int mostAwaiting, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(subscription.OrgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var (all, awaiting) = await CountAsync(transaction, subscription.OrgId, cancel);
        if (all >= most || (subscription.ConsentToken is not null && awaiting >= mostAwaiting))
        {
            return false;
        }

        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO subscriptions (org_id, id, definition, version, state, state_because, state_at, secrets, credential, consent_token, consent_until,
              allowed_rate, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT DO NOTHING
            """, connection, transaction);
        Bind(insert.Parameters, subscription);
        if (await insert.ExecuteNonQueryAsync(cancel) == 0)
        {
            return false;
        }

        await using var stand = new NpgsqlCommand("INSERT INTO deliveries (subscription_id, org_id, position) VALUES ($1, $2, $3)", connection, transaction);
        stand.Parameters.Add(new() { Value = subscription.Id });
        stand.Parameters.Add(new() { Value = subscription.OrgId });
        stand.Parameters.Add(new() { Value = position });
        await stand.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>The subscription, of whatever organisation, whose receiver may consent with a token.</summary>
    /// <param name="token">SHA-256 of it.</param>
    public async Task<Subscription?> FindByConsentTokenAsync(byte[] token, CancellationToken cancel)
    {
        await using var command = database.Reads.CreateCommand($"SELECT {Columns} FROM subscriptions WHERE consent_token = $1");
        command.Parameters.Add(new() { Value = token });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    public Task<Subscription?> FindAsync(Guid orgId, Guid id, CancellationToken cancel) => FindAsync(IsOwners, orgId, id, cancel);

    public Task<Subscription?> FindOfPeerAsync(Guid orgId, Guid peerId, CancellationToken cancel) => FindAsync(IsPeers, orgId, peerId, cancel);

    /// <summary>An organisation's subscriptions by id, at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<Subscription>> ListAsync(Guid orgId, Guid after, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM subscriptions WHERE org_id = $1 AND id > $2 AND {IsOwners} ORDER BY id LIMIT $3", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var list = new List<Subscription>();
        while (await reader.ReadAsync(cancel))
        {
            list.Add(Read(reader));
        }

        return list;
    }

    /// <summary>Writes a changed subscription as its next version.</summary>
    /// <returns>False when somebody else changed it since it was read, or it is gone.</returns>
    public async Task<bool> UpdateAsync(Subscription subscription, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(subscription.OrgId, cancel);
        await using var command = new NpgsqlCommand(
            """
            UPDATE subscriptions SET definition = $3, version = $4 + 1, state = $5, state_because = $6, state_at = $7, secrets = $8, credential = $9,
              consent_token = $10, consent_until = $11, allowed_rate = $12, created_at = $13, updated_at = $14
            WHERE org_id = $1 AND id = $2 AND version = $4
            """, connection);
        Bind(command.Parameters, subscription);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    public Task<bool> DeleteAsync(Guid orgId, Guid id, CancellationToken cancel) => DeleteAsync(IsOwners, orgId, id, cancel);

    public Task<bool> DeleteOfPeerAsync(Guid orgId, Guid peerId, CancellationToken cancel) => DeleteAsync(IsPeers, orgId, peerId, cancel);

    private async Task<Subscription?> FindAsync(string whose, Guid orgId, Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM subscriptions WHERE org_id = $1 AND id = $2 AND {whose}", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    private async Task<bool> DeleteAsync(string whose, Guid orgId, Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                // The book locks where it stands before the subscription: so does this, or the two could lock each other out.
                new NpgsqlBatchCommand("SELECT FROM deliveries WHERE org_id = $1 AND subscription_id = $2 FOR UPDATE"),
                new NpgsqlBatchCommand($"DELETE FROM subscriptions WHERE org_id = $1 AND id = $2 AND {whose}"),
            },
        };
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            command.Parameters.Add(new() { Value = orgId });
            command.Parameters.Add(new() { Value = id });
        }

        await batch.ExecuteNonQueryAsync(cancel);
        return batch.BatchCommands[^1].RecordsAffected == 1;
    }

    private static async Task<(long All, long Awaiting)> CountAsync(NpgsqlTransaction transaction, Guid orgId, CancellationToken cancel)
    {
        await using var alone = new NpgsqlCommand(Alone, transaction.Connection, transaction);
        alone.Parameters.Add(new() { Value = orgId });
        await alone.ExecuteNonQueryAsync(cancel);
        await using var count = new NpgsqlCommand(Count, transaction.Connection, transaction);
        count.Parameters.Add(new() { Value = orgId });
        await using var row = await count.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static void Bind(NpgsqlParameterCollection parameters, Subscription s)
    {
        parameters.Add(new() { Value = s.OrgId });
        parameters.Add(new() { Value = s.Id });
        parameters.Add(new() { Value = s.Definition, NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new() { Value = s.Version });
        parameters.Add(new() { Value = (short)s.State });
        parameters.Add(new() { Value = (object?)s.StateBecause ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new() { Value = s.StateAt.UtcDateTime });
        parameters.Add(new() { Value = s.Secrets });
        parameters.Add(new() { Value = (object?)s.Credential ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        parameters.Add(new() { Value = (object?)s.ConsentToken ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        parameters.Add(new() { Value = (object?)s.ConsentUntil?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(new() { Value = (object?)s.AllowedRate ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        parameters.Add(new() { Value = s.CreatedAt.UtcDateTime });
        parameters.Add(new() { Value = s.UpdatedAt.UtcDateTime });
    }

    internal static Subscription Read(NpgsqlDataReader row) => new()
    {
        OrgId = row.GetGuid(0),
        Id = row.GetGuid(1),
        Definition = row.GetString(2),
        Version = row.GetInt32(3),
        State = (SubscriptionState)row.GetInt16(4),
        StateBecause = row.IsDBNull(5) ? null : row.GetString(5),
        StateAt = row.GetFieldValue<DateTimeOffset>(6),
        Secrets = row.GetFieldValue<byte[]>(7),
        Credential = row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8),
        ConsentToken = row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9),
        ConsentUntil = row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
        AllowedRate = row.IsDBNull(11) ? null : row.GetInt32(11),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(12),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(13),
    };
}
