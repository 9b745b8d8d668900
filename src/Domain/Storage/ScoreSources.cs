using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Scores;

namespace StatusHub.Domain.Storage;

/// <summary>A model as the scores name it.</summary>
/// <param name="WatchedFrom">Its first verdict.</param>
public sealed record ScoredModel(string Id, string Name, string Provider, string ProviderName, DateTimeOffset WatchedFrom);

/// <summary>Reads what a week's scores are made of: quarter-hour roll-ups of the base grid, and beside them what the judge and the providers said.</summary>
public sealed class ScoreSources(Database database, ScorePolicy policy)
{
    /// <summary>Whether anything was probed on the base grid in a week.</summary>
    public async Task<bool> HasProbesAsync(IsoWeek week, CancellationToken cancel)
    {
        await using var command = Command("SELECT EXISTS (SELECT FROM rollups WHERE step = $1 AND bucket >= $2 AND bucket < $3 AND base_attempts > 0)", week);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Every model that was probed in the week, in the order of ids.</summary>
    public async Task<IReadOnlyList<(ScoredModel Model, ModelWeek Week)>> ReadAsync(IsoWeek week, CancellationToken cancel)
    {
        var usual = await UsualAsync(week, cancel);
        var unknown = await StretchesAsync("SELECT model_id, from_at, to_at FROM verdict_spans WHERE status = 0 AND from_at < $2 AND (to_at IS NULL OR to_at > $1)", week, cancel);
        var maintenance = await StretchesAsync(
            """
            SELECT model_id, starts_at, CASE WHEN is_over THEN least(ends_at, said_at) ELSE ends_at END FROM announced_maintenance
            WHERE announced_at <= starts_at - $3 AND starts_at < $2 AND ends_at > $1
            """, week, cancel, policy.AnnouncedAhead);
        var incidents = await IncidentsAsync(week, cancel);
        var slices = await SlicesAsync(week, usual, cancel);
        return [.. (await ModelsAsync(cancel)).Where(m => slices.ContainsKey(m.Id)).Select(m => (m, new ModelWeek(
            m.Id, m.WatchedFrom, slices[m.Id], [.. unknown[m.Id]], [.. maintenance[m.Id]], [.. incidents[m.Id]])))];
    }

    /// <summary>The updates that fell due in the week by what their provider had promised, by provider.</summary>
    public Task<ILookup<string, UpdatePromise>> PromisesAsync(IsoWeek week, CancellationToken cancel) => ProviderPromises.DueAsync(database.System, week, cancel);

    private async Task<List<ScoredModel>> ModelsAsync(CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT m.id, m.name, p.id, p.name, coalesce((SELECT min(s.from_at) FROM verdict_spans s WHERE s.model_id = m.id AND s.status <> 0), m.created_at)
            FROM models m JOIN providers p ON p.id = m.provider_id ORDER BY m.id COLLATE "C"
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var models = new List<ScoredModel>();
        while (await reader.ReadAsync(cancel))
        {
            models.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return models;
    }

    /// <summary>Times to first token by hour of the day in the weeks before, of all probes: four weeks are long enough that bursts hardly move them.</summary>
    private async Task<Dictionary<string, int[][]>> UsualAsync(IsoWeek week, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT model_id, bucket, ttft FROM rollups WHERE step = $1 AND bucket >= $2 AND bucket < $3");
        command.Parameters.Add(new() { Value = (int)RollupStep.Hour });
        command.Parameters.Add(new() { Value = week.StartsAt.AddDays(-7 * policy.UsualWeeks).UtcDateTime });
        command.Parameters.Add(new() { Value = week.StartsAt.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var usual = new Dictionary<string, int[][]>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            var model = reader.GetString(0);
            if (!usual.TryGetValue(model, out var hours))
            {
                usual[model] = hours = UsualSpeed.Empty();
            }

            LatencyHistogram.Merge(hours[reader.GetDateTime(1).Hour], reader.GetFieldValue<int[]>(2));
        }

        return usual;
    }

    private async Task<Dictionary<string, List<ScoreSlice>>> SlicesAsync(IsoWeek week, Dictionary<string, int[][]> usual, CancellationToken cancel)
    {
        await using var command = Command(
            """
            SELECT model_id, bucket, base_attempts - base_excused, base_failures - base_wrong, base_wrong, base_ttft FROM rollups
            WHERE step = $1 AND bucket >= $2 AND bucket < $3 AND base_attempts > 0 ORDER BY model_id, bucket
            """, week);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var slices = new Dictionary<string, List<ScoreSlice>>(StringComparer.Ordinal);
        var (model, rows) = ("", new List<SliceRow>());
        while (await reader.ReadAsync(cancel))
        {
            if (reader.GetString(0) != model)
            {
                Close();
                model = reader.GetString(0);
            }

            rows.Add(new(
                reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4), reader.IsDBNull(5) ? [] : reader.GetFieldValue<int[]>(5)));
        }

        Close();
        return slices;

        void Close()
        {
            if (rows.Count > 0)
            {
                slices[model] = Slices(rows, usual.GetValueOrDefault(model));
                rows.Clear();
            }
        }
    }

    /// <summary>Regions put together. A model without weeks before is held to its own week's speed.</summary>
    private List<ScoreSlice> Slices(List<SliceRow> rows, int[][]? before)
    {
        var hours = before is not null && UsualSpeed.IsEnough(before, policy) ? before : UsualSpeed.Empty();
        if (hours != before)
        {
            rows.ForEach(r => LatencyHistogram.Merge(hours[r.At.UtcDateTime.Hour], r.Ttft));
        }

        var speed = new UsualSpeed(hours, policy);
        return [.. rows.GroupBy(r => r.At).Select(g => new ScoreSlice(
            g.Key, g.Sum(r => r.Probes), g.Sum(r => r.Failed), g.Sum(r => r.Wrong), g.Sum(r => speed.SlowOf(r.Ttft, r.At))))];
    }

    private async Task<ILookup<string, ScoredIncident>> IncidentsAsync(IsoWeek week, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT m.model, i.id, i.title, m.started_at, coalesce(m.ended_at, i.resolved_at), i.detected_at, i.official_at, m.worst
            FROM incident_models m JOIN incidents i ON i.id = m.incident_id
            WHERE NOT i.drill AND m.started_at < $2 AND coalesce(m.ended_at, i.resolved_at, 'infinity') > $1 ORDER BY m.started_at, i.id
            """);
        command.Parameters.Add(new() { Value = week.StartsAt.UtcDateTime });
        command.Parameters.Add(new() { Value = week.EndsAt.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var incidents = new List<(string Model, ScoredIncident Incident)>();
        while (await reader.ReadAsync(cancel))
        {
            DateTimeOffset? Instant(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
            incidents.Add((reader.GetString(0), new(
                reader.GetGuid(1), reader.GetString(2), Instant(3)!.Value, Instant(4), Instant(5)!.Value, Instant(6), Enum.Parse<HealthState>(reader.GetString(7)))));
        }

        return incidents.ToLookup(i => i.Model, i => i.Incident, StringComparer.Ordinal);
    }

    private async Task<ILookup<string, Stretch>> StretchesAsync(string sql, IsoWeek week, CancellationToken cancel, params IEnumerable<TimeSpan> more)
    {
        await using var command = database.System.CreateCommand(sql);
        command.Parameters.Add(new() { Value = week.StartsAt.UtcDateTime });
        command.Parameters.Add(new() { Value = week.EndsAt.UtcDateTime });
        foreach (var span in more)
        {
            command.Parameters.Add(new() { Value = span, NpgsqlDbType = NpgsqlDbType.Interval });
        }

        await using var reader = await command.ExecuteReaderAsync(cancel);
        var stretches = new List<(string Model, Stretch Stretch)>();
        while (await reader.ReadAsync(cancel))
        {
            stretches.Add((reader.GetString(0), new(reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? DateTimeOffset.MaxValue : reader.GetFieldValue<DateTimeOffset>(2))));
        }

        return stretches.ToLookup(s => s.Model, s => s.Stretch, StringComparer.Ordinal);
    }

    private NpgsqlCommand Command(string sql, IsoWeek week)
    {
        var command = database.System.CreateCommand(sql);
        command.Parameters.Add(new() { Value = (int)RollupStep.Quarter });
        command.Parameters.Add(new() { Value = week.StartsAt.UtcDateTime });
        command.Parameters.Add(new() { Value = week.EndsAt.UtcDateTime });
        return command;
    }

    private readonly record struct SliceRow(DateTimeOffset At, int Probes, int Failed, int Wrong, int[] Ttft);
}
