using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Escalations;
using StatusHub.Domain.Events;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>What came of asking for a change of an escalation.</summary>
public abstract record EscalationAnswer
{
    private EscalationAnswer()
    {
    }

    public sealed record Done(Escalation Escalation) : EscalationAnswer;

    /// <summary>The organisation asks about the model already: this is the question.</summary>
    public sealed record Already(Escalation Escalation) : EscalationAnswer;

    /// <summary>No organisation answers for the model's provider here, or it is the one that asks.</summary>
    public sealed record NobodyAnswers : EscalationAnswer;

    /// <summary>It is the other side's to do.</summary>
    public sealed record NotYours(Escalation Escalation) : EscalationAnswer;

    /// <summary>Not from where it stands.</summary>
    public sealed record NotNow(Escalation Escalation) : EscalationAnswer;

    /// <summary>There is none, or it is of others.</summary>
    public sealed record Missing : EscalationAnswer;
}

/// <summary>Keeps escalations as the rules decide: every change and the event that tells of it commit together.</summary>
public sealed class EscalationBook(Database database, LogTail tail, HubIdentity hub, EscalationPolicy policy, Clocks clocks)
{
    /// <summary>Most escalations one side is shown: the newest.</summary>
    public const int MaxShown = 200;

    private const string Cursor = "escalations";
    private const string EventPoint = "event";
    private const string DataException = "22"; // class of SQLSTATEs
    private const int PageSize = 500;
    private const int MostEvents = 10_000; // of one transaction

    /// <summary>An organisation's escalations, as the one that asks or the one that answers, newest first.</summary>
    public async Task<IReadOnlyList<Escalation>> ListAsync(Guid orgId, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        return await EscalationRows.ReadAsync(connection, null, $"org_id = $1 OR answering_org = $1 ORDER BY id DESC LIMIT {MaxShown}", cancel, orgId);
    }

    /// <summary>A person asks, without a signal.</summary>
    public async Task<EscalationAnswer> AskAsync(Guid orgId, EscalationWish wish, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await AnsweringAsync(transaction, wish.Model, cancel) is not { } answering || answering == orgId)
        {
            return new EscalationAnswer.NobodyAnswers();
        }

        var asked = EscalationRules.Ask(wish, Guid.CreateVersion7(clocks.Now), orgId, answering, clocks.Now, policy);
        if (!await EscalationRows.AddAsync(transaction, asked, cancel))
        {
            return new EscalationAnswer.Already((await EscalationRows.ReadAsync(
                connection, transaction, "org_id = $1 AND model = $2 AND state <> 3", cancel, orgId, wish.Model.Value))[0]);
        }

        var read = await EscalationRows.ReadAsync(connection, transaction, "id = $1", cancel, asked.Id);
        await TellAsync(transaction, read, cancel);
        return new EscalationAnswer.Done(read[0]);
    }

    /// <summary>The answering organisation has seen it.</summary>
    public Task<EscalationAnswer> AcknowledgeAsync(Guid orgId, Guid id, CancellationToken cancel) =>
        ChangeAsync(orgId, id, e => e.AnsweringOrg == orgId, async (e, transaction) =>
            EscalationRules.Acknowledge(e, await SlugAsync(transaction, orgId, cancel), clocks.Now), cancel);

    /// <summary>The asking organisation asks again, after a deadline that passed.</summary>
    public Task<EscalationAnswer> NextAsync(Guid orgId, Guid id, CancellationToken cancel) =>
        ChangeAsync(orgId, id, e => e.OrgId == orgId, (e, _) => Task.FromResult(EscalationRules.Next(e, clocks.Now)), cancel);

    /// <summary>
    /// Looks at what is new in the log (signals that ask, events that acknowledge, models that are well again) and at deadlines. May run anywhere
    /// at any time: the cursor's row lets one at a time do it, and what was done stays done.
    /// </summary>
    /// <returns>How many escalations it opened or moved.</returns>
    public async Task<int> LookAsync(CancellationToken cancel)
    {
        for (var total = 0; ;)
        {
            var (moved, isMore) = await LookOnceAsync(cancel);
            total += moved;
            if (!isMore)
            {
                return total;
            }
        }
    }

    // One transaction for many events: most are of no interest, and a commit for each would stand in the way of those of the events' senders.
    private async Task<(int Moved, bool IsMore)> LookOnceAsync(CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await PositionAsync(transaction, cancel) is not { } position)
        {
            return (0, false);
        }

        var (moved, reached, upTo) = (new List<Escalation>(), position, Math.Min(tail.Position, position + MostEvents));
        while (reached < upTo)
        {
            (var page, reached) = await tail.ReadTypesAsync(reached, upTo, EscalationRules.Types, PageSize, cancel);
            foreach (var logged in page)
            {
                moved.AddRange(await OfEventAsync(transaction, logged, cancel));
            }
        }

        moved.AddRange(await OfTimeAsync(transaction, cancel));
        if (reached > position)
        {
            await MovedToAsync(transaction, reached, cancel);
        }

        await TellAsync(transaction, moved, cancel);
        return (moved.Count, upTo - position == MostEvents);
    }

    private async Task<IReadOnlyList<Escalation>> OfEventAsync(NpgsqlTransaction transaction, LoggedEvent logged, CancellationToken cancel)
    {
        var e = logged.Event;
        if (EscalationRules.WishOf(e) is { } wish)
        {
            if (await AnsweringAsync(transaction, wish.Model, cancel) is not { } answering || answering == e.OrgId)
            {
                return [];
            }

            // Asked when it was heard, so that a recovery told right after it ends it; the window runs from now.
            var asked = EscalationRules.Ask(wish, Guid.CreateVersion7(clocks.Now), e.OrgId!.Value, answering, clocks.Now, policy) with { RequestedAt = logged.RecordedAt };
            return await TryAddAsync(transaction, asked, cancel) ? [asked] : [];
        }

        if (EscalationRules.AcknowledgedBy(e) is { } id && e.OrgId is { } org)
        {
            var by = await SlugAsync(transaction, org, cancel);
            return await MoveAsync(transaction, "id = $1 AND answering_org = $2 FOR UPDATE", x => EscalationRules.Acknowledge(x, by, clocks.Now), cancel, id, org);
        }

        // The hub's own word that a model is well again ends every question about it.
        return e.Type == EventTypes.ModelStatus && e.OrgId is null && e.Source == hub.Source && StatusIsGood(e)
            ? await MoveAsync(transaction, "model = $1 AND state <> 3 AND requested_at <= $2 FOR UPDATE", EscalationRules.Close, cancel, e.Subject!, e.Time)
            : [];
    }

    // What a sender wrote may be something that cannot be stored: that is no reason to look no further.
    private static async Task<bool> TryAddAsync(NpgsqlTransaction transaction, Escalation asked, CancellationToken cancel)
    {
        await transaction.SaveAsync(EventPoint, cancel);
        try
        {
            return await EscalationRows.AddAsync(transaction, asked, cancel);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith(DataException, StringComparison.Ordinal))
        {
            await transaction.RollbackAsync(EventPoint, cancel);
            return false;
        }
    }

    private async Task<IReadOnlyList<Escalation>> OfTimeAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var now = clocks.Now;
        var expired = await MoveAsync(
            transaction, $"state = 0 AND deadline < $1 ORDER BY deadline LIMIT {PageSize} FOR UPDATE", e => EscalationRules.Expire(e, now), cancel, now);
        var stale = await MoveAsync(
            transaction,
            $"state <> 3 AND deadline <= $1 ORDER BY deadline LIMIT {PageSize} FOR UPDATE",
            e => EscalationRules.IsStale(e, now, policy) ? EscalationRules.Close(e) : null,
            cancel,
            now - policy.StaleAfter);
        return [.. expired, .. stale];
    }

    private static async Task<IReadOnlyList<Escalation>> MoveAsync(
        NpgsqlTransaction transaction, string where, Func<Escalation, Escalation?> rule, CancellationToken cancel, params object[] values)
    {
        var moved = new List<Escalation>();
        foreach (var e in await EscalationRows.ReadAsync(transaction.Connection!, transaction, where, cancel, values))
        {
            if (rule(e) is { } next)
            {
                await EscalationRows.WriteAsync(transaction, next, cancel);
                moved.Add(next);
            }
        }

        return moved;
    }

    private async Task<EscalationAnswer> ChangeAsync(
        Guid orgId, Guid id, Func<Escalation, bool> isTheirs, Func<Escalation, NpgsqlTransaction, Task<Escalation?>> rule, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var found = await EscalationRows.ReadAsync(connection, transaction, "id = $1 AND (org_id = $2 OR answering_org = $2) FOR UPDATE", cancel, id, orgId);
        if (found.Count == 0)
        {
            return new EscalationAnswer.Missing();
        }

        if (!isTheirs(found[0]))
        {
            return new EscalationAnswer.NotYours(found[0]);
        }

        if (await rule(found[0], transaction) is not { } next)
        {
            return new EscalationAnswer.NotNow(found[0]);
        }

        await EscalationRows.WriteAsync(transaction, next, cancel);
        await TellAsync(transaction, [next], cancel);
        return new EscalationAnswer.Done(next);
    }

    /// <summary>Appends the events, last before the commit, and commits.</summary>
    private async Task TellAsync(NpgsqlTransaction transaction, IReadOnlyList<Escalation> moved, CancellationToken cancel)
    {
        var now = clocks.Now;
        if (moved.Count > 0)
        {
            await EventLog.AppendAsync(transaction, [.. moved.Select(e => EscalationTelling.Of(e, Guid.CreateVersion7(now), hub.Source, now))], now, cancel);
        }

        await transaction.CommitAsync(cancel);
        if (moved.Count > 0)
        {
            tail.Committed();
        }
    }

    /// <summary>How far the log has been looked through, locked; null when another looks right now.</summary>
    private static async Task<long?> PositionAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"SELECT position FROM cursors WHERE name = '{Cursor}' FOR UPDATE SKIP LOCKED", transaction.Connection, transaction);
        return (long?)await command.ExecuteScalarAsync(cancel);
    }

    private static async Task MovedToAsync(NpgsqlTransaction transaction, long position, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"UPDATE cursors SET position = $1 WHERE name = '{Cursor}'", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = position });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<Guid?> AnsweringAsync(NpgsqlTransaction transaction, ModelId model, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT answered_by FROM providers WHERE id = $1", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = model.Provider });
        return await command.ExecuteScalarAsync(cancel) as Guid?;
    }

    private static async Task<string> SlugAsync(NpgsqlTransaction transaction, Guid orgId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT slug FROM organisations WHERE id = $1", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = orgId });
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static bool StatusIsGood(HubEvent e)
    {
        using var document = System.Text.Json.JsonDocument.Parse(e.Data);
        return document.RootElement.TryGetProperty("status", out var status) && status.GetString() == "operational";
    }
}
