using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Scores;

namespace StatusHub.Domain.Storage;

/// <summary>The published weeks. They never change, so each is read once; the application's role may not even try.</summary>
public sealed class ScoreStore(Database database)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<(IsoWeek, string), PublishedWeek> _read = new();

    /// <summary>The newest weeks, the newest first, each by its latest methodology.</summary>
    public async Task<IReadOnlyList<PublishedWeek>> NewestAsync(int count, CancellationToken cancel)
    {
        var keys = new List<(IsoWeek Week, string Methodology, DateTimeOffset PublishedAt)>();
        await using (var command = database.System.CreateCommand($"{Latest} ORDER BY week DESC, published_at DESC LIMIT $1"))
        {
            command.Parameters.Add(new() { Value = count });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                keys.Add(Key(reader));
            }
        }

        foreach (var gone in _read.Keys.Except(keys.Select(k => (k.Week, k.Methodology))))
        {
            _read.TryRemove(gone, out _);
        }

        var weeks = new List<PublishedWeek>();
        foreach (var key in keys)
        {
            weeks.Add(_read.TryGetValue((key.Week, key.Methodology), out var known)
                ? known
                : _read[(key.Week, key.Methodology)] = new(key.Week, key.Methodology, key.PublishedAt, await RowsAsync(database.System, key.Week, key.Methodology, cancel)));
        }

        return weeks;
    }

    /// <summary>A published week; null when it is not. For questions from outside.</summary>
    public async Task<PublishedWeek?> FindAsync(IsoWeek week, CancellationToken cancel)
    {
        await using var command = database.Reads.CreateCommand($"SELECT * FROM ({Latest} ORDER BY week DESC, published_at DESC) AS latest WHERE week = $1");
        command.Parameters.Add(new() { Value = week.ToString() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
        {
            return null;
        }

        var (_, methodology, publishedAt) = Key(reader);
        await reader.CloseAsync();
        return new(week, methodology, publishedAt, await RowsAsync(database.Reads, week, methodology, cancel));
    }

    /// <summary>Which of some weeks are published by a methodology whose score is the present one's.</summary>
    public async Task<IReadOnlySet<IsoWeek>> PublishedAsync(IReadOnlyCollection<IsoWeek> weeks, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT week FROM score_weeks WHERE starts_with(methodology, $1) AND week = ANY($2)");
        command.Parameters.Add(new() { Value = ScorePolicy.Major });
        command.Parameters.Add(new() { Value = weeks.Select(w => w.ToString()).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var published = new HashSet<IsoWeek>();
        while (await reader.ReadAsync(cancel))
        {
            published.Add(IsoWeek.Parse(reader.GetString(0)));
        }

        return published;
    }

    /// <summary>The raw figures of the weeks before one, by subject, oldest first.</summary>
    internal async Task<ILookup<string, ScoreFacts>> BeforeAsync(IsoWeek week, int weeks, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            "SELECT score -> 'facts' FROM scores WHERE starts_with(methodology, $1) AND week < $2 AND week >= $3 ORDER BY week");
        command.Parameters.Add(new() { Value = ScorePolicy.Major });
        command.Parameters.Add(new() { Value = week.ToString() });
        command.Parameters.Add(new() { Value = IsoWeek.Of(week.StartsAt.AddDays(-7 * weeks)).ToString() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var facts = new List<ScoreFacts>();
        while (await reader.ReadAsync(cancel))
        {
            facts.Add(JsonSerializer.Deserialize<ScoreFacts>(reader.GetString(0), Json)!);
        }

        return facts.ToLookup(f => f.Subject, StringComparer.Ordinal);
    }

    /// <returns>False when the week is published already: then nothing was written.</returns>
    internal static async Task<bool> AddAsync(NpgsqlTransaction transaction, PublishedWeek week, CancellationToken cancel)
    {
        await using var claim = new NpgsqlCommand(
            "INSERT INTO score_weeks (week, methodology, published_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", transaction.Connection, transaction);
        claim.Parameters.Add(new() { Value = week.Week.ToString() });
        claim.Parameters.Add(new() { Value = week.Methodology });
        claim.Parameters.Add(new() { Value = week.PublishedAt.UtcDateTime });
        if (await claim.ExecuteNonQueryAsync(cancel) == 0)
        {
            return false;
        }

        await using var command = new NpgsqlCommand(
            """
            INSERT INTO scores (week, methodology, subject, place, score)
            SELECT $1, $2, s.subject, s.place, s.score::jsonb FROM unnest($3, $4) WITH ORDINALITY AS s(subject, score, place)
            """, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = week.Week.ToString() });
        command.Parameters.Add(new() { Value = week.Methodology });
        command.Parameters.Add(new() { Value = week.Scores.Select(s => s.Facts.Subject).ToArray() });
        command.Parameters.Add(new() { Value = week.Scores.Select(s => JsonSerializer.Serialize(s, Json)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancel);
        return true;
    }

    private const string Latest = "SELECT DISTINCT ON (week) week, methodology, published_at FROM score_weeks";

    private static (IsoWeek Week, string Methodology, DateTimeOffset PublishedAt) Key(NpgsqlDataReader row) =>
        (IsoWeek.Parse(row.GetString(0)), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2));

    private static async Task<IReadOnlyList<PublishedScore>> RowsAsync(NpgsqlDataSource source, IsoWeek week, string methodology, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("SELECT score FROM scores WHERE week = $1 AND methodology = $2 ORDER BY place");
        command.Parameters.Add(new() { Value = week.ToString() });
        command.Parameters.Add(new() { Value = methodology });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<PublishedScore>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(JsonSerializer.Deserialize<PublishedScore>(reader.GetString(0), Json)!);
        }

        return rows;
    }
}
