using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Raw evidence, a partition a UTC day, written by binary COPY. The copy goes into the day's own partition, where the role
/// may insert but not read: PostgreSQL refuses COPY into a table under row-level security, and readers only get the guarded parent.
/// </summary>
public sealed class ObservationStore(Database database)
{
    /// <summary>Most raw rows one question may return.</summary>
    public const int MaxRows = 500;

    private const string Columns = """
        at, org_id, endpoint_id, id, model_id, region, rung, started_at, failure, http_status, request_id, detail, base_grid,
        input_tokens, output_tokens, answered_model, retry_after_seconds,
        dns_ms, connect_ms, tls_ms, headers_ms, first_event_ms, first_token_ms, first_reasoning_ms, last_token_ms, max_gap_ms, total_ms,
        chunks, bytes, end_marker_seen, connection_reused
        """;

    private readonly ConcurrentDictionary<DateOnly, bool> _partitions = new();

    /// <summary>Makes sure the days' partitions are there; outside the caller's transaction, so that its lock is short.</summary>
    public async Task EnsurePartitionsAsync(IEnumerable<ProbeOutcome> outcomes, CancellationToken cancel)
    {
        foreach (var day in outcomes.Select(o => DayOf(o.At)).Distinct())
        {
            if (_partitions.ContainsKey(day))
            {
                continue;
            }

            await using var command = database.System.CreateCommand("SELECT ensure_observation_partition($1)");
            command.Parameters.Add(new() { Value = day });
            await command.ExecuteNonQueryAsync(cancel);
            _partitions[day] = true;
        }
    }

    public static async Task CopyAsync(NpgsqlConnection connection, IEnumerable<ProbeOutcome> outcomes, CancellationToken cancel)
    {
        foreach (var day in outcomes.GroupBy(o => DayOf(o.At)))
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                $"COPY observations_p{day.Key:yyyyMMdd} ({Columns}) FROM STDIN (FORMAT BINARY)", cancel);
            foreach (var outcome in day)
            {
                await WriteAsync(copy, outcome, cancel);
            }

            await copy.CompleteAsync(cancel);
        }
    }

    /// <summary>The last outcomes of one model that an organisation's own endpoints saw, newest first.</summary>
    public async Task<IReadOnlyList<ProbeOutcome>> LatestAsync(
        Guid orgId, ModelId model, Guid? endpointId, DateTimeOffset since, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var command = new NpgsqlCommand(
            $"""
             SELECT {Columns} FROM observations
             WHERE org_id = $1 AND model_id = $2 AND at >= $3 AND ($4::uuid IS NULL OR endpoint_id = $4)
             ORDER BY at DESC LIMIT $5
             """, connection);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = model.Value });
        command.Parameters.Add(new() { Value = since.ToUniversalTime() });
        command.Parameters.Add(new() { Value = (object?)endpointId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = Math.Clamp(limit, 1, MaxRows) });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var outcomes = new List<ProbeOutcome>();
        while (await reader.ReadAsync(cancel))
        {
            outcomes.Add(Read(reader));
        }

        return outcomes;
    }

    /// <summary>Drops the partitions of days before <paramref name="day"/>.</summary>
    public async Task DropBeforeAsync(DateOnly day, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT drop_observation_partitions($1)");
        command.Parameters.Add(new() { Value = day });
        await command.ExecuteNonQueryAsync(cancel);
        foreach (var dropped in _partitions.Keys.Where(d => d < day))
        {
            _partitions.TryRemove(dropped, out _);
        }
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, ProbeOutcome o, CancellationToken cancel)
    {
        await copy.StartRowAsync(cancel);
        await copy.WriteAsync(o.At.UtcDateTime, NpgsqlDbType.TimestampTz, cancel);
        await copy.WriteAsync(o.OrgId, NpgsqlDbType.Uuid, cancel);
        await copy.WriteAsync(o.EndpointId, NpgsqlDbType.Uuid, cancel);
        await copy.WriteAsync(o.Id, NpgsqlDbType.Uuid, cancel);
        await copy.WriteAsync(o.Model.Value, NpgsqlDbType.Text, cancel);
        await copy.WriteAsync(o.Region, NpgsqlDbType.Text, cancel);
        await copy.WriteAsync((short)o.Rung, NpgsqlDbType.Smallint, cancel);
        await copy.WriteAsync(o.StartedAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancel);
        await copy.WriteAsync((short)o.Failure, NpgsqlDbType.Smallint, cancel);
        await NullableAsync(copy, (short?)o.HttpStatus, NpgsqlDbType.Smallint, cancel);
        await NullableAsync(copy, o.RequestId, NpgsqlDbType.Text, cancel);
        await NullableAsync(copy, o.Detail, NpgsqlDbType.Text, cancel);
        await copy.WriteAsync(o.BaseGrid, NpgsqlDbType.Boolean, cancel);
        await NullableAsync(copy, o.InputTokens, NpgsqlDbType.Integer, cancel);
        await NullableAsync(copy, o.OutputTokens, NpgsqlDbType.Integer, cancel);
        await NullableAsync(copy, o.AnsweredModel, NpgsqlDbType.Text, cancel);
        await NullableAsync(copy, (int?)o.RetryAfter?.TotalSeconds, NpgsqlDbType.Integer, cancel);
        var t = o.Timings;
        foreach (var mark in (double?[])[t.DnsMs, t.ConnectMs, t.TlsMs, t.HeadersMs, t.FirstEventMs, t.FirstTokenMs, t.FirstReasoningMs, t.LastTokenMs, t.MaxGapMs, t.TotalMs])
        {
            await NullableAsync(copy, (float?)mark, NpgsqlDbType.Real, cancel);
        }

        await copy.WriteAsync(t.Chunks, NpgsqlDbType.Integer, cancel);
        await copy.WriteAsync(t.Bytes, NpgsqlDbType.Bigint, cancel);
        await copy.WriteAsync(t.EndMarkerSeen, NpgsqlDbType.Boolean, cancel);
        await copy.WriteAsync(t.ConnectionReused, NpgsqlDbType.Boolean, cancel);
    }

    private static Task NullableAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type, CancellationToken cancel) =>
        value is null ? copy.WriteNullAsync(cancel) : copy.WriteAsync<object>(value, type, cancel);

    private static ProbeOutcome Read(NpgsqlDataReader row) => new()
    {
        At = row.GetFieldValue<DateTimeOffset>(0),
        OrgId = row.GetGuid(1),
        EndpointId = row.GetGuid(2),
        Id = row.GetGuid(3),
        Model = ModelId.Parse(row.GetString(4)),
        Region = row.GetString(5),
        Rung = (ProbeRung)row.GetInt16(6),
        StartedAt = row.GetFieldValue<DateTimeOffset>(7),
        Failure = (FailureClass)row.GetInt16(8),
        HttpStatus = row.IsDBNull(9) ? null : row.GetInt16(9),
        RequestId = row.IsDBNull(10) ? null : row.GetString(10),
        Detail = row.IsDBNull(11) ? null : row.GetString(11),
        BaseGrid = row.GetBoolean(12),
        InputTokens = row.IsDBNull(13) ? null : row.GetInt32(13),
        OutputTokens = row.IsDBNull(14) ? null : row.GetInt32(14),
        AnsweredModel = row.IsDBNull(15) ? null : row.GetString(15),
        RetryAfter = row.IsDBNull(16) ? null : TimeSpan.FromSeconds(row.GetInt32(16)),
        Timings = ReadTimings(row),
    };

    private static ProbeTimings ReadTimings(NpgsqlDataReader row)
    {
        double? Mark(int column) => row.IsDBNull(column) ? null : row.GetFloat(column);
        return new ProbeTimings
        {
            DnsMs = Mark(17),
            ConnectMs = Mark(18),
            TlsMs = Mark(19),
            HeadersMs = Mark(20),
            FirstEventMs = Mark(21),
            FirstTokenMs = Mark(22),
            FirstReasoningMs = Mark(23),
            LastTokenMs = Mark(24),
            MaxGapMs = Mark(25),
            TotalMs = Mark(26) ?? 0,
            Chunks = row.GetInt32(27),
            Bytes = row.GetInt64(28),
            EndMarkerSeen = row.GetBoolean(29),
            ConnectionReused = row.GetBoolean(30),
        };
    }
}
