using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;

namespace StatusHub.Domain.Storage;

/// <summary>
/// The one log everything leaves by. Positions are gap-free and in commit order: they come from a one-row head whose lock is
/// held from the append to the commit, so a reader that asks for "greater than my last" can never skip an event that commits
/// late. A plain sequence loses events that way (measured: a third of them under 16 writers).
/// </summary>
public sealed class EventLog(Database database)
{
    /// <summary>The constraint that keeps each (organisation, source, id) once.</summary>
    internal const string Once = "ix_events_once";

    /// <summary>Most events one append may carry.</summary>
    public const int MaxAppend = 10_000;

    /// <summary>Bytes of events after which one read ends, however many were asked for.</summary>
    public const long MaxReadBytes = 8 * 1024 * 1024;

    private const int DropAtOnce = 5_000;

    // A prefix, so that positions stay gap-free: up to the first event that is young enough, or that somebody has yet to be sent.
    private const string DropOldest = """
        WITH oldest AS (SELECT position, recorded_at FROM events ORDER BY position LIMIT $2),
             needed AS (
               SELECT min(position) AS after FROM (
                 SELECT d.position FROM deliveries d JOIN subscriptions s ON s.org_id = d.org_id AND s.id = d.subscription_id WHERE s.state = $3
                 UNION ALL SELECT position FROM cursors) AS readers)
        DELETE FROM events USING needed
        WHERE events.position < coalesce((SELECT min(position) FROM oldest WHERE recorded_at >= $1), (SELECT max(position) + 1 FROM oldest))
          AND (needed.after IS NULL OR events.position <= needed.after)
        """;

    // What every row has in a few bytes of its own is picked by place: an array of fixed size is as quick as that, and each array unnested
    // costs a row once more (measured: all nine unnested 8.5 us a row with everything, four of them picked or left out 8.1).
    private const string Append = """
        WITH head AS (UPDATE event_head SET position = position + $1 RETURNING position AS last),
             appended AS (
               INSERT INTO events (position, id, source, type, subject, time, recorded_at, org_id, tlp, data, envelope)
               SELECT head.last - $1 + e.ord, e.id, e.source, e.type, e.subject, ($3::timestamptz[])[e.ord], $2,
                 nullif(($4::uuid[])[e.ord], '00000000-0000-0000-0000-000000000000'), ($5::text[])[($6::smallint[])[e.ord]],
                 CASE WHEN $7 THEN '' ELSE e.content END, CASE WHEN $7 THEN e.content END
               FROM head, unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[]) WITH ORDINALITY AS e(id, source, type, subject, content, ord))
        SELECT last FROM head
        """;

    private const string Columns = "position, recorded_at, id, source, type, subject, time, org_id, tlp, data, envelope";

    private const string After = $"SELECT {Columns} FROM events WHERE position > $1 ORDER BY position LIMIT $2";

    private const string OfTypes = $"SELECT {Columns} FROM events WHERE position > $1 AND position <= $3 AND type = ANY($4) ORDER BY position LIMIT $2";

    /// <summary>
    /// Appends inside the caller's transaction. Make it the last statement before the commit: the head stays locked until then.
    /// </summary>
    /// <param name="events">The hub's own, or such as it was given; not both.</param>
    /// <returns>The position of the last event.</returns>
    public static async Task<long> AppendAsync(
        NpgsqlTransaction transaction, IReadOnlyList<HubEvent> events, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Append, transaction.Connection, transaction);
        return await AppendAsync(command, events, now, cancel);
    }

    /// <summary>Appends what others sent, in a transaction of its own: one statement, one exchange with the server.</summary>
    public async Task<long> AppendAsync(IReadOnlyList<HubEvent> events, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.Inbox.CreateCommand(Append);
        return await AppendAsync(command, events, now, cancel);
    }

    private static async Task<long> AppendAsync(NpgsqlCommand command, IReadOnlyList<HubEvent> events, DateTimeOffset now, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events.Count, MaxAppend, nameof(events));
        var areGiven = events is [{ Envelope: not null }, ..];
        var marks = events.Select(e => e.Tlp).Distinct().ToArray();
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = events.Count });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        AddArray(command, NpgsqlDbType.TimestampTz, events, e => e.Time.ToUniversalTime());
        AddArray(command, NpgsqlDbType.Uuid, events, e => e.OrgId ?? Guid.Empty);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = marks });
        AddArray(command, NpgsqlDbType.Smallint, events, e => (short)(Array.IndexOf(marks, e.Tlp) + 1));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = areGiven });
        AddArray(command, NpgsqlDbType.Text, events, e => e.Id);
        AddArray(command, NpgsqlDbType.Text, events, e => e.Source);
        AddArray(command, NpgsqlDbType.Text, events, e => e.Type);
        AddArray(command, NpgsqlDbType.Text, events, e => e.Subject);
        AddArray(command, NpgsqlDbType.Bytea, events, e => Content(e, areGiven));
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static byte[] Content(HubEvent e, bool isGiven) => e.Envelope switch
    {
        { } envelope when isGiven => Whole(envelope),
        null when !isGiven => Whole(e.Data),
        _ => throw new ArgumentException("Events the hub made and events it was given are not appended together."),
    };

    /// <summary>Drops the oldest events, in steps, up to the first that was recorded later or that an active subscription still waits for.</summary>
    /// <returns>How many are gone.</returns>
    public async Task<int> DropBeforeAsync(DateTimeOffset recordedBefore, CancellationToken cancel)
    {
        for (var dropped = 0; ;)
        {
            await using var command = database.System.CreateCommand(DropOldest);
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = recordedBefore });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = DropAtOnce });
            command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)SubscriptionState.Active });
            var step = await command.ExecuteNonQueryAsync(cancel);
            dropped += step;
            if (step == 0)
            {
                return dropped;
            }
        }
    }

    /// <summary>
    /// Events after a position, oldest first, every organisation's: the caller decides who may see them. Fewer than the limit when they
    /// are large; none only when there are none.
    /// </summary>
    public Task<IReadOnlyList<LoggedEvent>> ReadAfterAsync(long position, int limit, CancellationToken cancel) =>
        ReadAsync(database.Reads.CreateCommand(After), position, limit, [], cancel);

    /// <summary>The same for the hub's own tail, which must never wait behind the public.</summary>
    internal Task<IReadOnlyList<LoggedEvent>> ReadForTailAsync(long position, int limit, CancellationToken cancel) =>
        ReadAsync(database.System.CreateCommand(After), position, limit, [], cancel);

    /// <summary>
    /// As <see cref="ReadAfterAsync"/>, those of some types up to another position: what else stands between is passed over on the server,
    /// where reading it would cost as much as writing it did.
    /// </summary>
    internal Task<IReadOnlyList<LoggedEvent>> ReadTypesAsync(long position, long upTo, IReadOnlyList<string> types, int limit, CancellationToken cancel) =>
        ReadAsync(database.Reads.CreateCommand(OfTypes), position, limit, [new() { Value = upTo }, new() { Value = types.ToArray() }], cancel);

    private static async Task<IReadOnlyList<LoggedEvent>> ReadAsync(
        NpgsqlCommand read, long position, int limit, IEnumerable<NpgsqlParameter> others, CancellationToken cancel)
    {
        await using var command = read;
        command.Parameters.Add(new() { Value = position });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.AddRange(others.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var events = new List<LoggedEvent>();
        for (long bytes = 0; bytes < MaxReadBytes && await reader.ReadAsync(cancel); bytes += events[^1].Event.Size)
        {
            events.Add(Read(reader));
        }

        return events;
    }

    /// <summary>Position of the newest committed event; 0 for an empty log.</summary>
    public async Task<long> HeadAsync(CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT position FROM event_head");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Position of the oldest event still kept; one beyond the newest when none is.</summary>
    public async Task<long> OldestAsync(CancellationToken cancel)
    {
        await using var command = database.Reads.CreateCommand("SELECT coalesce((SELECT min(position) FROM events), (SELECT position + 1 FROM event_head))");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static LoggedEvent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetFieldValue<DateTimeOffset>(1),
        new HubEvent(
            row.GetString(2),
            row.GetString(3),
            row.GetString(4),
            row.IsDBNull(5) ? null : row.GetString(5),
            row.GetFieldValue<DateTimeOffset>(6),
            row.IsDBNull(7) ? null : row.GetGuid(7),
            row.GetString(8),
            row.GetFieldValue<byte[]>(9))
        {
            Envelope = row.IsDBNull(10) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(10), // a null array would be an empty envelope
        });

    private static byte[] Whole(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Array is { } array && array.Length == bytes.Length ? array : bytes.ToArray();

    private static void AddArray<T>(NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<HubEvent> events, Func<HubEvent, T> select) =>
        command.Parameters.Add(new() { Value = events.Select(select).ToArray(), NpgsqlDbType = type | NpgsqlDbType.Array });
}
