using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Storage;

/// <summary>Minute, quarter, hour and day summaries, merged as evidence is written. Pages and APIs read these, never raw rows.</summary>
public sealed class RollupStore(Database database)
{
    private const string Merge = """
        INSERT INTO rollups AS r (model_id, region, step, bucket, attempts, base_attempts, base_failures, failures, ttft, tokens_per_second, base_excused, base_wrong, base_ttft)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (model_id, region, step, bucket) DO UPDATE SET
          attempts = r.attempts + excluded.attempts,
          base_attempts = r.base_attempts + excluded.base_attempts,
          base_failures = r.base_failures + excluded.base_failures,
          failures = add_counts(r.failures, excluded.failures),
          ttft = add_counts(r.ttft, excluded.ttft),
          tokens_per_second = add_counts(r.tokens_per_second, excluded.tokens_per_second),
          base_excused = r.base_excused + excluded.base_excused,
          base_wrong = r.base_wrong + excluded.base_wrong,
          base_ttft = add_counts(r.base_ttft, excluded.base_ttft)
        """;

    private const string Columns = "model_id, region, step, bucket, attempts, base_attempts, base_failures, failures, ttft, tokens_per_second, base_excused, base_wrong, base_ttft";

    public static async Task MergeAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<RollupKey, Rollup> rollups, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (key, rollup) in rollups.OrderBy(r => r.Key.Model).ThenBy(r => r.Key.Region, StringComparer.Ordinal).ThenBy(r => r.Key.Step))
        {
            var command = new NpgsqlBatchCommand(Merge);
            command.Parameters.Add(new() { Value = key.Model.Value });
            command.Parameters.Add(new() { Value = key.Region });
            command.Parameters.Add(new() { Value = (int)key.Step });
            command.Parameters.Add(new() { Value = key.Bucket.UtcDateTime });
            command.Parameters.Add(new() { Value = rollup.Attempts });
            command.Parameters.Add(new() { Value = rollup.BaseAttempts });
            command.Parameters.Add(new() { Value = rollup.BaseFailures });
            command.Parameters.Add(new() { Value = rollup.Failures, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            command.Parameters.Add(new() { Value = rollup.Ttft, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            command.Parameters.Add(new() { Value = rollup.TokensPerSecond, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            command.Parameters.Add(new() { Value = rollup.BaseExcused });
            command.Parameters.Add(new() { Value = rollup.BaseWrong });
            command.Parameters.Add(new() { Value = key.Step == RollupStep.Quarter ? rollup.BaseTtft : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Buckets of a step that begin in [from, to), of one model or (null) of all, oldest first.</summary>
    public async Task<IReadOnlyList<(RollupKey Key, Rollup Rollup)>> ReadAsync(
        ModelId? model, RollupStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        // A condition that may be asked or not would keep a prepared plan from the model's own index.
        var one = model is null ? "" : "AND model_id = $4";
        await using var command = database.Reads.CreateCommand(
            $"SELECT {Columns} FROM rollups WHERE step = $1 AND bucket >= $2 AND bucket < $3 {one} ORDER BY model_id, bucket, region");
        command.Parameters.Add(new() { Value = (int)step });
        command.Parameters.Add(new() { Value = from.UtcDateTime });
        command.Parameters.Add(new() { Value = to.UtcDateTime });
        if (model is { } asked)
        {
            command.Parameters.Add(new() { Value = asked.Value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<(RollupKey, Rollup)>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    /// <summary>How long one model's answers took, in buckets of a step that begin in [from, to), oldest first; a row for each region.</summary>
    public async Task<IReadOnlyList<LatencyBucket>> TtftAsync(ModelId model, RollupStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        await using var command = database.Reads.CreateCommand(
            "SELECT bucket, ttft FROM rollups WHERE model_id = $1 AND step = $2 AND bucket >= $3 AND bucket < $4 ORDER BY bucket");
        command.Parameters.Add(new() { Value = model.Value });
        command.Parameters.Add(new() { Value = (int)step });
        command.Parameters.Add(new() { Value = from.UtcDateTime });
        command.Parameters.Add(new() { Value = to.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<LatencyBucket>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new(reader.GetFieldValue<DateTimeOffset>(0), TimeSpan.FromSeconds((int)step), reader.GetFieldValue<int[]>(1)));
        }

        return rows;
    }

    /// <summary>Deletes buckets of a step that began before an instant.</summary>
    public async Task DropBeforeAsync(RollupStep step, DateTimeOffset before, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("DELETE FROM rollups WHERE step = $1 AND bucket < $2");
        command.Parameters.Add(new() { Value = (int)step });
        command.Parameters.Add(new() { Value = before.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static (RollupKey Key, Rollup Rollup) Read(NpgsqlDataReader row) => (
        new RollupKey(
            ModelId.Parse(row.GetString(0)),
            row.GetString(1),
            (RollupStep)row.GetInt32(2),
            row.GetFieldValue<DateTimeOffset>(3)),
        new Rollup
        {
            Attempts = row.GetInt32(4),
            BaseAttempts = row.GetInt32(5),
            BaseFailures = row.GetInt32(6),
            Failures = row.GetFieldValue<int[]>(7),
            Ttft = row.GetFieldValue<int[]>(8),
            TokensPerSecond = row.GetFieldValue<int[]>(9),
            BaseExcused = row.GetInt32(10),
            BaseWrong = row.GetInt32(11),
            BaseTtft = row.IsDBNull(12) ? LatencyHistogram.Empty() : row.GetFieldValue<int[]>(12), // kept for quarters alone
        });
}
