using Npgsql;
using StatusHub.Domain.Deliveries;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Which node delivers to which subscription. A node's lease is one row on the database's clock; each subscription names its owner, and
/// every change of owner takes the next fencing number, under which alone is written. A subscription whose owner's lease ran out is free.
/// </summary>
public sealed class DeliveryLeases(Database database)
{
    /// <summary>Forgets that another process of this name ever delivered, so that what it held is free at once: it was killed.</summary>
    /// <param name="owner">This process: the node's name, a slash, and what no other process has.</param>
    public async Task SucceedAsync(string owner, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("DELETE FROM delivery_nodes WHERE starts_with(node, $1) AND node <> $2");
        command.Parameters.Add(new() { Value = owner[..(owner.LastIndexOf('/') + 1)] });
        command.Parameters.Add(new() { Value = owner });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Renews the node's lease, and strikes out nodes long gone.</summary>
    public async Task RenewAsync(string owner, TimeSpan lease, CancellationToken cancel)
    {
        await using var batch = database.System.CreateBatch();
        batch.BatchCommands.Add(Command(
            """
            INSERT INTO delivery_nodes (node, until) VALUES ($1, clock_timestamp() + $2)
            ON CONFLICT (node) DO UPDATE SET until = excluded.until
            """, owner, lease));
        batch.BatchCommands.Add(Command("DELETE FROM delivery_nodes WHERE until < clock_timestamp() - interval '1 hour'"));
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Takes subscriptions nobody delivers to, at most <paramref name="limit"/>, each under its next fencing number.</summary>
    /// <param name="except">Those the node can make nothing of, by id, with the version it tried.</param>
    public async Task ClaimAsync(string owner, int limit, IReadOnlyDictionary<Guid, int> except, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH live AS (SELECT node FROM delivery_nodes WHERE until > clock_timestamp()),
            free AS (
              SELECT d.subscription_id FROM deliveries d JOIN subscriptions s ON s.org_id = d.org_id AND s.id = d.subscription_id
              WHERE s.state = $3 AND (d.owner IS NULL OR d.owner NOT IN (SELECT node FROM live)) AND $1 IN (SELECT node FROM live)
                AND (s.id, s.version) NOT IN (SELECT * FROM unnest($4::uuid[], $5::integer[]))
              ORDER BY d.subscription_id LIMIT $2 FOR UPDATE OF d SKIP LOCKED)
            UPDATE deliveries d SET owner = $1, fence = d.fence + 1 FROM free WHERE d.subscription_id = free.subscription_id
            """);
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = (short)SubscriptionState.Active });
        command.Parameters.Add(new() { Value = except.Keys.ToArray() });
        command.Parameters.Add(new() { Value = except.Values.ToArray() });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Everything the node is to deliver to now. Only sight of it: what is written is checked by its fence again.</summary>
    public async Task<IReadOnlyList<Holding>> HeldAsync(string owner, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT d.subscription_id, d.fence, s.version FROM deliveries d JOIN subscriptions s ON s.org_id = d.org_id AND s.id = d.subscription_id
            WHERE d.owner = $1 AND s.state = $2
            """);
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = (short)SubscriptionState.Active });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var held = new List<Holding>();
        while (await reader.ReadAsync(cancel))
        {
            held.Add(new Holding(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt32(2)));
        }

        return held;
    }

    public async Task<DeliveryShare> ShareAsync(CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT (SELECT count(*)::integer FROM delivery_nodes WHERE until > clock_timestamp()),
              (SELECT count(*)::integer FROM subscriptions WHERE state = $1)
            """);
        command.Parameters.Add(new() { Value = (short)SubscriptionState.Active });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new DeliveryShare(reader.GetInt32(0), reader.GetInt32(1));
    }

    /// <summary>Held subscriptions, read whole; those no longer held are left out.</summary>
    public async Task<IReadOnlyList<HeldSubscription>> ReadAsync(string owner, IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            $"""
             SELECT s.*, d.fence, d.position, d.attempt, d.unrecorded, d.through, d.next_at, d.failing_since, d.failures, d.warned
             FROM (SELECT {SubscriptionStore.Columns} FROM subscriptions WHERE id = ANY($2) AND state = $3) s
             JOIN deliveries d ON d.subscription_id = s.id WHERE d.owner = $1
             """);
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = ids.ToArray() });
        command.Parameters.Add(new() { Value = (short)SubscriptionState.Active });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var read = new List<HeldSubscription>();
        while (await reader.ReadAsync(cancel))
        {
            read.Add(new HeldSubscription(SubscriptionStore.Read(reader), reader.GetInt64(14), Stand(reader)));
        }

        return read;
    }

    /// <summary>Lets go of some, so that another node can take them.</summary>
    public async Task ReleaseAsync(string owner, IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("UPDATE deliveries SET owner = NULL WHERE owner = $1 AND subscription_id = ANY($2)");
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = ids.ToArray() });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Lets go of everything: the node stops.</summary>
    public async Task LeaveAsync(string owner, CancellationToken cancel)
    {
        await using var batch = database.System.CreateBatch();
        batch.BatchCommands.Add(Command("UPDATE deliveries SET owner = NULL WHERE owner = $1", owner));
        batch.BatchCommands.Add(Command("DELETE FROM delivery_nodes WHERE node = $1", owner));
        await batch.ExecuteNonQueryAsync(cancel);
    }

    private static DeliveryStand Stand(NpgsqlDataReader row) => new(row.GetInt64(15))
    {
        Attempt = row.GetInt32(16),
        Unrecorded = row.GetInt32(17),
        Through = row.IsDBNull(18) ? null : row.GetInt64(18),
        NextAt = row.IsDBNull(19) ? null : row.GetFieldValue<DateTimeOffset>(19),
        FailingSince = row.IsDBNull(20) ? null : row.GetFieldValue<DateTimeOffset>(20),
        Failures = row.GetInt32(21),
        Warned = row.GetBoolean(22),
    };

    private static NpgsqlBatchCommand Command(string sql, params IEnumerable<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}
