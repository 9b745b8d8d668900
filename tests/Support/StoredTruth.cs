using Npgsql;

namespace StatusHub.Support;

/// <summary>
/// What must hold in a hub's database at every moment, whatever was killed when: looked at in one snapshot, so that it may be asked
/// of a running hub. Reads the tables as superuser and shares no code with the hub.
/// </summary>
public static class StoredTruth
{
    private static readonly (string What, string Count)[] Rules =
    [
        ("events are missing below the head of the log", "SELECT (SELECT position FROM event_head) - count(*) FROM events"),
        ("events stand above the head of the log", "SELECT count(*) FROM events WHERE position > (SELECT position FROM event_head) OR position < 1"),
        ("events are in the log twice", "SELECT count(*) FROM (SELECT 1 FROM events GROUP BY org_id, source, id HAVING count(*) > 1) AS twice"),
        ("positions were given twice", "SELECT count(*) - count(DISTINCT position) FROM events"),
        ("observations were written twice", "SELECT count(*) - count(DISTINCT id) FROM observations"),
        ("spans of one model overlap",
            """
            SELECT count(*) FROM verdict_spans a JOIN verdict_spans b ON a.model_id = b.model_id AND a.ctid <> b.ctid
            WHERE a.from_at <= b.from_at AND coalesce(a.to_at, 'infinity') > b.from_at
            """),
        ("spans end before they begin", "SELECT count(*) FROM verdict_spans WHERE to_at < from_at"),
        ("spans leave a hole to the next",
            """
            SELECT count(*) FROM (
              SELECT to_at, lead(from_at) OVER (PARTITION BY model_id ORDER BY from_at) AS next FROM verdict_spans) AS s
            WHERE next IS NOT NULL AND to_at IS DISTINCT FROM next
            """),
        ("models have another open span than their verdict",
            """
            SELECT count(*) FROM verdict_spans s JOIN verdicts v USING (model_id)
            WHERE s.to_at IS NULL AND (s.status <> v.status OR s.from_at <> v.since)
            """),
        ("models have more than one open incident", "SELECT count(*) FROM (SELECT 1 FROM incident_models WHERE open GROUP BY model HAVING count(*) > 1) AS two"),
        ("incidents are open in one table and closed in the other",
            "SELECT count(*) FROM incidents i JOIN incident_models m ON m.incident_id = i.id WHERE m.open <> (i.resolved_at IS NULL)"),
        ("roll-ups count another number of probes than were stored",
            """
            SELECT count(*) FROM unnest(ARRAY[60, 900, 3600, 86400]) AS width(step)
            WHERE (SELECT coalesce(sum(attempts), 0) FROM rollups r WHERE r.step = width.step) <> (SELECT count(*) FROM observations)
            """),
        ("status events do not form a chain",
            """
            SELECT count(*) FROM (
              SELECT convert_from(data, 'UTF8')::jsonb AS d,
                lag(convert_from(data, 'UTF8')::jsonb ->> 'status') OVER (PARTITION BY subject ORDER BY position) AS before
              FROM events WHERE type = 'io.statushub.model.status.v1') AS chain
            WHERE before IS NOT NULL AND d ->> 'previous' <> before
            """),
    ];

    /// <summary>What does not hold, each with how often; nothing when all is well.</summary>
    /// <param name="connectionString">Opens the hub's database as a superuser.</param>
    public static async Task<IReadOnlyList<string>> FindingsAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var findings = new List<string>();
        foreach (var (what, count) in Rules)
        {
            await using var command = new NpgsqlCommand(count, connection, snapshot);
            if ((long)(await command.ExecuteScalarAsync())! is not 0 and var found)
            {
                findings.Add($"{what}: {found}");
            }
        }

        return findings;
    }
}
