using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;
using StatusHub.Domain.SharedFate;

namespace StatusHub.Domain.Storage;

/// <summary>Learns from the history of states which models fall together. What is learned lives in the node's memory.</summary>
public sealed class FateBook(Database database, VerdictStore verdicts, FatePolicy policy)
{
    /// <summary>How far back is looked.</summary>
    private static readonly TimeSpan Lookback = TimeSpan.FromDays(364);

    private FateMap _current = FateMap.Empty;

    public FateMap Current => Volatile.Read(ref _current);

    public async Task LearnAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var models = await ModelsAsync(cancel);
        var from = models.Count == 0 ? now : Later(now - Lookback, models.Min(m => m.Since));
        var spans = (await verdicts.SpansAsync(null, from, cancel)).ToLookup(s => s.Model);
        var fates = models.ConvertAll(m => new ModelFate(m.Id, m.Domains.ToHashSet(StringComparer.Ordinal), Outages(spans[m.Id], from, now)));
        Volatile.Write(ref _current, new FateMap(models.ToDictionary(m => m.Id, m => m.Domains), CoFailure.Learn(fates, from, now, policy), policy));
    }

    /// <summary>Spans of outages; those that follow each other at once, in different degrees, are one.</summary>
    private static List<Outage> Outages(IEnumerable<VerdictSpan> spans, DateTimeOffset from, DateTimeOffset to)
    {
        var outages = new List<Outage>();
        foreach (var span in spans.Where(s => s.Status is HealthState.PartialOutage or HealthState.MajorOutage))
        {
            var (begin, end) = (Later(span.From, from), span.To is { } ended && ended < to ? ended : to);
            if (outages is [.., var last] && begin <= last.To)
            {
                outages[^1] = new(last.From, Later(last.To, end));
            }
            else if (end > begin)
            {
                outages.Add(new(begin, end));
            }
        }

        return outages;
    }

    private async Task<List<(ModelId Id, IReadOnlyList<string> Domains, DateTimeOffset Since)>> ModelsAsync(CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT id, domains, created_at FROM models");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var models = new List<(ModelId, IReadOnlyList<string>, DateTimeOffset)>();
        while (await reader.ReadAsync(cancel))
        {
            models.Add((ModelId.Parse(reader.GetString(0)), reader.GetFieldValue<string[]>(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return models;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
