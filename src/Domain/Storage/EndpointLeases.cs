using Npgsql;

namespace StatusHub.Domain.Storage;

/// <summary>One endpoint this node may probe until its lease runs out.</summary>
public sealed record LeasedEndpoint(Guid OrgId, Guid EndpointId, long Fence);

/// <summary>
/// Which node probes which endpoint. A lease lives on the database's clock; every claim takes the next fencing number, which tells
/// two holders apart. What a node that slept through its lease still reports is recorded: it saw it, and evidence is evidence.
/// </summary>
public sealed class EndpointLeases(Database database)
{
    /// <summary>Renews what the node holds and claims free or expired endpoints, at most <paramref name="limit"/> of them anew.</summary>
    public async Task<IReadOnlyList<LeasedEndpoint>> ClaimAsync(string node, TimeSpan lease, int limit, CancellationToken cancel)
    {
        await using var batch = database.System.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO endpoint_leases (endpoint_id, org_id)
            SELECT e.id, e.org_id FROM endpoints e LEFT JOIN endpoint_leases l ON l.endpoint_id = e.id
            WHERE l.endpoint_id IS NULL ON CONFLICT DO NOTHING
            """));
        var claim = new NpgsqlBatchCommand(
            """
            WITH renewed AS (
              UPDATE endpoint_leases SET until = clock_timestamp() + $2 WHERE owner = $1 AND until > clock_timestamp() RETURNING endpoint_id),
            free AS (
              SELECT endpoint_id FROM endpoint_leases
              WHERE (owner IS NULL OR until <= clock_timestamp()) AND endpoint_id NOT IN (SELECT endpoint_id FROM renewed)
              ORDER BY endpoint_id LIMIT $3 FOR UPDATE SKIP LOCKED)
            UPDATE endpoint_leases l SET owner = $1, until = clock_timestamp() + $2, fence = l.fence + 1
            FROM free WHERE l.endpoint_id = free.endpoint_id
            """);
        claim.Parameters.Add(new() { Value = node });
        claim.Parameters.Add(new() { Value = lease });
        claim.Parameters.Add(new() { Value = limit });
        batch.BatchCommands.Add(claim);
        await batch.ExecuteNonQueryAsync(cancel);
        return await HeldAsync(node, cancel);
    }

    /// <summary>Lets go of everything the node holds, so that another can take over at once.</summary>
    public async Task ReleaseAsync(string node, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("UPDATE endpoint_leases SET owner = NULL, until = NULL WHERE owner = $1");
        command.Parameters.Add(new() { Value = node });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task<IReadOnlyList<LeasedEndpoint>> HeldAsync(string node, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            "SELECT org_id, endpoint_id, fence FROM endpoint_leases WHERE owner = $1 AND until > clock_timestamp()");
        command.Parameters.Add(new() { Value = node });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var held = new List<LeasedEndpoint>();
        while (await reader.ReadAsync(cancel))
        {
            held.Add(new LeasedEndpoint(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2)));
        }

        return held;
    }
}
