using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Storage;

/// <summary>What objectives and contracts are counted from: time in states, incidents, and what probes measured.</summary>
public sealed class CountedHistory(VerdictStore verdicts, RollupStore rollups, Database database)
{
    /// <summary>Time before now that latency is read by the minute; before that by the hour.</summary>
    private static readonly TimeSpan ByMinute = TimeSpan.FromHours(12);

    /// <summary>Months older than this have no hourly summaries left to show; days are kept for good.</summary>
    private static readonly TimeSpan HoursKept = TimeSpan.FromDays(365);

    /// <summary>An objective's good and bad time between an instant and now.</summary>
    public async Task<IReadOnlyList<CountedStretch>> OfAsync(Objective objective, DateTimeOffset from, DateTimeOffset now, CancellationToken cancel) =>
        (await SeriesAsync(objective.Model, from, now, objective.TtftLimitMs is not null, cancel)).Of(objective);

    /// <summary>What any objective on a model is counted from, between an instant and now.</summary>
    /// <param name="withLatency">False to leave out what only objectives on latency need.</param>
    public async Task<ModelSeries> SeriesAsync(ModelId model, DateTimeOffset from, DateTimeOffset now, bool withLatency, CancellationToken cancel) =>
        new(from, now, await StretchesAsync(model, from, now, cancel), withLatency ? await LatencyAsync(model, from, now, cancel) : []);

    /// <summary>Everything known of a model in a month.</summary>
    public async Task<MonthRecord> OfMonthAsync(ModelId model, BillingMonth month, DateTimeOffset now, CancellationToken cancel)
    {
        var step = now - month.From > HoursKept ? RollupStep.Day : RollupStep.Hour;
        var rows = await rollups.ReadAsync(model, step, month.From, month.To, cancel);
        return new(
            [.. (await StretchesAsync(model, month.From, now, cancel)).Where(s => s.From < month.To)],
            await IncidentsAsync(model, month, cancel),
            [.. rows.Select(r => new MeasuredBucket(r.Key.Bucket, WidthOf(step), r.Key.Region, r.Rollup.Attempts, FailuresOf(r.Rollup), r.Rollup.Ttft))]);
    }

    private async Task<IReadOnlyList<LatencyBucket>> LatencyAsync(ModelId model, DateTimeOffset from, DateTimeOffset now, CancellationToken cancel)
    {
        var finer = Rollup.BucketOf(now - ByMinute, RollupStep.Hour);
        var hours = from < finer ? await rollups.TtftAsync(model, RollupStep.Hour, Rollup.BucketOf(from, RollupStep.Hour), finer, cancel) : [];
        return [.. hours, .. await rollups.TtftAsync(model, RollupStep.Minute, from > finer ? from : finer, now, cancel)];
    }

    private async Task<List<StateStretch>> StretchesAsync(ModelId model, DateTimeOffset from, DateTimeOffset now, CancellationToken cancel) =>
        [.. (await verdicts.SpansAsync(model, from, cancel)).Select(s => new StateStretch(s.Status, s.From, s.To ?? now))];

    private async Task<IReadOnlyList<HitBy>> IncidentsAsync(ModelId model, BillingMonth month, CancellationToken cancel)
    {
        await using var command = database.Reads.CreateCommand(
            """
            SELECT i.id, m.started_at, coalesce(m.ended_at, i.resolved_at) FROM incident_models m JOIN incidents i ON i.id = m.incident_id
            WHERE m.model = $1 AND NOT i.drill AND m.started_at < $3 AND (m.open OR coalesce(m.ended_at, i.resolved_at) > $2) ORDER BY m.started_at
            """);
        command.Parameters.Add(new() { Value = model.Value });
        command.Parameters.Add(new() { Value = month.From.UtcDateTime });
        command.Parameters.Add(new() { Value = month.To.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var incidents = new List<HitBy>();
        while (await reader.ReadAsync(cancel))
        {
            incidents.Add(new(reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return incidents;
    }

    private static TimeSpan WidthOf(RollupStep step) => TimeSpan.FromSeconds((int)step);

    private static Dictionary<string, int> FailuresOf(Rollup rollup) => rollup.Failures.Index().Where(f => f.Item > 0)
        .ToDictionary(f => FailureClasses.WireName((FailureClass)f.Index), f => f.Item, StringComparer.Ordinal);
}
