using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Events;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Moves the alerts of objectives: what changed and the event that tells of it commit together, decided on the locked row, so that whichever
/// node looks, and however often, each alert is raised once and ends once.
/// </summary>
public sealed class BurnBook(Database database, CountedHistory history, ObjectiveStore objectives, LogTail tail, HubIdentity hub, Clocks clocks)
{
    private const string Changed = "The objective was changed.";
    private const string Removed = "The objective was removed.";

    /// <summary>Looks at every objective as of now. What is known of a model is read once, however many objectives are on it.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var now = clocks.Now;
        foreach (var ofModel in (await objectives.AllAsync(cancel)).GroupBy(w => w.Objective.Model))
        {
            var series = await history.SeriesAsync(ofModel.Key, now - BurnLevel.Longest, now, ofModel.Any(w => w.Objective.TtftLimitMs is not null), cancel);
            foreach (var asked in ofModel.GroupBy(w => (w.Objective.TtftLimitMs, w.Objective.Weights)))
            {
                await LookAsync([.. asked], series.Of(asked.First().Objective), now, cancel);
            }
        }
    }

    /// <summary>Puts other terms in the place of an objective's, and writes down who did. An alert on the old terms ends.</summary>
    public Task<Written> ReplaceAsync(Objective objective, Actor by, CancellationToken cancel) => WriteAsync(objective.OrgId, objective.Id, async (transaction, before) =>
    {
        await ObjectiveStore.ReplaceAsync(transaction, objective, cancel);
        var changed = AuditDetail.Changed(AuditTerms.Of(before.Objective), AuditTerms.Of(objective));
        await Audit.AddAsync(transaction, AuditEntry.Of(by, objective.OrgId, clocks.Now, AuditActions.ObjectiveChanged, objective.Id, changed), cancel);
        if (objective.AsksTheSameAs(before.Objective))
        {
            return null;
        }

        await SaveAsync(transaction, objective, AlertState.Calm, cancel);
        return before.Alert.Standing is { } standing ? ObjectiveNews.Ended(before.Objective, standing, Changed, hub.Source, clocks.Now) : null;
    }, cancel);

    /// <summary>Removes an objective, and writes down who did. An alert on it ends.</summary>
    public Task<Written> DeleteAsync(Guid orgId, Guid id, Actor by, CancellationToken cancel) => WriteAsync(orgId, id, async (transaction, before) =>
    {
        await using var command = new NpgsqlCommand("DELETE FROM objectives WHERE org_id = $1 AND id = $2", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        await command.ExecuteNonQueryAsync(cancel);
        var whole = AuditDetail.Whole(AuditTerms.Of(before.Objective));
        await Audit.AddAsync(transaction, AuditEntry.Of(by, orgId, clocks.Now, AuditActions.ObjectiveDeleted, id, whole), cancel);
        return before.Alert.Standing is { } standing ? ObjectiveNews.Ended(before.Objective, standing, Removed, hub.Source, clocks.Now) : null;
    }, cancel);

    private async Task LookAsync(IReadOnlyList<WatchedObjective> alike, IReadOnlyList<CountedStretch> counted, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var watched in alike.Where(w => BurnRules.Next(w.Alert, counted, w.Objective.Allowed, now, Guid.Empty).News != AlertNews.None))
        {
            await MoveAsync(watched.Objective, counted, now, cancel);
        }
    }

    private async Task MoveAsync(Objective objective, IReadOnlyList<CountedStretch> counted, DateTimeOffset now, CancellationToken cancel)
    {
        var budget = ErrorBudget.Of(objective, await history.OfAsync(objective, objective.Window.At(now).From, now, cancel), now);
        await WriteAsync(objective.OrgId, objective.Id, async (transaction, locked) =>
        {
            var step = BurnRules.Next(locked.Alert, counted, objective.Allowed, now, Guid.CreateVersion7(now));
            if (step.News == AlertNews.None || !objective.AsksTheSameAs(locked.Objective))
            {
                return null;
            }

            await SaveAsync(transaction, objective, step.State, cancel);
            return ObjectiveNews.Of(locked.Objective, step, budget, BurnRules.Read(counted, objective.Allowed, locked.Alert.ToldUntil, now), hub.Source, now);
        }, cancel);
    }

    private async Task<Written> WriteAsync(Guid orgId, Guid id, Func<NpgsqlTransaction, WatchedObjective, Task<HubEvent?>> change, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await ObjectiveStore.LockAsync(transaction, orgId, id, cancel) is not { } locked)
        {
            return Written.Missing;
        }

        var told = await change(transaction, locked);
        if (told is not null)
        {
            await EventLog.AppendAsync(transaction, [told], clocks.Now, cancel);
        }

        await transaction.CommitAsync(cancel);
        if (told is not null)
        {
            tail.Committed();
        }

        return Written.Done;
    }

    private static async Task SaveAsync(NpgsqlTransaction transaction, Objective objective, AlertState alert, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE objectives SET alert_id = $3, alert_level = $4, alert_since = $5, told_until = $6 WHERE org_id = $1 AND id = $2", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = objective.OrgId });
        command.Parameters.Add(new() { Value = objective.Id });
        command.Parameters.Add(new() { Value = (object?)alert.Standing?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = (object?)(short?)alert.Standing?.Level ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint });
        command.Parameters.Add(new() { Value = (object?)alert.Standing?.Since.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = (object?)alert.ToldUntil?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
