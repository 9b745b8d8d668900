using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Events;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>What became of events somebody sent.</summary>
public abstract record InboxAnswer
{
    private InboxAnswer()
    {
    }

    /// <summary>Durable: all of them stand in the log now, or stood there before with the same content.</summary>
    /// <param name="New">How many were not known yet.</param>
    public sealed record Stored(int New) : InboxAnswer;

    /// <summary>One has the source and id of a known event and another content; none was stored.</summary>
    /// <param name="Index">Which one, from 0.</param>
    public sealed record Conflict(int Index) : InboxAnswer;

    /// <summary>As many wait as may; nothing was stored.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : InboxAnswer;

    /// <summary>The database cannot be written; nothing is known to be stored.</summary>
    public sealed record Away(TimeSpan RetryAfter) : InboxAnswer;
}

/// <summary>The one way events of others enter the log: durable before it is answered, each (organisation, source, id) once.</summary>
public sealed class EventInbox(Database database, LogTail tail, Clocks clocks)
{
    /// <summary>Stores all of the events or none.</summary>
    /// <param name="events">Of one organisation, each with its envelope.</param>
    /// <param name="sameIdIsSame">
    /// A known source and id counts as known whatever the content: so for what hubs pass on, where marks and paths differ by the way taken.
    /// </param>
    public async Task<InboxAnswer> AddAsync(IReadOnlyList<HubEvent> events, bool sameIdIsSame, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Who holds the head sees every event committed before: no two can store the same one.
        await using (var head = new NpgsqlCommand("SELECT position FROM event_head FOR UPDATE", connection, transaction))
        {
            await head.ExecuteScalarAsync(cancel);
        }

        var fresh = new List<HubEvent>();
        for (var i = 0; i < events.Count; i++)
        {
            var known = await KnownAsync(transaction, events[i], cancel)
                ?? fresh.FirstOrDefault(e => e.Source == events[i].Source && e.Id == events[i].Id)?.Envelope?.ToArray();
            if (known is null)
            {
                fresh.Add(events[i]);
            }
            else if (!sameIdIsSame && !events[i].Envelope!.Value.Span.SequenceEqual(known))
            {
                return new InboxAnswer.Conflict(i);
            }
        }

        if (fresh.Count > 0)
        {
            await EventLog.AppendAsync(transaction, fresh, clocks.Now, cancel);
            await transaction.CommitAsync(cancel);
            tail.Committed();
        }

        return new InboxAnswer.Stored(fresh.Count);
    }

    private static async Task<byte[]?> KnownAsync(NpgsqlTransaction transaction, HubEvent e, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT envelope FROM events
            WHERE coalesce(org_id, '00000000-0000-0000-0000-000000000000') = $1 AND source = $2 AND id = $3
            """, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = e.OrgId ?? Guid.Empty, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = e.Source });
        command.Parameters.Add(new() { Value = e.Id });
        return (byte[]?)await command.ExecuteScalarAsync(cancel);
    }
}
