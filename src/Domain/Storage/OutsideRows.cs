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
    public static async Task<List<(Reporter By, ModelId Model)>> DueAsync(NpgsqlConnection connection, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT org_id, by_hub, model_id FROM outside_evidence WHERE due_at <= $1 ORDER BY due_at LIMIT $2", connection);
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<(Reporter, ModelId)>();
        while (await reader.ReadAsync(cancel))
        {
            due.Add((ByOf(reader, 0), ModelId.Parse(reader.GetString(2))));
        }

        return due;
    }

    public static async Task LoadAsync(
        NpgsqlConnection connection, OutsideLedger ledger, IReadOnlyCollection<(Reporter By, ModelId Model)> keys, DateTimeOffset now, CancellationToken cancel)
    {
        await using (var sources = new NpgsqlCommand(
            """
            SELECT e.org_id, e.by_hub, e.model_id, e.state FROM outside_evidence e JOIN unnest($1, $2, $3) AS k(org_id, by_hub, model_id)
              USING (org_id, by_hub, model_id)
            """, connection))
        {
            sources.Parameters.Add(new() { Value = keys.Select(k => k.By.OrgId).ToArray() });
            sources.Parameters.Add(new() { Value = keys.Select(k => k.By.Hub).ToArray() });
            sources.Parameters.Add(new() { Value = keys.Select(k => k.Model.Value).ToArray() });
            await using var reader = await sources.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                ledger.Know(ByOf(reader, 0), ModelId.Parse(reader.GetString(2)), JsonSerializer.Deserialize<SourceState>(reader.GetString(3), Json)!);
            }
        }

        var reporters = keys.Select(k => k.By).Distinct().ToList();
        await using (var trust = new NpgsqlCommand(
            "SELECT org_id, by_hub, weight, at FROM outside_trust JOIN unnest($1, $2) AS k(org_id, by_hub) USING (org_id, by_hub)", connection))
        {
            trust.Parameters.Add(new() { Value = reporters.ConvertAll(r => r.OrgId).ToArray() });
            trust.Parameters.Add(new() { Value = reporters.ConvertAll(r => r.Hub).ToArray() });
            await using var reader = await trust.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                ledger.Know(ByOf(reader, 0), new Trust(reader.GetFloat(2), reader.GetFieldValue<DateTimeOffset>(3)));
            }
        }

        await LoadOthersAsync(connection, ledger, [.. keys.Select(k => k.Model.Value).Distinct()], now, cancel);
    }

    private static async Task LoadOthersAsync(NpgsqlConnection connection, OutsideLedger ledger, string[] models, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT e.model_id, e.org_id, e.by_hub, e.nats * coalesce(t.weight, 1), e.sees, e.share, e.commonest, e.raised_since
            FROM outside_evidence e LEFT JOIN outside_trust t USING (org_id, by_hub) WHERE e.model_id = ANY($1) AND e.fresh_until > $2
            """, connection);
        command.Parameters.Add(new() { Value = models });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var voice = new Voice(
                ByOf(reader, 1),
                reader.GetFloat(3),
                reader.IsDBNull(5) ? null : reader.GetFloat(5),
                (FailureClass)reader.GetInt16(6),
                reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7));
            ledger.KnowOther(ModelId.Parse(reader.GetString(0)), voice, reader.GetBoolean(4));
        }
    }

    public static async Task SaveAsync(NpgsqlConnection connection, OutsideLedger ledger, DateTimeOffset now, OutsidePolicy policy, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (key, source) in ledger.Sources)
        {
            batch.BatchCommands.Add(SourceCommand(key.By, key.Model, source, now, policy));
        }

        foreach (var (by, trust) in ledger.Trusted)
        {
            var command = new NpgsqlBatchCommand(
                "INSERT INTO outside_trust (org_id, by_hub, weight, at) VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, by_hub) DO UPDATE SET weight = $3, at = $4");
            command.Parameters.Add(new() { Value = by.OrgId });
            command.Parameters.Add(new() { Value = by.Hub });
            command.Parameters.Add(new() { Value = (float)trust.Weight });
            command.Parameters.Add(new() { Value = trust.At.UtcDateTime });
            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
    }

    private static NpgsqlBatchCommand SourceCommand(Reporter by, ModelId model, SourceState s, DateTimeOffset now, OutsidePolicy policy)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO outside_evidence (org_id, by_hub, model_id, state, nats, share, commonest, raised_since, fresh_until, due_at, sees,
              window_at, requests, failed, suspicion_at, suspicions)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT (org_id, by_hub, model_id) DO UPDATE SET state = $4, nats = $5, share = $6, commonest = $7, raised_since = $8, fresh_until = $9,
              due_at = $10, sees = $11, window_at = $12, requests = $13, failed = $14, suspicion_at = $15, suspicions = $16
            """);
        var windows = SourceRules.LastHour(s.Windows, now);
        command.Parameters.Add(new() { Value = by.OrgId });
        command.Parameters.Add(new() { Value = by.Hub });
        command.Parameters.Add(new() { Value = model.Value });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(s, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = (float)SourceRules.Nats(s, now, policy) });
        command.Parameters.Add(new() { Value = s.Share is { } share ? (float)share : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Real });
        command.Parameters.Add(new() { Value = (short)s.Commonest });
        AddTime(command, s.RaisedSince);
        AddTime(command, SourceRules.FreshUntil(s, policy) is var fresh && fresh > DateTimeOffset.UnixEpoch ? fresh : DateTimeOffset.UnixEpoch);
        AddTime(command, TrustRules.DueAt(s, policy));
        command.Parameters.Add(new() { Value = TrustRules.Sees(s, policy) });
        AddTime(command, s.Windows.IsEmpty ? null : s.WindowAt ?? s.Windows.Max(w => w.From));
        command.Parameters.Add(new() { Value = windows.Requests });
        command.Parameters.Add(new() { Value = windows.Failed });
        AddTime(command, s.SuspicionAt);
        command.Parameters.Add(new() { Value = SourceRules.LastHour(s.Suspicions, now).Requests });
        return command;
    }

    private static Reporter ByOf(NpgsqlDataReader reader, int column) => new(reader.GetGuid(column), reader.GetString(column + 1));

    private static void AddTime(NpgsqlBatchCommand command, DateTimeOffset? at) =>
        command.Parameters.Add(new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
}
