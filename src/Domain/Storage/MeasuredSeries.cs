using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>Where a series that counts since its start stood when we last heard of it.</summary>
public sealed record SeriesMark(string Series, DateTimeOffset Start, DateTimeOffset Time, long Count);

/// <summary>
/// What is remembered of organisations' metrics between two exports, for every node alike. A series not heard of for a day is forgotten; each
/// organisation has room for so many.
/// </summary>
public sealed class MeasuredSeries(Database database, Clocks clocks)
{
    public const int MaxPerOrganisation = 5_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>The names that an organisation's clients may use for models.</summary>
    public async Task<ModelNames> NamesAsync(Guid orgId, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        var models = new List<ModelId>();
        var aliases = new List<(string, ModelId)>();
        await using var command = new NpgsqlCommand("SELECT id, NULL FROM models UNION ALL SELECT model, wire_model FROM endpoints WHERE wire_model IS NOT NULL", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var model = ModelId.Parse(reader.GetString(0));
            if (reader.IsDBNull(1))
            {
                models.Add(model);
            }
            else
            {
                aliases.Add((reader.GetString(1), model));
            }
        }

        return new ModelNames(models, aliases);
    }

    public async Task<IReadOnlyDictionary<string, SeriesMark>> ReadAsync(Guid orgId, IReadOnlyCollection<string> series, CancellationToken cancel)
    {
        var marks = new Dictionary<string, SeriesMark>(StringComparer.Ordinal);
        if (series.Count == 0)
        {
            return marks;
        }

        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand(
            "SELECT series, start_at, at, count FROM measured_series WHERE org_id = $1 AND series = ANY($2)", connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = series.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            marks[reader.GetString(0)] = new SeriesMark(
                reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3));
        }

        return marks;
    }

    /// <summary>Moves marks on, never back. New series beyond an organisation's room are not kept: their next export begins anew.</summary>
    public async Task SaveAsync(Guid orgId, IReadOnlyCollection<SeriesMark> marks, CancellationToken cancel)
    {
        if (marks.Count == 0)
        {
            return;
        }

        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var batch = new NpgsqlBatch(connection);
        var forget = new NpgsqlBatchCommand("DELETE FROM measured_series WHERE org_id = $1 AND at < $2");
        forget.Parameters.Add(new() { Value = orgId });
        forget.Parameters.Add(new() { Value = (clocks.Now - Remembered).UtcDateTime });
        batch.BatchCommands.Add(forget);
        var save = new NpgsqlBatchCommand(
            """
            INSERT INTO measured_series AS m (org_id, series, start_at, at, count)
            SELECT $1, s.series, s.start_at, s.at, s.count FROM unnest($2, $3, $4, $5) AS s(series, start_at, at, count)
            WHERE (SELECT count(*) FROM measured_series WHERE org_id = $1) < $6
              OR EXISTS (SELECT FROM measured_series k WHERE k.org_id = $1 AND k.series = s.series)
            ORDER BY s.series
            ON CONFLICT (org_id, series) DO UPDATE SET start_at = excluded.start_at, at = excluded.at, count = excluded.count WHERE m.at < excluded.at
            """);
        save.Parameters.Add(new() { Value = orgId });
        save.Parameters.Add(new() { Value = marks.Select(m => m.Series).ToArray() });
        save.Parameters.Add(new() { Value = marks.Select(m => m.Start.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        save.Parameters.Add(new() { Value = marks.Select(m => m.Time.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        save.Parameters.Add(new() { Value = marks.Select(m => m.Count).ToArray() });
        save.Parameters.Add(new() { Value = MaxPerOrganisation });
        batch.BatchCommands.Add(save);
        await batch.ExecuteNonQueryAsync(cancel);
    }
}
