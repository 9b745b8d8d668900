using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Official;

namespace StatusHub.Domain.Storage;

/// <summary>What a look at a page came to.</summary>
public abstract record PageLook
{
    private PageLook()
    {
    }

    public sealed record Read(OfficialReport Report, string? Validator) : PageLook;

    /// <summary>The page says what it said before.</summary>
    public sealed record Unchanged : PageLook;

    /// <param name="Fault">Why, in a sentence.</param>
    public sealed record Failed(string Fault) : PageLook;
}

/// <summary>
/// Providers' own pages and what they say. What a page says otherwise than before is told as an event, in the transaction that keeps it: from the log
/// it comes into evidence like everything else.
/// </summary>
public sealed class OfficialBook(Database database, LogTail tail, HubIdentity hub)
{
    private const string Columns = "provider_id, url, format, components::text, validator, words::text, read_at, changed_at, failing_since, fault";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Task<IReadOnlyList<OfficialStand>> AllAsync(CancellationToken cancel) =>
        ReadAsync(database.System.CreateCommand($"SELECT {Columns} FROM official_pages ORDER BY provider_id"), cancel);

    public async Task<OfficialStand?> FindAsync(string provider, CancellationToken cancel)
    {
        var command = database.System.CreateCommand($"SELECT {Columns} FROM official_pages WHERE provider_id = $1");
        command.Parameters.Add(new() { Value = provider });
        return (await ReadAsync(command, cancel)).SingleOrDefault();
    }

    /// <summary>Pages not looked at since a time, those that wait longest first.</summary>
    public Task<IReadOnlyList<OfficialStand>> DueAsync(DateTimeOffset since, int most, CancellationToken cancel)
    {
        var command = database.System.CreateCommand($"SELECT {Columns} FROM official_pages WHERE looked_at IS NULL OR looked_at <= $1 ORDER BY looked_at NULLS FIRST LIMIT $2");
        command.Parameters.Add(new() { Value = since.UtcDateTime });
        command.Parameters.Add(new() { Value = most });
        return ReadAsync(command, cancel);
    }

    /// <summary>Names a provider's page. Named otherwise than before it is unread; what the old one said is taken back when the new one is read.</summary>
    /// <returns>False when there is no such provider.</returns>
    public async Task<bool> PutAsync(OfficialPage page, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            INSERT INTO official_pages AS p (provider_id, url, format, components) SELECT id, $2, $3, $4 FROM providers WHERE id = $1
            ON CONFLICT (provider_id) DO UPDATE SET url = $2, format = $3, components = $4,
              looked_at = CASE WHEN (p.url, p.format, p.components) = ($2, $3, $4) THEN p.looked_at END,
              validator = CASE WHEN (p.url, p.format, p.components) = ($2, $3, $4) THEN p.validator END,
              read_at = CASE WHEN (p.url, p.format) = ($2, $3) THEN p.read_at END,
              failing_since = CASE WHEN (p.url, p.format) = ($2, $3) THEN p.failing_since END,
              fault = CASE WHEN (p.url, p.format) = ($2, $3) THEN p.fault END
            """);
        command.Parameters.Add(new() { Value = page.ProviderId });
        command.Parameters.Add(new() { Value = page.Url });
        command.Parameters.Add(new() { Value = (short)page.Format });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(page.Components, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }

    /// <summary>Reads a provider's page no more; what it said is taken back.</summary>
    public async Task<bool> DeleteAsync(string provider, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await LockAsync(connection, provider, cancel) is not { } stand)
        {
            return false;
        }

        await using (var command = new NpgsqlCommand("DELETE FROM official_pages WHERE provider_id = $1", connection))
        {
            command.Parameters.Add(new() { Value = provider });
            await command.ExecuteNonQueryAsync(cancel);
        }

        await TellAsync(transaction, stand.Page, OfficialRules.Changes(stand.Words, []), now, cancel);
        await transaction.CommitAsync(cancel);
        tail.Committed();
        return true;
    }

    /// <summary>Keeps what a look at a page came to, and tells what changed. A page that was named otherwise meanwhile is left for its next look.</summary>
    public async Task KeepAsync(OfficialPage page, PageLook look, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await LockAsync(connection, page.ProviderId, cancel) is not { } stand || stand.Page.Url != page.Url || stand.Page.Format != page.Format)
        {
            return;
        }

        var words = look is PageLook.Read read ? OfficialRules.WordsOf(read.Report, await ModelsAsync(connection, page.ProviderId, cancel), stand.Page.Components) : stand.Words;
        var changes = OfficialRules.Changes(stand.Words, words);
        await WriteAsync(connection, After(stand, look, words, changes.Count > 0, now), now, cancel);
        await TellAsync(transaction, stand.Page, changes, now, cancel);
        await transaction.CommitAsync(cancel);
        if (changes.Count > 0)
        {
            tail.Committed();
        }
    }

    private static OfficialStand After(OfficialStand stand, PageLook look, IReadOnlyList<OfficialWord> words, bool isChanged, DateTimeOffset now) => look switch
    {
        PageLook.Failed failed => stand with { FailingSince = stand.FailingSince ?? now, Fault = failed.Fault },
        PageLook.Read read => stand with
        {
            Validator = read.Validator,
            Words = words,
            ReadAt = now,
            ChangedAt = isChanged ? now : stand.ChangedAt,
            FailingSince = null,
            Fault = null,
        },
        _ => stand with { ReadAt = now, FailingSince = null, Fault = null },
    };

    private async Task TellAsync(NpgsqlTransaction transaction, OfficialPage page, IReadOnlyList<OfficialChange> changes, DateTimeOffset now, CancellationToken cancel)
    {
        if (changes.Count == 0)
        {
            return;
        }

        var known = await DetectedAsync(transaction.Connection!, [.. changes.Select(c => c.Word.Model)], cancel);
        var events = changes.Select(c => EventOf(page, c, known.TryGetValue(c.Word.Model, out var at) ? at : null, now)).ToList();
        await EventLog.AppendAsync(transaction, events, now, cancel);
    }

    private HubEvent EventOf(OfficialPage page, OfficialChange change, DateTimeOffset? detectedAt, DateTimeOffset now)
    {
        var word = change.Word;
        var data = new JsonObject
        {
            ["source"] = page.Url,
            ["provider"] = page.ProviderId,
            ["model"] = word.Model.Value,
            ["status"] = word.Status.WireName(),
            ["previous"] = change.Previous.WireName(),
            ["incident"] = word.IncidentId,
            ["phase"] = word.Phase.ToString().ToLowerInvariant(),
            ["title"] = word.Title,
            ["officialAt"] = Time(word.StartedAt),
            ["nextUpdateBy"] = Time(word.NextUpdateBy),
            ["seenAt"] = Time(now),
            ["detectedAt"] = Time(detectedAt),
            ["lagSeconds"] = word.IsTrouble ? (now - detectedAt)?.TotalSeconds : null,
        };
        return HubEvent.Public(Guid.CreateVersion7(now), hub.Source, EventTypes.Official, word.Model.Value, now, data);
    }

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static async Task WriteAsync(NpgsqlConnection connection, OfficialStand stand, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE official_pages SET looked_at = $2, validator = $3, words = $4, read_at = $5, changed_at = $6, failing_since = $7, fault = $8
            WHERE provider_id = $1
            """, connection);
        command.Parameters.Add(new() { Value = stand.Page.ProviderId });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        AddText(command, stand.Validator);
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(stand.Words, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        foreach (var at in new[] { stand.ReadAt, stand.ChangedAt, stand.FailingSince })
        {
            command.Parameters.Add(new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        }

        AddText(command, stand.Fault);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>When we were sure of the open incidents of models.</summary>
    private static async Task<Dictionary<ModelId, DateTimeOffset>> DetectedAsync(NpgsqlConnection connection, ModelId[] models, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT m.model, min(i.detected_at) FROM incident_models m JOIN incidents i ON i.id = m.incident_id
            WHERE m.open AND NOT i.drill AND m.model = ANY($1) GROUP BY m.model
            """, connection);
        command.Parameters.Add(new() { Value = models.Select(m => m.Value).Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var known = new Dictionary<ModelId, DateTimeOffset>();
        while (await reader.ReadAsync(cancel))
        {
            known[ModelId.Parse(reader.GetString(0))] = reader.GetFieldValue<DateTimeOffset>(1);
        }

        return known;
    }

    private static async Task<Dictionary<ModelId, string>> ModelsAsync(NpgsqlConnection connection, string provider, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT id, name FROM models WHERE provider_id = $1", connection);
        command.Parameters.Add(new() { Value = provider });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var models = new Dictionary<ModelId, string>();
        while (await reader.ReadAsync(cancel))
        {
            models[ModelId.Parse(reader.GetString(0))] = reader.GetString(1);
        }

        return models;
    }

    private static async Task<OfficialStand?> LockAsync(NpgsqlConnection connection, string provider, CancellationToken cancel)
    {
        var command = new NpgsqlCommand($"SELECT {Columns} FROM official_pages WHERE provider_id = $1 FOR UPDATE", connection);
        command.Parameters.Add(new() { Value = provider });
        return (await ReadAsync(command, cancel)).SingleOrDefault();
    }

    private static async Task<IReadOnlyList<OfficialStand>> ReadAsync(NpgsqlCommand owned, CancellationToken cancel)
    {
        await using var command = owned;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var stands = new List<OfficialStand>();
        while (await reader.ReadAsync(cancel))
        {
            var page = new OfficialPage(
                reader.GetString(0), reader.GetString(1), (PageFormat)reader.GetInt16(2),
                JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<ModelId>>>(reader.GetString(3), Json)!);
            stands.Add(new OfficialStand(
                page, Text(reader, 4), JsonSerializer.Deserialize<List<OfficialWord>>(reader.GetString(5), Json)!, Instant(reader, 6), Instant(reader, 7),
                Instant(reader, 8), Text(reader, 9)));
        }

        return stands;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Instant(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static void AddText(NpgsqlCommand command, string? text) =>
        command.Parameters.Add(new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
}
