using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Domain.Storage;

/// <summary>What providers say of their own models: incidents and maintenance, each as last said. An older word never replaces a newer one.</summary>
internal static class ProviderWords
{
    /// <summary>Longest an incident's word stands without a new one: nobody closes what is forgotten.</summary>
    public static readonly TimeSpan Stands = TimeSpan.FromDays(7);

    /// <summary>How long before an incident's first failing observation the provider's word may have been about it.</summary>
    private static readonly TimeSpan SaidBefore = TimeSpan.FromHours(6);

    /// <returns>Whether this is trouble the provider has not told of before.</returns>
    public static async Task<bool> SayAsync(NpgsqlConnection connection, HeardFact heard, OutsideFact.Told told, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH before AS (SELECT phase, status FROM provider_words WHERE org_id = $1 AND incident_id = $2 AND model_id = $3),
            said AS (
              INSERT INTO provider_words AS w (org_id, incident_id, model_id, phase, status, title, started_at, said_at, heard_at, is_public, trouble_told_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $11 THEN $9 END)
              ON CONFLICT (org_id, incident_id, model_id) DO UPDATE SET phase = $4, status = $5, title = coalesce($6, w.title),
                started_at = coalesce($7, w.started_at), said_at = $8, heard_at = $9, is_public = $10,
                trouble_told_at = CASE WHEN $11 AND NOT (w.is_public AND w.phase < 3 AND w.status >= 3) THEN $9 ELSE w.trouble_told_at END
              WHERE w.said_at <= $8
              RETURNING 1)
            SELECT EXISTS (SELECT FROM said) AND NOT EXISTS (SELECT FROM before WHERE phase < 3 AND status >= 3)
            """, connection);
        Add(command, heard.OrgId, told.IncidentId, told.Model);
        command.Parameters.Add(new() { Value = (short)told.Phase });
        command.Parameters.Add(new() { Value = (short)told.Status });
        command.Parameters.Add(new() { Value = (object?)told.Title ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        AddTime(command, told.StartedAt);
        AddTime(command, told.At);
        AddTime(command, heard.HeardAt);
        command.Parameters.Add(new() { Value = heard.IsPublic });
        command.Parameters.Add(new() { Value = heard.IsPublic && told.Status.IsTrouble() && told.Phase < IncidentPhase.Resolved });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>
    /// Dates the open incidents of those models by the provider's own first public word, as we heard it: a word dated back tells nobody earlier. It
    /// counts for the incident it was said in, or shortly before.
    /// </summary>
    public static async Task DateIncidentsAsync(NpgsqlConnection connection, IEnumerable<ModelId> models, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE incidents i SET official_at = said.first FROM (
              SELECT m.incident_id, min(w.trouble_told_at) AS first FROM incident_models m
              JOIN provider_words w ON w.model_id = m.model AND w.trouble_told_at > m.started_at - $2 AND (w.phase < 3 OR w.said_at >= m.started_at)
              WHERE m.open AND m.incident_id IN (SELECT incident_id FROM incident_models WHERE open AND model = ANY($1))
              GROUP BY m.incident_id) AS said
            WHERE i.id = said.incident_id AND NOT i.drill AND (i.official_at IS NULL OR i.official_at > said.first)
            """, connection);
        command.Parameters.Add(new() { Value = models.Select(m => m.Value).ToArray() });
        command.Parameters.Add(new() { Value = SaidBefore });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>A window counts as announced from when it was first heard of as it stands: moving it is announcing it anew.</summary>
    public static async Task AnnounceAsync(NpgsqlConnection connection, HeardFact heard, OutsideFact.Announced announced, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO announced_maintenance AS m (org_id, maintenance_id, model_id, starts_at, ends_at, is_over, title, said_at, announced_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (org_id, maintenance_id, model_id) DO UPDATE SET starts_at = $4, ends_at = $5, is_over = $6, title = coalesce($7, m.title), said_at = $8,
              announced_at = CASE WHEN m.starts_at = $4 THEN m.announced_at ELSE $9 END
            WHERE m.said_at <= $8
            """, connection);
        Add(command, heard.OrgId, announced.MaintenanceId, announced.Model);
        AddTime(command, announced.StartsAt);
        AddTime(command, announced.EndsAt);
        command.Parameters.Add(new() { Value = announced.IsOver });
        command.Parameters.Add(new() { Value = (object?)announced.Title ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        AddTime(command, announced.At);
        AddTime(command, heard.HeardAt);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Each model's maintenance that is on, or else the next one.</summary>
    public static async Task<Dictionary<ModelId, MaintenanceWindow>> WindowsAsync(
        NpgsqlConnection connection, IEnumerable<ModelId> models, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT DISTINCT ON (model_id) model_id, starts_at, ends_at, announced_at FROM announced_maintenance
            WHERE model_id = ANY($1) AND ends_at > $2 AND NOT is_over ORDER BY model_id, starts_at
            """, connection);
        command.Parameters.Add(new() { Value = models.Select(m => m.Value).ToArray() });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var windows = new Dictionary<ModelId, MaintenanceWindow>();
        while (await reader.ReadAsync(cancel))
        {
            windows[ModelId.Parse(reader.GetString(0))] = new MaintenanceWindow(
                reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3));
        }

        return windows;
    }

    private static void Add(NpgsqlCommand command, Guid orgId, string id, ModelId model)
    {
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = model.Value });
    }

    private static void AddTime(NpgsqlCommand command, DateTimeOffset? at) =>
        command.Parameters.Add(new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
}
