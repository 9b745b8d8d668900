using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>Peers as the operator agreed on them.</summary>
public sealed class PeerStore(Database database, Clocks clocks)
{
    /// <summary>Most peers of one hub.</summary>
    public const int MaxPeers = 100;

    private const string Columns = """
        org_id, id, name, url, hub, feed, public_key, offered_key, direction, gives::text, accepts::text, credential, key_id, subscription_id, state,
        version, created_at, updated_at
        """;

    /// <summary>How long another node's change goes unnoticed where keys are looked up for every call.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private volatile Known? _known;
    private int _changes;

    private void Forget()
    {
        Interlocked.Increment(ref _changes);
        _known = null;
    }

    private sealed record Known(IReadOnlyDictionary<Guid, Peer> ByKey, long At);

    /// <returns>False when the hub is a peer already.</returns>
    public async Task<bool> AddAsync(Peer peer, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(peer.OrgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO peers (org_id, id, name, url, hub, feed, public_key, offered_key, direction, gives, accepts, credential, key_id, subscription_id,
              state, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT DO NOTHING
            """, connection, transaction);
        Bind(insert.Parameters, peer);
        if (await insert.ExecuteNonQueryAsync(cancel) == 0)
        {
            return false;
        }

        await using var stand = new NpgsqlCommand("INSERT INTO peer_stands (peer_id, org_id) VALUES ($1, $2)", connection, transaction);
        stand.Parameters.Add(new() { Value = peer.Id });
        stand.Parameters.Add(new() { Value = peer.OrgId });
        await stand.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        Forget();
        return true;
    }

    public async Task<Peer?> FindAsync(Guid orgId, Guid id, CancellationToken cancel) =>
        (await ReadAsync("org_id = $1 AND id = $2", cancel, orgId, id)).SingleOrDefault();

    /// <summary>The peer that calls us with a key of ours, as it was a moment ago; null for a key that belongs to none.</summary>
    public async ValueTask<Peer?> FindByKeyAsync(Guid keyId, CancellationToken cancel)
    {
        if (_known is not { } known || clocks.Real.GetElapsedTime(known.At) >= Remembered)
        {
            var (at, changes) = (clocks.Real.GetTimestamp(), Volatile.Read(ref _changes));
            known = new Known((await AllAsync(cancel)).ToDictionary(p => p.KeyId), at);
            _known = changes == Volatile.Read(ref _changes) ? known : null; // what was read before a change is not remembered after it
        }

        return known.ByKey.GetValueOrDefault(keyId);
    }

    public Task<IReadOnlyList<Peer>> ListAsync(Guid orgId, CancellationToken cancel) => ReadAsync("org_id = $1", cancel, orgId);

    /// <summary>Every peer of the hub, for its own loops.</summary>
    public Task<IReadOnlyList<Peer>> AllAsync(CancellationToken cancel) => ReadAsync("true", cancel);

    /// <summary>Writes a changed peer as its next version.</summary>
    /// <returns>False when somebody else changed it since it was read, or it is gone.</returns>
    public async Task<bool> UpdateAsync(Peer peer, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(peer.OrgId, cancel);
        await using var command = new NpgsqlCommand(
            """
            UPDATE peers SET name = $3, url = $4, hub = $5, feed = $6, public_key = $7, offered_key = $8, direction = $9, gives = $10, accepts = $11,
              credential = $12, key_id = $13, subscription_id = $14, state = $15, version = $16 + 1, created_at = $17, updated_at = $18
            WHERE org_id = $1 AND id = $2 AND version = $16
            """, connection);
        Bind(command.Parameters, peer);
        var changed = await command.ExecuteNonQueryAsync(cancel) == 1;
        Forget();
        return changed;
    }

    public async Task<bool> DeleteAsync(Guid orgId, Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand("DELETE FROM peers WHERE org_id = $1 AND id = $2", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        var deleted = await command.ExecuteNonQueryAsync(cancel) == 1;
        Forget();
        return deleted;
    }

    private async Task<IReadOnlyList<Peer>> ReadAsync(string where, CancellationToken cancel, params Guid[] values)
    {
        await using var command = database.System.CreateCommand($"SELECT {Columns} FROM peers WHERE {where} ORDER BY id LIMIT {MaxPeers}");
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancel);
        var peers = new List<Peer>();
        while (await reader.ReadAsync(cancel))
        {
            peers.Add(Read(reader));
        }

        return peers;
    }

    private static void Bind(NpgsqlParameterCollection parameters, Peer p)
    {
        parameters.Add(new() { Value = p.OrgId });
        parameters.Add(new() { Value = p.Id });
        parameters.Add(new() { Value = p.Name });
        parameters.Add(new() { Value = p.Url });
        parameters.Add(new() { Value = p.Hub });
        parameters.Add(new() { Value = p.Feed });
        parameters.Add(new() { Value = (object?)p.PublicKey ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new() { Value = (object?)p.OfferedKey ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new() { Value = (short)p.Direction });
        parameters.Add(new() { Value = JsonSerializer.Serialize(p.Gives, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new() { Value = JsonSerializer.Serialize(p.Accepts, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new() { Value = (object?)p.Credential ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        parameters.Add(new() { Value = p.KeyId });
        parameters.Add(new() { Value = (object?)p.SubscriptionId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        parameters.Add(new() { Value = (short)p.State });
        parameters.Add(new() { Value = p.Version });
        parameters.Add(new() { Value = p.CreatedAt.UtcDateTime });
        parameters.Add(new() { Value = p.UpdatedAt.UtcDateTime });
    }

    private static Peer Read(NpgsqlDataReader row) => new()
    {
        OrgId = row.GetGuid(0),
        Id = row.GetGuid(1),
        Name = row.GetString(2),
        Url = row.GetString(3),
        Hub = row.GetString(4),
        Feed = row.GetString(5),
        PublicKey = row.IsDBNull(6) ? null : row.GetString(6),
        OfferedKey = row.IsDBNull(7) ? null : row.GetString(7),
        Direction = (PeerDirection)row.GetInt16(8),
        Gives = JsonSerializer.Deserialize<PeerTerms>(row.GetString(9), Json)!,
        Accepts = JsonSerializer.Deserialize<PeerTerms>(row.GetString(10), Json)!,
        Credential = row.IsDBNull(11) ? null : row.GetFieldValue<byte[]>(11),
        KeyId = row.GetGuid(12),
        SubscriptionId = row.IsDBNull(13) ? null : row.GetGuid(13),
        State = (PeerState)row.GetInt16(14),
        Version = row.GetInt32(15),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(16),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(17),
    };
}
