using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>What one look at the log came to.</summary>
public enum IntakeStep
{
    /// <summary>The log holds nothing new; what had come due is settled.</summary>
    Idle,

    /// <summary>The cursor moved on; there may be more.</summary>
    Moved,

    /// <summary>Another node is at it.</summary>
    Elsewhere,
}

/// <summary>
/// Others' events on their way into verdicts: the cursor <c>evidence</c> on the log. Facts, verdicts, incidents, events and the cursor move in one
/// transaction, so each event counts exactly once, whichever node takes it and whatever dies.
/// </summary>
public sealed class OutsideEvidence(
    Database database, LogTail tail, ObservationStore observations, Judgement judgement, RemoteProbes remote, Clocks clocks, OutsidePolicy policy)
{
    /// <summary>Most events of one transaction, and most sources that are settled in it because their time has come.</summary>
    private const int BatchSize = 500;

    private const string Cursor = "evidence";

    /// <summary>Longest time (real) that events without a fact in them are only read past: their transaction would move the cursor and nothing else. Shorter than between two looks, so that each looks at what is due.</summary>
    private static readonly TimeSpan MovesAtLeastEvery = TimeSpan.FromMilliseconds(500);

    private long? _readPast;
    private long _movedAt;

    /// <summary>Takes the next events in.</summary>
    /// <param name="meaning">The facts an event of others holds.</param>
    public async Task<IntakeStep> AdvanceAsync(Func<LoggedEvent, IReadOnlyList<HeardFact>> meaning, CancellationToken cancel)
    {
        if (await ReadPastAsync(meaning, cancel) is { } step)
        {
            return step;
        }

        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await LockCursorAsync(connection, cancel) is not { } cursor)
        {
            return IntakeStep.Elsewhere;
        }

        var now = clocks.Now;
        var position = Math.Max(cursor, _readPast ?? cursor);
        var (events, reached) = await ReadAsync(position, cancel);
        var facts = events.SelectMany(meaning).ToList();
        var due = await OutsideRows.DueAsync(connection, now, BatchSize, cancel);
        if (due.Count == 0 && reached == cursor)
        {
            return IntakeStep.Idle;
        }

        var weighed = facts.Count + due.Count > 0 ? await WeighAsync(transaction, facts, due, now, cancel) : null;
        if (reached > cursor)
        {
            await MoveCursorAsync(connection, reached, cancel);
        }

        if (weighed is { Count: > 0 })
        {
            await EventLog.AppendAsync(transaction, weighed, now, cancel);
        }

        await transaction.CommitAsync(cancel);
        if (weighed is { Count: > 0 })
        {
            tail.Committed();
        }

        (_readPast, _movedAt) = (reached, clocks.Real.GetTimestamp());
        return reached > position ? IntakeStep.Moved : IntakeStep.Idle;
    }

    /// <summary>
    /// Reads past events that hold no fact, and says so; null when a transaction is called for. What is read past holds none or stands before the
    /// cursor, so it stays true whoever moves the cursor meanwhile.
    /// </summary>
    private async Task<IntakeStep?> ReadPastAsync(Func<LoggedEvent, IReadOnlyList<HeardFact>> meaning, CancellationToken cancel)
    {
        if (_readPast is not { } from || clocks.Real.GetElapsedTime(_movedAt) >= MovesAtLeastEvery)
        {
            return null;
        }

        var (events, reached) = await ReadAsync(from, cancel);
        if (reached == from)
        {
            return IntakeStep.Idle;
        }

        if (events.Any(e => meaning(e).Count > 0))
        {
            return null;
        }

        _readPast = reached;
        return IntakeStep.Moved;
    }

    // What the hub does not know is no evidence.
    private async Task<(IReadOnlyList<LoggedEvent> Events, long Reached)> ReadAsync(long position, CancellationToken cancel)
    {
        var upTo = tail.Position;
        return upTo > position ? await tail.ReadTypesAsync(position, upTo, EventTypes.All, BatchSize, cancel) : ([], position);
    }

    private async Task<List<HubEvent>> WeighAsync(
        NpgsqlTransaction transaction, List<HeardFact> facts, List<(Reporter By, ModelId Model)> due, DateTimeOffset now, CancellationToken cancel)
    {
        var connection = transaction.Connection!;
        var peers = await OutsideReporters.PeersAsync(connection, facts, cancel);
        facts = [.. facts.Select(peers.Named)];
        var answered = await AnsweredAsync(connection, facts.Select(f => f.Model).Concat(due.Select(d => d.Model)), cancel);
        facts.RemoveAll(f => !answered.ContainsKey(f.Model));
        due.RemoveAll(d => !answered.ContainsKey(d.Model));
        var probes = await remote.OfAsync(connection, facts, now, cancel);
        await observations.EnsurePartitionsAsync(probes.Outcomes, cancel);
        var models = facts.Select(f => f.Model).Concat(due.Select(d => d.Model)).Distinct().ToList();
        if (models.Count == 0)
        {
            return [];
        }

        var locked = await VerdictStore.LockAsync(connection, models, judgement.Policy, now, cancel);
        var troubled = locked.ToDictionary(m => m.Model, m => m.State.InTrouble);
        var words = facts.Where(f => IsProvidersWord(f, answered)).ToList();
        var said = await HearProvidersAsync(connection, words, now, cancel);
        var ledger = await FoldAsync(connection, peers, facts.Where(f => !IsProvidersWord(f, answered)), due, troubled, now, cancel);
        var windows = await ProviderWords.WindowsAsync(connection, models, now, cancel);
        var judged = await probes.JudgeAsync(connection, locked, now, cancel);
        judged = judgement.Hear(judged, m => new Heard(
            ledger.OpinionOf(m.Model, m.State.Outside is not null, now), said.Contains(m.Model), windows.TryGetValue(m.Model, out var window) ? window : null), now);
        await VerdictStore.SaveAsync(connection, judged.Models, cancel);
        await CloserLooks.AskAsync(connection, judged.Models.Where(m => m.State.LookCloserUntil > now).Select(m => m.Model), now, judgement.Policy, cancel);
        var events = await judgement.TellAsync(transaction, judged, now, cancel);
        if (words.Count > 0)
        {
            await ProviderWords.DateIncidentsAsync(connection, models, cancel);
        }

        return events;
    }

    /// <summary>Forgets what was last heard before a time: by then its word weighs what a newcomer's does.</summary>
    public async Task DropBeforeAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await using var batch = database.System.CreateBatch();
        foreach (var sql in new[]
        {
            "DELETE FROM outside_evidence WHERE due_at IS NULL AND greatest(fresh_until, window_at, suspicion_at) < $1",
            "DELETE FROM outside_trust t WHERE at < $1 AND NOT EXISTS (SELECT FROM outside_evidence e WHERE e.org_id = t.org_id AND e.by_hub = t.by_hub)",
            "DELETE FROM provider_words WHERE said_at < $1",
            "DELETE FROM provider_promises WHERE due_at < $1",
            "DELETE FROM closer_looks WHERE asked_at < $1",
        })
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(new() { Value = before.UtcDateTime });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    private async Task<OutsideLedger> FoldAsync(
        NpgsqlConnection connection, OutsideReporters peers, IEnumerable<HeardFact> facts, List<(Reporter By, ModelId Model)> due,
        Dictionary<ModelId, bool> troubled, DateTimeOffset now, CancellationToken cancel)
    {
        var heard = await peers.OnceAsync(connection, [.. facts.Where(f => f.Fact is not (OutsideFact.Probed or OutsideFact.Announced))], cancel);
        var ledger = new OutsideLedger(policy);
        await OutsideRows.LoadAsync(connection, ledger, [.. heard.Select(f => (f.By, f.Model)).Concat(due).Concat(Unnamed(troubled.Keys)).Distinct()], now, cancel);
        foreach (var fact in heard)
        {
            ledger.Take(fact, troubled[fact.Model], now);
        }

        ledger.Settle(model => troubled[model], now);
        await OutsideRows.SaveAsync(connection, ledger, now, policy, cancel);
        return ledger;
    }

    /// <summary>Only a provider's own page and the organisation that answers for it speak for it, and only themselves: what hubs pass on may have changed hands.</summary>
    private static bool IsProvidersWord(HeardFact heard, Dictionary<ModelId, Guid?> answered) =>
        heard.Fact is OutsideFact.Told or OutsideFact.Announced && !heard.IsPassedOn && (heard.By == Reporter.OfficialPage || answered[heard.Model] == heard.OrgId);

    /// <summary>Models nobody says anything new of still have an opinion to be asked for.</summary>
    private static IEnumerable<(Reporter, ModelId)> Unnamed(IEnumerable<ModelId> models) => models.Select(m => (Reporter.Itself(Guid.Empty), m));

    /// <returns>Models whose provider has just told of trouble.</returns>
    private async Task<HashSet<ModelId>> HearProvidersAsync(
        NpgsqlConnection connection, List<HeardFact> words, DateTimeOffset now, CancellationToken cancel)
    {
        var said = new HashSet<ModelId>();
        foreach (var word in words)
        {
            if (word.Fact is OutsideFact.Announced announced && word.IsPublic)
            {
                await ProviderWords.AnnounceAsync(connection, word, announced, cancel);
            }
            else if (word.Fact is OutsideFact.Told told)
            {
                if (word.IsPublic)
                {
                    await ProviderPromises.HearAsync(connection, word, told, cancel);
                }

                var isNews = await ProviderWords.SayAsync(connection, word, told, cancel);
                var isFresh = (now - told.At).TotalSeconds <= policy.LateAfterSeconds;
                if (isNews && isFresh && told.Status.IsTrouble() && told.Phase < Incidents.IncidentPhase.Resolved)
                {
                    said.Add(told.Model);
                }
            }
        }

        return said;
    }

    /// <summary>The models of the catalogue among those, with the organisation that answers for each.</summary>
    private static async Task<Dictionary<ModelId, Guid?>> AnsweredAsync(NpgsqlConnection connection, IEnumerable<ModelId> models, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "SELECT m.id, p.answered_by FROM models m JOIN providers p ON p.id = m.provider_id WHERE m.id = ANY($1)", connection);
        command.Parameters.Add(new() { Value = models.Select(m => m.Value).Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var answered = new Dictionary<ModelId, Guid?>();
        while (await reader.ReadAsync(cancel))
        {
            answered[ModelId.Parse(reader.GetString(0))] = reader.IsDBNull(1) ? null : reader.GetGuid(1);
        }

        return answered;
    }

    private static async Task<long?> LockCursorAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"SELECT position FROM cursors WHERE name = '{Cursor}' FOR UPDATE SKIP LOCKED", connection);
        return (long?)await command.ExecuteScalarAsync(cancel);
    }

    private static async Task MoveCursorAsync(NpgsqlConnection connection, long position, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"UPDATE cursors SET position = $1 WHERE name = '{Cursor}'", connection);
        command.Parameters.Add(new() { Value = position });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
