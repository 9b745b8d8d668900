using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Peering;

namespace StatusHub.Domain.Storage;

/// <summary>One peer this node may pull from until its lease runs out.</summary>
public sealed record LeasedPeer(Guid PeerId, long Fence);

/// <summary>What one exchange with a peer adds to its stand.</summary>
/// <param name="Heard">Whether the peer answered or sent something.</param>
public sealed record PeerProgress(bool Heard)
{
    public TimeSpan? Skew { get; init; }

    public TimeSpan? Lag { get; init; }

    public int Taken { get; init; }

    public int Known { get; init; }

    public int Dropped { get; init; }

    public string? DroppedBecause { get; init; }

    /// <summary>What went wrong; null for a good exchange.</summary>
    public string? Fault { get; init; }
}

/// <summary>
/// Where the exchange with each peer stands, and which node pulls from it. A lease lives on the database's clock; every claim takes the
/// next fencing number, and a cursor moves only for the number that holds the lease.
/// </summary>
public sealed class PeerStands(Database database)
{
    private const string Sets = """
        seen_at = coalesce($2, seen_at), skew_millis = coalesce($3, skew_millis), lag_millis = coalesce($4, lag_millis), taken = taken + $5, known = known + $6,
        dropped = dropped + $7, dropped_because = coalesce($8, dropped_because), failures = CASE WHEN $9 IS NULL THEN 0 ELSE failures + 1 END,
        fault = $9
        """;

    /// <summary>Renews what the node holds, waiting for its own writes, and claims free or expired stands that nobody writes.</summary>
    public async Task<IReadOnlyList<LeasedPeer>> ClaimAsync(string node, TimeSpan lease, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH own AS (SELECT peer_id FROM peer_stands WHERE owner = $1 ORDER BY peer_id FOR UPDATE),
                 free AS (
                   SELECT peer_id FROM peer_stands WHERE owner IS DISTINCT FROM $1 AND (owner IS NULL OR until <= clock_timestamp())
                   ORDER BY peer_id FOR UPDATE SKIP LOCKED),
                 wanted AS (SELECT peer_id FROM own UNION ALL SELECT peer_id FROM free)
            UPDATE peer_stands s SET owner = $1, until = clock_timestamp() + $2,
              fence = CASE WHEN s.owner = $1 AND s.until > clock_timestamp() THEN s.fence ELSE s.fence + 1 END
            FROM wanted WHERE s.peer_id = wanted.peer_id RETURNING s.peer_id, s.fence
            """);
        command.Parameters.Add(new() { Value = node });
        command.Parameters.Add(new() { Value = lease });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var held = new List<LeasedPeer>();
        while (await reader.ReadAsync(cancel))
        {
            held.Add(new LeasedPeer(reader.GetGuid(0), reader.GetInt64(1)));
        }

        return held;
    }

    /// <summary>Lets go of everything the node holds, so that another can take over at once.</summary>
    public async Task ReleaseAsync(string node, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("UPDATE peer_stands SET owner = NULL, until = NULL WHERE owner = $1");
        command.Parameters.Add(new() { Value = node });
        await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task<PeerStand?> FindAsync(Guid peerId, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT cursor, seen_at, skew_millis, lag_millis, taken, known, dropped, dropped_because, failures, fault FROM peer_stands WHERE peer_id = $1
            """);
        command.Parameters.Add(new() { Value = peerId });
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new PeerStand(
                row.IsDBNull(0) ? null : row.GetString(0),
                row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1),
                row.IsDBNull(2) ? null : TimeSpan.FromMilliseconds(row.GetInt64(2)),
                row.IsDBNull(3) ? null : TimeSpan.FromMilliseconds(row.GetInt64(3)),
                row.GetInt64(4), row.GetInt64(5), row.GetInt64(6),
                row.IsDBNull(7) ? null : row.GetString(7), row.GetInt32(8), row.IsDBNull(9) ? null : row.GetString(9))
            : null;
    }

    /// <summary>Moves the cursor of a leased peer and adds what the page brought.</summary>
    /// <param name="cursor">Null to begin anew.</param>
    /// <returns>False when the lease was lost: another node goes on from the older cursor, and what it fetches again is known.</returns>
    public async Task<bool> MoveAsync(LeasedPeer lease, string? cursor, PeerProgress progress, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand($"UPDATE peer_stands SET {Sets}, cursor = $10 WHERE peer_id = $1 AND fence = $11");
        Bind(command.Parameters, lease.PeerId, progress, now);
        command.Parameters.Add(new() { Value = (object?)cursor ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = lease.Fence });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>Adds what an exchange brought that moves no cursor: a push from the peer, or a failure.</summary>
    public async Task NoteAsync(Guid peerId, PeerProgress progress, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand($"UPDATE peer_stands SET {Sets} WHERE peer_id = $1");
        Bind(command.Parameters, peerId, progress, now);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static void Bind(NpgsqlParameterCollection parameters, Guid peerId, PeerProgress p, DateTimeOffset now)
    {
        parameters.Add(new() { Value = peerId });
        parameters.Add(new() { Value = p.Heard ? now.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(new() { Value = Millis(p.Skew), NpgsqlDbType = NpgsqlDbType.Bigint });
        parameters.Add(new() { Value = Millis(p.Lag), NpgsqlDbType = NpgsqlDbType.Bigint });
        parameters.Add(new() { Value = p.Taken });
        parameters.Add(new() { Value = p.Known });
        parameters.Add(new() { Value = p.Dropped });
        parameters.Add(new() { Value = (object?)p.DroppedBecause ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new() { Value = (object?)p.Fault ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
    }

    private static object Millis(TimeSpan? span) => span is { } some ? (long)some.TotalMilliseconds : DBNull.Value;
}
