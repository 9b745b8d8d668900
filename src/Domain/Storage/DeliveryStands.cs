using Npgsql;
using StatusHub.Domain.Deliveries;

namespace StatusHub.Domain.Storage;

/// <summary>Where deliveries stand, for their owners: to be looked at and to be moved. Those who deliver lease the same rows.</summary>
public sealed class DeliveryStands(Database database)
{
    private const string Columns = "subscription_id, position, attempt, next_at, failing_since, failures";

    // The new fence makes whoever is delivering right now fail to record, and read again from here.
    private const string Afresh = "fence = fence + 1, owner = NULL, attempt = 0, through = NULL, next_at = NULL, failing_since = NULL, failures = 0, unrecorded = 0, warned = false";

    /// <summary>The stands of some of an organisation's subscriptions, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, DeliveryStand>> FindAsync(Guid orgId, IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM deliveries WHERE org_id = $1 AND subscription_id = ANY($2)", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = ids.ToArray() });
        await using var row = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<Guid, DeliveryStand>();
        while (await row.ReadAsync(cancel))
        {
            found[row.GetGuid(0)] = new DeliveryStand(row.GetInt64(1))
            {
                Attempt = row.GetInt32(2),
                NextAt = Time(row, 3),
                FailingSince = Time(row, 4),
                Failures = row.GetInt32(5),
            };
        }

        return found;
    }

    /// <summary>Moves a delivery to another place of the log, back or forward, and forgets that anything failed.</summary>
    public Task<bool> MoveAsync(Guid orgId, Guid id, long position, CancellationToken cancel) =>
        ChangeAsync(orgId, id, $"position = $3, {Afresh}", cancel, position);

    /// <summary>Forgets that anything failed: what comes next is tried at once.</summary>
    public Task<bool> RefreshAsync(Guid orgId, Guid id, CancellationToken cancel) => ChangeAsync(orgId, id, Afresh, cancel);

    private async Task<bool> ChangeAsync(Guid orgId, Guid id, string set, CancellationToken cancel, long? position = null)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand($"UPDATE deliveries SET {set} WHERE org_id = $1 AND subscription_id = $2", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        if (position is { } to)
        {
            command.Parameters.Add(new() { Value = to });
        }

        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
