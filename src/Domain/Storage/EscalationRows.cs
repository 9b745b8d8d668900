using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Escalations;

namespace StatusHub.Domain.Storage;

/// <summary>Escalations as rows, inside the transaction of whoever reads or writes them.</summary>
internal static class EscalationRows
{
    private const string Columns = """
        org_id, id, model, answering_org, state, step, window_seconds, requested_at, deadline, acknowledged_at, acknowledged_by, signal_source, signal_id, note
        """;

    private const string Sides = """
        (SELECT slug FROM organisations WHERE id = escalations.org_id), (SELECT slug FROM organisations WHERE id = escalations.answering_org)
        """;

    /// <returns>False when the organisation asks about the model already.</returns>
    public static async Task<bool> AddAsync(NpgsqlTransaction transaction, Escalation e, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO escalations ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (org_id, model) WHERE state <> 3 DO NOTHING
            """, transaction.Connection, transaction);
        Bind(command.Parameters, e);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    public static async Task WriteAsync(NpgsqlTransaction transaction, Escalation e, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE escalations SET model = $3, answering_org = $4, state = $5, step = $6, window_seconds = $7, requested_at = $8, deadline = $9,
              acknowledged_at = $10, acknowledged_by = $11, signal_source = $12, signal_id = $13, note = $14
            WHERE org_id = $1 AND id = $2
            """, transaction.Connection, transaction);
        Bind(command.Parameters, e);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Rows of a condition, oldest first.</summary>
    /// <param name="where">SQL over the table's columns with parameters from $1 on; may end in LIMIT and FOR UPDATE.</param>
    public static async Task<IReadOnlyList<Escalation>> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, string where, CancellationToken cancel, params object[] values)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns}, {Sides} FROM escalations WHERE {where}", connection, transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value is DateTimeOffset at ? at.UtcDateTime : value });
        }

        await using var row = await command.ExecuteReaderAsync(cancel);
        var list = new List<Escalation>();
        while (await row.ReadAsync(cancel))
        {
            list.Add(Read(row));
        }

        return list;
    }

    private static void Bind(NpgsqlParameterCollection parameters, Escalation e)
    {
        parameters.Add(new() { Value = e.OrgId });
        parameters.Add(new() { Value = e.Id });
        parameters.Add(new() { Value = e.Model.Value });
        parameters.Add(new() { Value = e.AnsweringOrg });
        parameters.Add(new() { Value = (short)e.State });
        parameters.Add(new() { Value = e.Step });
        parameters.Add(new() { Value = (int)e.Window.TotalSeconds });
        parameters.Add(new() { Value = e.RequestedAt.UtcDateTime });
        parameters.Add(new() { Value = e.Deadline.UtcDateTime });
        parameters.Add(new() { Value = (object?)e.AcknowledgedAt?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(Text(e.AcknowledgedBy));
        parameters.Add(Text(e.Signal?.Source));
        parameters.Add(Text(e.Signal?.Id));
        parameters.Add(Text(e.Note));
    }

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static Escalation Read(NpgsqlDataReader row) => new()
    {
        OrgId = row.GetGuid(0),
        Id = row.GetGuid(1),
        Model = ModelId.Parse(row.GetString(2)),
        AnsweringOrg = row.GetGuid(3),
        State = (EscalationState)row.GetInt16(4),
        Step = row.GetInt32(5),
        Window = TimeSpan.FromSeconds(row.GetInt32(6)),
        RequestedAt = row.GetFieldValue<DateTimeOffset>(7),
        Deadline = row.GetFieldValue<DateTimeOffset>(8),
        AcknowledgedAt = row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9),
        AcknowledgedBy = row.IsDBNull(10) ? null : row.GetString(10),
        Signal = row.IsDBNull(11) ? null : new SignalRef(row.GetString(11), row.GetString(12)),
        Note = row.IsDBNull(13) ? null : row.GetString(13),
        Requester = row.GetString(14),
        Answering = row.GetString(15),
    };
}
