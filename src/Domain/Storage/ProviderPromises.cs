using Npgsql;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Domain.Scores;

namespace StatusHub.Domain.Storage;

/// <summary>By when providers promised their next word on an incident, and when it came. Only public words count, as we heard them: a word dated back kept nobody informed.</summary>
internal static class ProviderPromises
{
    /// <summary>A word answers what was promised before it, on whichever of the provider's models, and may promise the next.</summary>
    public static async Task HearAsync(NpgsqlConnection connection, HeardFact heard, OutsideFact.Told told, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(
            """
            UPDATE provider_promises SET answered_at = $4
            WHERE org_id = $1 AND provider_id = $2 AND incident_id = $3 AND promised_at < $4 AND said_at <= $5 AND answered_at IS NULL
            """, heard, told));
        if (UpdatePromise.IsMade(told.Phase, told.NextUpdateBy, heard.HeardAt))
        {
            // Words on several models that were heard together are one promise.
            var promise = Command(
                """
                INSERT INTO provider_promises AS p (org_id, provider_id, incident_id, promised_at, said_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (org_id, provider_id, incident_id, promised_at) DO UPDATE SET said_at = $5, due_at = $6 WHERE p.said_at < $5
                """, heard, told);
            promise.Parameters.Add(new() { Value = told.NextUpdateBy!.Value.UtcDateTime });
            batch.BatchCommands.Add(promise);
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>What fell due in a week, by provider.</summary>
    public static async Task<ILookup<string, UpdatePromise>> DueAsync(NpgsqlDataSource source, IsoWeek week, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("SELECT provider_id, due_at, answered_at FROM provider_promises WHERE due_at >= $1 AND due_at < $2 ORDER BY due_at");
        command.Parameters.Add(new() { Value = week.StartsAt.UtcDateTime });
        command.Parameters.Add(new() { Value = week.EndsAt.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var promises = new List<(string Provider, UpdatePromise Promise)>();
        while (await reader.ReadAsync(cancel))
        {
            promises.Add((reader.GetString(0), new(
                reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2))));
        }

        return promises.ToLookup(p => p.Provider, p => p.Promise, StringComparer.Ordinal);
    }

    private static NpgsqlBatchCommand Command(string sql, HeardFact heard, OutsideFact.Told told)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new() { Value = heard.OrgId });
        command.Parameters.Add(new() { Value = told.Model.Provider });
        command.Parameters.Add(new() { Value = told.IncidentId });
        command.Parameters.Add(new() { Value = heard.HeardAt.UtcDateTime });
        command.Parameters.Add(new() { Value = told.At.UtcDateTime });
        return command;
    }
}
