using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Domain.Storage;

/// <summary>The rows behind an <see cref="OutsideLedger"/>, read and written inside the caller's transaction.</summary>
internal static class OutsideRows
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>What has come due: an alarm nobody confirmed, or evidence too old to count.</summary>
    public static async Task<List<(Guid OrgId, ModelId Model)>> DueAsync(NpgsqlConnection connection, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT org_id, model_id FROM outside_evidence WHERE due_at <= $1 ORDER BY due_at LIMIT $2", connection);
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<(Guid, ModelId)>();
        while (await reader.ReadAsync(cancel))
        {
            due.Add((reader.GetGuid(0), ModelId.Parse(reader.GetString(1))));
        }

        return due;
    }

    public static async Task LoadAsync(
        NpgsqlConnection connection, OutsideLedger ledger, IReadOnlyCollection<(Guid OrgId, ModelId Model)> keys, DateTimeOffset now, CancellationToken cancel)
    {
        await using (var sources = new NpgsqlCommand(
            """
            SELECT e.org_id, e.model_id, e.state FROM outside_evidence e JOIN unnest($1, $2) AS k(org_id, model_id)
              ON e.org_id = k.org_id AND e.model_id = k.model_id
            """, connection))
        {
            sources.Parameters.Add(new() { Value = keys.Select(k => k.OrgId).ToArray() });
            sources.Parameters.Add(new() { Value = keys.Select(k => k.Model.Value).ToArray() });
            await using var reader = await sources.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                ledger.Know(reader.GetGuid(0), ModelId.Parse(reader.GetString(1)), JsonSerializer.Deserialize<SourceState>(reader.GetString(2), Json)!);
            }
        }

        await using (var trust = new NpgsqlCommand("SELECT org_id, weight, at FROM outside_trust WHERE org_id = ANY($1)", connection))
        {
            trust.Parameters.Add(new() { Value = keys.Select(k => k.OrgId).Distinct().ToArray() });
            await using var reader = await trust.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                ledger.Know(reader.GetGuid(0), new Trust(reader.GetFloat(1), reader.GetFieldValue<DateTimeOffset>(2)));
            }
        }

        await LoadOthersAsync(connection, ledger, [.. keys.Select(k => k.Model.Value).Distinct()], now, cancel);
    }

    private static async Task LoadOthersAsync(NpgsqlConnection connection, OutsideLedger ledger, string[] models, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT e.model_id, e.org_id, e.nats * coalesce(t.weight, 1), e.sees, e.share, e.commonest, e.raised_since
            FROM outside_evidence e LEFT JOIN outside_trust t USING (org_id) WHERE e.model_id = ANY($1) AND e.fresh_until > $2
            """, connection);
        command.Parameters.Add(new() { Value = models });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var voice = new Voice(
                reader.GetGuid(1),
                reader.GetFloat(2),
                reader.IsDBNull(4) ? null : reader.GetFloat(4),
                (FailureClass)reader.GetInt16(5),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6));
            ledger.KnowOther(ModelId.Parse(reader.GetString(0)), voice, reader.GetBoolean(3));
        }
    }

    public static async Task SaveAsync(NpgsqlConnection connection, OutsideLedger ledger, DateTimeOffset now, OutsidePolicy policy, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (key, source) in ledger.Sources)
        {
            batch.BatchCommands.Add(SourceCommand(key.OrgId, key.Model, source, now, policy));
        }

        foreach (var (orgId, trust) in ledger.Trusted)
        {
            var command = new NpgsqlBatchCommand(
                "INSERT INTO outside_trust (org_id, weight, at) VALUES ($1, $2, $3) ON CONFLICT (org_id) DO UPDATE SET weight = $2, at = $3");
            command.Parameters.Add(new() { Value = orgId });
            command.Parameters.Add(new() { Value = (float)trust.Weight });
            command.Parameters.Add(new() { Value = trust.At.UtcDateTime });
            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
    }

    private static NpgsqlBatchCommand SourceCommand(Guid orgId, ModelId model, SourceState s, DateTimeOffset now, OutsidePolicy policy)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO outside_evidence (org_id, model_id, state, nats, share, commonest, raised_since, fresh_until, due_at, sees, is_peer,
              window_at, requests, failed, suspicion_at, suspicions)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT (org_id, model_id) DO UPDATE SET state = $3, nats = $4, share = $5, commonest = $6, raised_since = $7, fresh_until = $8,
              due_at = $9, sees = $10, is_peer = $11, window_at = $12, requests = $13, failed = $14, suspicion_at = $15, suspicions = $16
            """);
        var windows = SourceRules.LastHour(s.Windows, now);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = model.Value });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(s, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = (float)SourceRules.Nats(s, now, policy) });
        command.Parameters.Add(new() { Value = s.Share is { } share ? (float)share : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Real });
        command.Parameters.Add(new() { Value = (short)s.Commonest });
        AddTime(command, s.RaisedSince);
        AddTime(command, SourceRules.FreshUntil(s, policy) is var fresh && fresh > DateTimeOffset.UnixEpoch ? fresh : DateTimeOffset.UnixEpoch);
        AddTime(command, TrustRules.DueAt(s, policy));
        command.Parameters.Add(new() { Value = TrustRules.Sees(s, policy) });
        command.Parameters.Add(new() { Value = s.IsPeer });
        AddTime(command, s.Windows.IsEmpty ? null : s.WindowAt ?? s.Windows.Max(w => w.From));
        command.Parameters.Add(new() { Value = windows.Requests });
        command.Parameters.Add(new() { Value = windows.Failed });
        AddTime(command, s.SuspicionAt);
        command.Parameters.Add(new() { Value = SourceRules.LastHour(s.Suspicions, now).Requests });
        return command;
    }

    private static void AddTime(NpgsqlBatchCommand command, DateTimeOffset? at) =>
        command.Parameters.Add(new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
}
