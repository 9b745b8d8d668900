using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Recovery;

namespace StatusHub.Domain.Storage;

/// <summary>The revisions of each incident's estimated end.</summary>
public sealed class EstimateStore(Database database)
{
    private const string Columns = "incident_id, at, phase, p10, p50, p80, p90, similar_incidents, longer_than_usual";

    /// <summary>The last revision of an incident; null before the first.</summary>
    public static async Task<EstimateRevision?> LastAsync(NpgsqlConnection connection, Guid incident, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM incident_estimates WHERE incident_id = $1 ORDER BY at DESC LIMIT 1", connection);
        command.Parameters.Add(new() { Value = incident });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    public static async Task AddAsync(NpgsqlConnection connection, Guid incident, EstimateRevision revision, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"INSERT INTO incident_estimates ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING", connection);
        command.Parameters.Add(new() { Value = incident });
        command.Parameters.Add(new() { Value = revision.At.UtcDateTime });
        command.Parameters.Add(new() { Value = (short)revision.Phase });
        foreach (var instant in (DateTimeOffset[])[revision.P10, revision.P50, revision.P80, revision.P90])
        {
            command.Parameters.Add(new() { Value = instant.UtcDateTime });
        }

        command.Parameters.Add(new() { Value = (float)revision.Similar });
        command.Parameters.Add(new() { Value = revision.IsLongerThanUsual });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>What is said now about the end of the open incidents that some models are in; nothing of one that recovers.</summary>
    public static async Task<IReadOnlyDictionary<ModelId, (DateTimeOffset P50, DateTimeOffset P80)>> StandingAsync(
        NpgsqlConnection connection, IEnumerable<ModelId> models, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT DISTINCT ON (m.model) m.model, e.p50, e.p80
            FROM incident_models m JOIN incidents i ON i.id = m.incident_id JOIN incident_estimates e ON e.incident_id = i.id
            WHERE m.open AND m.model = ANY($1) AND i.monitoring_at IS NULL AND NOT i.drill ORDER BY m.model, e.at DESC
            """, connection);
        command.Parameters.Add(new() { Value = models.Select(m => m.Value).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var standing = new Dictionary<ModelId, (DateTimeOffset, DateTimeOffset)>();
        while (await reader.ReadAsync(cancel))
        {
            standing[ModelId.Parse(reader.GetString(0))] = (reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2));
        }

        return standing;
    }

    /// <summary>All revisions of some incidents, oldest first.</summary>
    public async Task<ILookup<Guid, EstimateRevision>> OfAsync(IReadOnlyCollection<Guid> incidents, CancellationToken cancel)
    {
        await using var command = database.Reads.CreateCommand($"SELECT {Columns} FROM incident_estimates WHERE incident_id = ANY($1) ORDER BY incident_id, at");
        command.Parameters.Add(new() { Value = incidents.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var read = new List<(Guid Incident, EstimateRevision Revision)>();
        while (await reader.ReadAsync(cancel))
        {
            read.Add((reader.GetGuid(0), Read(reader)));
        }

        return read.ToLookup(r => r.Incident, r => r.Revision);
    }

    private static EstimateRevision Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<DateTimeOffset>(1),
        (IncidentPhase)row.GetInt16(2),
        row.GetFieldValue<DateTimeOffset>(3),
        row.GetFieldValue<DateTimeOffset>(4),
        row.GetFieldValue<DateTimeOffset>(5),
        row.GetFieldValue<DateTimeOffset>(6),
        row.GetFloat(7),
        row.GetBoolean(8));
}
