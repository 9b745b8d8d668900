using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Writes where deliveries stand, many subscriptions in one statement, each only under the fencing number its holder has: a node that
/// slept through its lease overwrites nothing.
/// </summary>
public sealed class DeliveryBook(Database database, LogTail tail)
{
    /// <summary>Most subscriptions written at once.</summary>
    public const int MaxEntries = 1_000;

    // One statement, so that the ordinary case is one round trip and one commit. Rows in id order: two writers cannot lock each other out.
    private const string Write = """
        WITH w AS (
          SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::integer[], $6::integer[], $7::bigint[], $8::timestamptz[], $9::timestamptz[],
            $10::integer[], $11::boolean[]) AS w(id, fence, position, attempt, unrecorded, through, next_at, failing_since, failures, warned)),
        moved AS (
          UPDATE deliveries d SET position = w.position, attempt = w.attempt, unrecorded = w.unrecorded, through = w.through, next_at = w.next_at,
            failing_since = w.failing_since, failures = w.failures, warned = w.warned
          FROM w WHERE d.subscription_id = w.id AND d.fence = w.fence AND d.owner = $1
          RETURNING d.subscription_id, d.org_id),
        logged AS (
          INSERT INTO delivery_attempts (at, org_id, subscription_id, position, event_id, event_type, attempt, outcome, status, millis, next_at, answer)
          SELECT a.at, m.org_id, a.id, a.position, a.event_id, a.event_type, a.attempt, a.outcome, a.status, a.millis, a.next_at, a.answer
          FROM unnest($12::uuid[], $13::timestamptz[], $14::bigint[], $15::text[], $16::text[], $17::integer[], $18::text[], $19::smallint[], $20::real[],
            $21::timestamptz[], $22::text[]) AS a(id, at, position, event_id, event_type, attempt, outcome, status, millis, next_at, answer)
          JOIN moved m ON m.subscription_id = a.id)
        SELECT subscription_id FROM moved
        """;

    private readonly ConcurrentDictionary<DateOnly, bool> _partitions = new();

    /// <param name="owner">The holder; see <see cref="DeliveryLeases"/>.</param>
    /// <param name="entries">At most <see cref="MaxEntries"/>, a subscription at most once.</param>
    /// <returns>The subscriptions that were written: the others belong to somebody else now, and nothing of theirs was.</returns>
    public async Task<IReadOnlySet<Guid>> WriteAsync(string owner, IReadOnlyList<DeliveryEntry> entries, DateTimeOffset now, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Count, MaxEntries, nameof(entries));
        await EnsurePartitionsAsync(entries, cancel);
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        if (entries.All(IsOrdinary))
        {
            return await MoveAsync(connection, null, owner, entries, cancel);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var written = await MoveAsync(connection, transaction, owner, entries, cancel);
        var notices = new List<HubEvent>();
        foreach (var entry in entries.Where(e => !IsOrdinary(e) && written.Contains(e.SubscriptionId)))
        {
            await SetAsideAsync(transaction, entry, cancel);
            if ((entry.Stopping is null || await StopAsync(transaction, entry, entry.Stopping, cancel)) && entry.Notice is { } notice)
            {
                notices.Add(notice);
            }
        }

        if (notices.Count > 0)
        {
            await EventLog.AppendAsync(transaction, notices, now, cancel);
        }

        await transaction.CommitAsync(cancel);
        if (notices.Count > 0)
        {
            tail.Committed();
        }

        return written;
    }

    /// <summary>Drops the log of attempts of days before <paramref name="day"/>.</summary>
    public async Task DropBeforeAsync(DateOnly day, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT drop_attempt_partitions($1)");
        command.Parameters.Add(new() { Value = day });
        await command.ExecuteNonQueryAsync(cancel);
        foreach (var dropped in _partitions.Keys.Where(d => d < day))
        {
            _partitions.TryRemove(dropped, out _);
        }
    }

    private static bool IsOrdinary(DeliveryEntry entry) => entry.DeadLetters.Count == 0 && entry.Stopping is null && entry.Notice is null;

    private static async Task<HashSet<Guid>> MoveAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, string owner, IReadOnlyList<DeliveryEntry> entries, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Write, connection, transaction);
        command.Parameters.Add(new() { Value = owner });
        AddStands(command, [.. entries.OrderBy(e => e.SubscriptionId)]);
        AddAttempts(command, [.. entries.SelectMany(e => e.Attempts.Select(a => (e.SubscriptionId, a)))]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var written = new HashSet<Guid>();
        while (await reader.ReadAsync(cancel))
        {
            written.Add(reader.GetGuid(0));
        }

        return written;
    }

    private static void AddStands(NpgsqlCommand command, List<DeliveryEntry> entries)
    {
        void Add<T>(NpgsqlDbType type, Func<DeliveryEntry, T> select) => AddArray(command, type, entries, select);
        Add(NpgsqlDbType.Uuid, e => e.SubscriptionId);
        Add(NpgsqlDbType.Bigint, e => e.Fence);
        Add(NpgsqlDbType.Bigint, e => e.Stand.Position);
        Add(NpgsqlDbType.Integer, e => e.Stand.Attempt);
        Add(NpgsqlDbType.Integer, e => e.Stand.Unrecorded);
        Add(NpgsqlDbType.Bigint, e => e.Stand.Through);
        Add(NpgsqlDbType.TimestampTz, e => e.Stand.NextAt?.ToUniversalTime());
        Add(NpgsqlDbType.TimestampTz, e => e.Stand.FailingSince?.ToUniversalTime());
        Add(NpgsqlDbType.Integer, e => e.Stand.Failures);
        Add(NpgsqlDbType.Boolean, e => e.Stand.Warned);
    }

    private static void AddAttempts(NpgsqlCommand command, List<(Guid Id, AttemptLine Line)> attempts)
    {
        void Add<T>(NpgsqlDbType type, Func<AttemptLine, T> select) => AddArray(command, type, attempts, a => select(a.Line));
        AddArray(command, NpgsqlDbType.Uuid, attempts, a => a.Id);
        Add(NpgsqlDbType.TimestampTz, a => a.At.ToUniversalTime());
        Add(NpgsqlDbType.Bigint, a => a.Position);
        Add(NpgsqlDbType.Text, a => a.EventId);
        Add(NpgsqlDbType.Text, a => a.EventType);
        Add(NpgsqlDbType.Integer, a => a.Number);
        Add(NpgsqlDbType.Text, a => a.Outcome);
        Add(NpgsqlDbType.Smallint, a => (short?)a.Status);
        Add(NpgsqlDbType.Real, a => (float)a.Millis);
        Add(NpgsqlDbType.TimestampTz, a => a.NextAt?.ToUniversalTime());
        Add(NpgsqlDbType.Text, a => a.Answer);
    }

    private static void AddArray<TItem, T>(NpgsqlCommand command, NpgsqlDbType type, List<TItem> items, Func<TItem, T> select) =>
        command.Parameters.Add(new() { Value = items.Select(select).ToArray(), NpgsqlDbType = type | NpgsqlDbType.Array });

    private static async Task SetAsideAsync(NpgsqlTransaction transaction, DeliveryEntry entry, CancellationToken cancel)
    {
        foreach (var letter in entry.DeadLetters)
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO dead_letters (org_id, subscription_id, position, event_id, event_type, at, reason, status, attempts)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (org_id, subscription_id, position) DO UPDATE SET at = excluded.at, reason = excluded.reason, status = excluded.status,
                  attempts = excluded.attempts
                """, transaction.Connection, transaction);
            command.Parameters.Add(new() { Value = entry.OrgId });
            command.Parameters.Add(new() { Value = entry.SubscriptionId });
            command.Parameters.Add(new() { Value = letter.Position });
            command.Parameters.Add(new() { Value = letter.EventId });
            command.Parameters.Add(new() { Value = letter.EventType });
            command.Parameters.Add(new() { Value = letter.At.ToUniversalTime() });
            command.Parameters.Add(new() { Value = letter.Reason });
            command.Parameters.Add(new() { Value = (object?)(short?)letter.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint });
            command.Parameters.Add(new() { Value = letter.Attempts });
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <returns>False when it was stopped already, by its owner or by a commit nobody heard of: then nobody is told again.</returns>
    private static async Task<bool> StopAsync(NpgsqlTransaction transaction, DeliveryEntry entry, Stopping stopping, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE subscriptions SET state = $3, state_because = $4, state_at = $5, version = version + 1, updated_at = $5
            WHERE org_id = $1 AND id = $2 AND state = $6
            """, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = entry.OrgId });
        command.Parameters.Add(new() { Value = entry.SubscriptionId });
        command.Parameters.Add(new() { Value = (short)stopping.State });
        command.Parameters.Add(new() { Value = stopping.Because });
        command.Parameters.Add(new() { Value = stopping.At.ToUniversalTime() });
        command.Parameters.Add(new() { Value = (short)SubscriptionState.Active });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    // Outside the write, so that the lock of making one is short. Attempts of a day follow one another, so the day is looked up once.
    private async Task EnsurePartitionsAsync(IReadOnlyList<DeliveryEntry> entries, CancellationToken cancel)
    {
        var known = DateOnly.MinValue;
        foreach (var entry in entries)
        {
            foreach (var attempt in entry.Attempts)
            {
                var day = DateOnly.FromDateTime(attempt.At.UtcDateTime);
                if (day != known && !_partitions.ContainsKey(day))
                {
                    await using var command = database.System.CreateCommand("SELECT ensure_attempt_partition($1)");
                    command.Parameters.Add(new() { Value = day });
                    await command.ExecuteNonQueryAsync(cancel);
                    _partitions[day] = true;
                }

                known = day;
            }
        }
    }
}
