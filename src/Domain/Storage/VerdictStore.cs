using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Storage;

/// <summary>A model's verdict with the judge's own state, as locked for one transaction.</summary>
public sealed record JudgedModel(ModelId Model, Verdict Verdict, JudgeState State);

/// <summary>A stretch of time one model spent in one state; open-ended while it lasts.</summary>
public sealed record VerdictSpan(ModelId Model, HealthState Status, DateTimeOffset From, DateTimeOffset? To);

/// <summary>Verdicts, one row a model, and the spans of time they held.</summary>
public sealed class VerdictStore(Database database)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private const string Columns = """
        model_id, status, since, phase, kind, confidence, failure_share, worst_share, slow_factor, dominant_failure,
        trouble_since, detected_at, last_evidence_at, unknown_because, scope
        """;

    /// <summary>Locks the models' rows in id order (so that two nodes cannot deadlock), making those that are missing.</summary>
    public static async Task<List<JudgedModel>> LockAsync(
        NpgsqlConnection connection, IEnumerable<ModelId> models, JudgingPolicy policy, DateTimeOffset now, CancellationToken cancel)
    {
        var ids = models.Select(m => m.Value).Distinct().Order(StringComparer.Ordinal).ToArray();
        await using var batch = new NpgsqlBatch(connection);
        var insert = new NpgsqlBatchCommand(
            """
            INSERT INTO verdicts (model_id, status, since, phase, kind, confidence, failure_share, worst_share, slow_factor, dominant_failure, unknown_because)
            SELECT id, 0, $2, 0, 0, 0, 0, 0, 1, 0, 'not measured yet' FROM unnest($1) AS id ORDER BY id ON CONFLICT DO NOTHING
            """);
        insert.Parameters.Add(new() { Value = ids });
        insert.Parameters.Add(new() { Value = now.UtcDateTime });
        var select = new NpgsqlBatchCommand(
            $"SELECT {Columns}, state FROM verdicts WHERE model_id = ANY($1) ORDER BY model_id COLLATE \"C\" FOR UPDATE");
        select.Parameters.Add(new() { Value = ids });
        batch.BatchCommands.Add(insert);
        batch.BatchCommands.Add(select);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var locked = new List<JudgedModel>();
        while (await reader.ReadAsync(cancel))
        {
            var state = reader.IsDBNull(15) ? JudgeState.New(policy) : JudgeState.FromBytes(reader.GetFieldValue<byte[]>(15), policy);
            locked.Add(new JudgedModel(ModelId.Parse(reader.GetString(0)), Read(reader), state));
        }

        return locked;
    }

    public static async Task SaveAsync(NpgsqlConnection connection, IEnumerable<JudgedModel> judged, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (model, verdict, state) in judged)
        {
            var command = new NpgsqlBatchCommand(
                """
                UPDATE verdicts SET status = $2, since = $3, phase = $4, kind = $5, confidence = $6, failure_share = $7, worst_share = $8,
                  slow_factor = $9, dominant_failure = $10, trouble_since = $11, detected_at = $12, last_evidence_at = $13,
                  unknown_because = $14, scope = $15, state = $16
                WHERE model_id = $1
                """);
            Bind(command.Parameters, model, verdict);
            command.Parameters.Add(new() { Value = state.ToBytes() });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>
    /// Ends a model's present span and starts the next at <see cref="Verdict.Since"/>, which may lie in the past: an outage
    /// begins at its first failing observation, so what was shown since then is corrected.
    /// </summary>
    public static async Task MoveSpanAsync(NpgsqlConnection connection, ModelId model, Verdict verdict, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in (string[])[
            "DELETE FROM verdict_spans WHERE model_id = $1 AND from_at >= $2",
            "UPDATE verdict_spans SET to_at = $2 WHERE model_id = $1 AND (to_at IS NULL OR to_at > $2)",
            "INSERT INTO verdict_spans (model_id, from_at, status) VALUES ($1, $2, $3)"])
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(new() { Value = model.Value });
            command.Parameters.Add(new() { Value = verdict.Since.UtcDateTime });
            if (sql.Contains("$3", StringComparison.Ordinal))
            {
                command.Parameters.Add(new() { Value = (short)verdict.Status });
            }

            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    public async Task<IReadOnlyDictionary<ModelId, Verdict>> AllAsync(CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        return await ReadAllAsync(connection, cancel);
    }

    internal static async Task<IReadOnlyDictionary<ModelId, Verdict>> ReadAllAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM verdicts", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var verdicts = new Dictionary<ModelId, Verdict>();
        while (await reader.ReadAsync(cancel))
        {
            verdicts[ModelId.Parse(reader.GetString(0))] = Read(reader);
        }

        return verdicts;
    }

    /// <summary>
    /// Models whose last evidence is older than a limit and that are not yet called unknown, or that are in an open incident: time
    /// alone may end that.
    /// </summary>
    public async Task<IReadOnlyList<ModelId>> StaleAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT model_id FROM verdicts v WHERE last_evidence_at < $1
              AND (status <> 0 OR EXISTS (SELECT FROM incident_models i WHERE i.model = v.model_id AND i.open))
            ORDER BY model_id
            """);
        command.Parameters.Add(new() { Value = before.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var models = new List<ModelId>();
        while (await reader.ReadAsync(cancel))
        {
            models.Add(ModelId.Parse(reader.GetString(0)));
        }

        return models;
    }

    /// <summary>Spans that overlap [from, now], of one model or (null) of all, oldest first.</summary>
    public async Task<IReadOnlyList<VerdictSpan>> SpansAsync(ModelId? model, DateTimeOffset from, CancellationToken cancel)
    {
        // A condition that may be asked or not would keep a prepared plan from the model's own index.
        var one = model is null ? "" : "AND model_id = $2";
        await using var command = database.Reads.CreateCommand(
            $"SELECT model_id, status, from_at, to_at FROM verdict_spans WHERE (to_at IS NULL OR to_at > $1) {one} ORDER BY model_id, from_at");
        command.Parameters.Add(new() { Value = from.UtcDateTime });
        if (model is { } asked)
        {
            command.Parameters.Add(new() { Value = asked.Value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancel);
        var spans = new List<VerdictSpan>();
        while (await reader.ReadAsync(cancel))
        {
            spans.Add(new VerdictSpan(
                ModelId.Parse(reader.GetString(0)),
                (HealthState)reader.GetInt16(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return spans;
    }

    private static void Bind(NpgsqlParameterCollection parameters, ModelId model, Verdict v)
    {
        parameters.Add(new() { Value = model.Value });
        parameters.Add(new() { Value = (short)v.Status });
        parameters.Add(new() { Value = v.Since.UtcDateTime });
        parameters.Add(new() { Value = (short)v.Phase });
        parameters.Add(new() { Value = (short)v.Kind });
        parameters.Add(new() { Value = v.Confidence });
        parameters.Add(new() { Value = v.FailureShare });
        parameters.Add(new() { Value = v.WorstShare });
        parameters.Add(new() { Value = v.SlowFactor });
        parameters.Add(new() { Value = (short)v.DominantFailure });
        foreach (var time in (DateTimeOffset?[])[v.TroubleSince, v.DetectedAt, v.LastEvidenceAt])
        {
            parameters.Add(new() { Value = (object?)time?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        }

        parameters.Add(new() { Value = (object?)v.UnknownBecause ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new() { Value = v.Scope == TroubleScope.None ? DBNull.Value : JsonSerializer.Serialize(v.Scope, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
    }

    private static Verdict Read(NpgsqlDataReader row)
    {
        DateTimeOffset? Time(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
        return new Verdict
        {
            Status = (HealthState)row.GetInt16(1),
            Since = row.GetFieldValue<DateTimeOffset>(2),
            Phase = (JudgedPhase)row.GetInt16(3),
            Kind = (TroubleKind)row.GetInt16(4),
            Confidence = row.GetDouble(5),
            FailureShare = row.GetDouble(6),
            WorstShare = row.GetDouble(7),
            SlowFactor = row.GetDouble(8),
            DominantFailure = (FailureClass)row.GetInt16(9),
            TroubleSince = Time(10),
            DetectedAt = Time(11),
            LastEvidenceAt = Time(12),
            UnknownBecause = row.IsDBNull(13) ? null : row.GetString(13),
            Scope = row.IsDBNull(14) ? TroubleScope.None : JsonSerializer.Deserialize<TroubleScope>(row.GetString(14), Json)!,
        };
    }
}
