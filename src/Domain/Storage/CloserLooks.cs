using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Models that others' evidence asks our own probes to look at now, not when the next probe is planned. Asked in the transaction that
/// weighs the evidence, read by every node that probes.
/// </summary>
public sealed class CloserLooks(Database database)
{
    /// <summary>What was asked for since then, by model, at hub time.</summary>
    public async Task<IReadOnlyDictionary<ModelId, DateTimeOffset>> AskedSinceAsync(DateTimeOffset since, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT model_id, asked_at FROM closer_looks WHERE asked_at > $1");
        command.Parameters.Add(new() { Value = since.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var asked = new Dictionary<ModelId, DateTimeOffset>();
        while (await reader.ReadAsync(cancel))
        {
            asked[ModelId.Parse(reader.GetString(0))] = reader.GetFieldValue<DateTimeOffset>(1);
        }

        return asked;
    }

    /// <summary>Asks for a look at each of the models, unless one was asked for within <see cref="JudgingPolicy.WakesEverySeconds"/>.</summary>
    internal static async Task AskAsync(NpgsqlConnection connection, IEnumerable<ModelId> models, DateTimeOffset now, JudgingPolicy policy, CancellationToken cancel)
    {
        var asked = models.Select(m => m.Value).Order(StringComparer.Ordinal).ToArray();
        if (asked.Length == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            """
            INSERT INTO closer_looks AS l (model_id, asked_at) SELECT model, $2 FROM unnest($1) AS asked(model)
            ON CONFLICT (model_id) DO UPDATE SET asked_at = $2 WHERE l.asked_at <= $3
            """, connection);
        command.Parameters.Add(new() { Value = asked });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = now.AddSeconds(-policy.WakesEverySeconds).UtcDateTime });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
