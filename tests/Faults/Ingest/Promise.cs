using Npgsql;

namespace StatusHub.Faults.Ingest;

/// <summary>An event of a publisher as the store has it.</summary>
internal sealed record StoredEvent(long Position, string Source, string Id, string Hash);

/// <summary>
/// The promise of the way in, judged from the publishers' books and the store alone: what was answered 202 is there byte for byte and
/// once, nothing is there that nobody sent, positions have no gap, and a refusal for lack of a database says when to come back.
/// </summary>
internal static class Promise
{
    private const int Shown = 5;

    /// <param name="all">Every position of the log, its own events too, in order.</param>
    public static IReadOnlyList<string> Broken(
        IReadOnlyDictionary<string, string> sent, IReadOnlyList<Entry> answers, IReadOnlyList<StoredEvent> stored, IReadOnlyList<long> all, long head)
    {
        var byId = stored.GroupBy(e => e.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        var accepted = answers.Where(a => a.Status == 202).ToList();
        return
        [
            .. Findings("answered 202 and not stored", accepted.Where(a => !byId.ContainsKey(a.Id)).Select(a => a.Id)),
            .. Findings("answered 202 and stored otherwise", accepted.Where(a => byId.TryGetValue(a.Id, out var kept) && kept.Any(k => k.Hash != a.Hash)).Select(a => a.Id)),
            .. Findings("stored and never sent", stored.Where(e => !sent.TryGetValue(e.Id, out var hash) || hash != e.Hash).Select(e => e.Id)),
            .. Findings("stored twice", byId.Where(g => g.Value.Count > 1).Select(g => g.Key)),
            .. Findings("a position that does not follow the one before", all.Where((position, i) => position != i + 1).Select(p => $"{p}")),
            .. Findings("a head that is not the last position", all.Count == head ? [] : [$"{head}"]),
            .. Findings("an answer no publisher should get", answers.Where(a => a.Status is not (0 or 202 or 503)).Select(a => $"{a.Id}: {a.Status}")),
            .. Findings("503 without Retry-After", answers.Where(a => a is { Status: 503, HasRetryAfter: false }).Select(a => a.Id)),
        ];
    }

    public static async Task<IReadOnlyList<string>> BrokenAsync(string folder, string connectionString, string source)
    {
        var (sent, answers) = Ledger.Read(folder);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        var stored = new List<StoredEvent>();
        var all = new List<long>();
        await using (var events = new NpgsqlCommand("SELECT position, source, id, upper(encode(sha256(coalesce(envelope, '')), 'hex')) FROM events ORDER BY position", connection))
        await using (var reader = await events.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                all.Add(reader.GetInt64(0));
                if (reader.GetString(1) == source)
                {
                    stored.Add(new StoredEvent(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
                }
            }
        }

        await using var ask = new NpgsqlCommand("SELECT position FROM event_head", connection);
        return Broken(sent, answers, stored, all, (long)(await ask.ExecuteScalarAsync())!);
    }

    private static IEnumerable<string> Findings(string what, IEnumerable<string> which)
    {
        var found = which.ToList();
        return found.Count == 0 ? [] : [$"{found.Count} × {what}: {string.Join(", ", found.Take(Shown))}"];
    }
}
