using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Events;
using StatusHub.Domain.Scores;

namespace StatusHub.Domain.Storage;

/// <summary>Publishes the weekly scores: each week once, its figures and the events that tell of it in one transaction.</summary>
public sealed class ScoreBook(Database database, ScoreSources sources, ScoreStore store, LogTail tail, HubIdentity hub, ScorePolicy policy)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Publishes every week that has ended, is not published, and whose quarter-hour roll-ups are all still there.</summary>
    /// <param name="kept">How long quarter-hour roll-ups are kept.</param>
    /// <returns>The weeks published, oldest first.</returns>
    public async Task<IReadOnlyList<IsoWeek>> PublishDueAsync(DateTimeOffset now, TimeSpan kept, CancellationToken cancel)
    {
        var due = new List<IsoWeek>();
        for (var week = IsoWeek.Of(now - policy.PublishAfter).Previous; week.StartsAt > now - kept; week = week.Previous)
        {
            due.Insert(0, week);
        }

        var published = await store.PublishedAsync(due, cancel);
        var done = new List<IsoWeek>();
        foreach (var week in due.Where(w => !published.Contains(w)))
        {
            if (await sources.HasProbesAsync(week, cancel) && await PublishAsync(await MakeAsync(week, now, cancel), now, cancel))
            {
                done.Add(week);
            }
        }

        return done;
    }

    /// <summary>A week's scores from what is stored, not published.</summary>
    public async Task<PublishedWeek> MakeAsync(IsoWeek week, DateTimeOffset now, CancellationToken cancel)
    {
        var before = await store.BeforeAsync(week, policy.HistoryWeeks - 1, cancel);
        var models = (await sources.ReadAsync(week, cancel)).Select(m => (m.Model, Facts: ScoreTally.Of(m.Week, week))).ToList();
        var promises = await sources.PromisesAsync(week, cancel);
        var providers = models.GroupBy(m => (m.Model.Provider, m.Model.ProviderName))
            .Select(g => (Name: g.Key.ProviderName, Facts: ScoreTally.WithPromises(ScoreTally.Sum(g.Key.Provider, [.. g.Select(m => m.Facts)]), [.. promises[g.Key.Provider]], policy)));
        var all = models.Select(m => (m.Model.Name, m.Facts)).Concat(providers)
            .Select(f => (f.Name, ScoreTally.WithHistory(f.Facts, [.. before[f.Facts.Subject]])));
        return new(week, ScorePolicy.Version, now, ScoreRanking.Of(all, week, policy));
    }

    private async Task<bool> PublishAsync(PublishedWeek week, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await ScoreStore.AddAsync(transaction, week, cancel))
        {
            return false;
        }

        var events = week.Scores.Where(s => s.Score.Score is not null).Select(s => EventOf(week, s, now)).ToList();
        foreach (var chunk in events.Chunk(EventLog.MaxAppend))
        {
            await EventLog.AppendAsync(transaction, chunk, now, cancel);
        }

        await transaction.CommitAsync(cancel);
        tail.Committed();
        return true;
    }

    private HubEvent EventOf(PublishedWeek week, PublishedScore row, DateTimeOffset now) => HubEvent.Public(
        Guid.CreateVersion7(now), hub.Source, EventTypes.Score, row.Facts.Subject, now, new JsonObject
        {
            ["week"] = week.Week.ToString(),
            [row.Facts.IsProvider ? "provider" : "model"] = row.Facts.Subject,
            ["score"] = row.Score.Score,
            ["interval"] = JsonSerializer.SerializeToNode(row.Score.Interval, Json),
            ["rank"] = row.Rank,
            ["nextWeek"] = JsonSerializer.SerializeToNode(row.Score.Forecast?.NextWeek, Json),
            ["parts"] = JsonSerializer.SerializeToNode(row.Score.Parts, Json),
            ["methodology"] = week.Methodology,
            ["link"] = $"/scores/{week.Week}",
        });
}
