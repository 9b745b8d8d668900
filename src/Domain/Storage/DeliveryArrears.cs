using Npgsql;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;

namespace StatusHub.Domain.Storage;

/// <summary>Subscriptions so far behind that the log waits for them no longer: one that never catches up must not keep everything for ever.</summary>
public sealed class DeliveryArrears(Database database, LogTail tail)
{
    private const int AtOnce = 1_000;

    // Only those move for whom the log really has something that old. The new fence makes whoever holds it read it again.
    private const string PassOver = """
        WITH kept AS (
          SELECT coalesce((SELECT min(position) FROM events WHERE recorded_at >= $1), (SELECT position + 1 FROM event_head)) AS first),
        late AS (
          SELECT d.subscription_id, d.position, kept.first
          FROM kept, deliveries d JOIN subscriptions s ON s.org_id = d.org_id AND s.id = d.subscription_id
          WHERE s.state = $2 AND EXISTS (SELECT FROM events e WHERE e.position > d.position AND e.position < kept.first)
          ORDER BY d.subscription_id LIMIT $3 FOR UPDATE OF d)
        UPDATE deliveries d SET position = late.first - 1, fence = d.fence + 1, owner = NULL, attempt = 0, unrecorded = 0, through = NULL, next_at = NULL
        FROM late WHERE d.subscription_id = late.subscription_id
        RETURNING d.org_id, d.subscription_id, late.position, late.first - 1
        """;

    /// <summary>Moves active subscriptions past what was recorded before an instant, and tells their owners in the same transaction.</summary>
    /// <param name="notice">What an owner is told.</param>
    public async Task PassOverAsync(DateTimeOffset recordedBefore, Func<PassedOver, HubEvent> notice, DateTimeOffset now, CancellationToken cancel)
    {
        while (await StepAsync(recordedBefore, notice, now, cancel) == AtOnce)
        {
            tail.Committed();
        }

        tail.Committed();
    }

    private async Task<int> StepAsync(DateTimeOffset recordedBefore, Func<PassedOver, HubEvent> notice, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var passed = await MoveAsync(transaction, recordedBefore, cancel);
        if (passed.Count > 0)
        {
            await EventLog.AppendAsync(transaction, [.. passed.Select(notice)], now, cancel);
        }

        await transaction.CommitAsync(cancel);
        return passed.Count;
    }

    private static async Task<List<PassedOver>> MoveAsync(NpgsqlTransaction transaction, DateTimeOffset recordedBefore, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(PassOver, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = recordedBefore.UtcDateTime });
        command.Parameters.Add(new() { Value = (short)SubscriptionState.Active });
        command.Parameters.Add(new() { Value = AtOnce });
        await using var row = await command.ExecuteReaderAsync(cancel);
        var passed = new List<PassedOver>();
        while (await row.ReadAsync(cancel))
        {
            passed.Add(new PassedOver(row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), row.GetInt64(3)));
        }

        return passed;
    }
}
