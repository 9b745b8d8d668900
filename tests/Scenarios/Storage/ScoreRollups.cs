using StatusHub.Domain.Evidence;

namespace StatusHub.Scenarios.Storage;

/// <summary>Roll-ups as months of probing leave them: one region, a check every half minute, hardly any failing.</summary>
internal static class ScoreRollups
{
    /// <summary>One row for each model and bucket of a step.</summary>
    public static Task AddAsync(HubStorage storage, RollupStep step, DateTimeOffset from, DateTimeOffset to) => storage.RunAsync(
        $"""
        WITH shape AS (SELECT array_agg(CASE WHEN i BETWEEN 50 AND 56 THEN {(int)step / 32 / 7} ELSE 0 END ORDER BY i) AS ttft FROM generate_series(0, {LatencyHistogram.Buckets - 1}) i)
        INSERT INTO rollups (model_id, region, step, bucket, attempts, base_attempts, base_failures, failures, ttft, tokens_per_second, base_ttft)
        SELECT m.id, 'eu-west', {(int)step}, b, {(int)step / 32}, {(int)step / 32}, CASE WHEN abs(hashtext(m.id || b)) % 9 = 0 THEN 1 ELSE 0 END,
          array_fill(0, ARRAY[{Rollup.FailureSlots}]), shape.ttft, shape.ttft, CASE WHEN {(int)step} = {(int)RollupStep.Quarter} THEN shape.ttft END
        FROM models m, shape, generate_series('{from:O}'::timestamptz, '{to.AddSeconds(-1):O}'::timestamptz, make_interval(secs => {(int)step})) b
        """);
}
