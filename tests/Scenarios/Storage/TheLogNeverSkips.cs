using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Support;

namespace StatusHub.Scenarios.Storage;

/// <summary>
/// Sixteen writers whose transactions take 0 to 3 ms before they commit, and a reader who asks for "greater than my last": the log
/// loses nothing, and the same harness over a plain sequence does, so it could have shown a loss.
/// </summary>
public sealed class TheLogNeverSkips
{
    private const int Writers = 16;
    private const int TransactionsEach = 40;
    private const string Hold = "SELECT pg_sleep(random() * 0.003)";

    private static readonly DateTimeOffset Now = new(2026, 6, 7, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_reader_beside_sixteen_writers_sees_every_event_once_in_commit_order()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync(null, null, ("Storage:TailLength", "100"));
        var written = new ConcurrentBag<(int Writer, int Transaction, long Last)>();
        var writing = WriteAsync(storage.Database.System, async (transaction, writer, number) =>
        {
            await ExecuteAsync(transaction, "INSERT INTO settings (name, value) VALUES ($1, '')", $"{writer}/{number}");
            await ExecuteAsync(transaction, Hold);
            var events = Enumerable.Range(0, 1 + (number % 3)).Select(i => Event($"{writer}/{number}/{i}")).ToList();
            var last = await EventLog.AppendAsync(transaction, events, Now, CancellationToken.None);
            written.Add((writer, number, last));
        });
        var read = ReadAsync(writing, 0L, (after, limit) => storage.Log.ReadAfterAsync(after, limit, CancellationToken.None), e => e.Position);
        var followed = FollowAsync(node, writing, () => storage.Log.HeadAsync(CancellationToken.None));

        await writing;
        var expected = Enumerable.Range(0, Writers).SelectMany(w => Enumerable.Range(0, TransactionsEach)
            .SelectMany(n => Enumerable.Range(0, 1 + (n % 3)).Select(i => $"{w}/{n}/{i}"))).Order(StringComparer.Ordinal).ToList();
        foreach (var seen in (List<LoggedEvent>[])[await read, await followed])
        {
            Assert.Equal(Enumerable.Range(1, expected.Count).Select(p => (long)p), seen.Select(e => e.Position));
            Assert.Equal(expected, seen.Select(e => e.Event.Id).Order(StringComparer.Ordinal));
        }

        // A writer's next transaction began after its last had committed, so commit order shows in its own positions.
        foreach (var own in written.GroupBy(w => w.Writer))
        {
            Assert.Equal(own.OrderBy(w => w.Transaction), own.OrderBy(w => w.Last));
        }

        Assert.Empty(await StoredTruth.FindingsAsync(storage.ConnectionString));
    }

    [Theory]
    [InlineData(400, 0)]
    [InlineData(60, 1_000_000)] // more than one read may hold
    public async Task Who_asks_for_some_types_gets_all_of_them_from_the_table_and_the_tail_alike(int count, int bytes)
    {
        const int every = 5;
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync(null, null, ("Storage:TailLength", "100"), ("Storage:TailBytes", "1048576"));
        var data = new byte[bytes];
        for (var n = 1; n <= count; n++)
        {
            await storage.Log.AppendAsync([n % every == 0 ? Event($"{n}") with { Type = EventTypes.Signal, Data = data } : Event($"{n}")], Now, CancellationToken.None);
        }

        var tail = node.Get<LogTail>();
        await Patience.UntilAsync("the tail has all", () => Task.FromResult(tail.Position == count));
        var upTo = count - 2;
        var (met, reads) = (new List<long>(), 0);
        for (var reached = 0L; reached < upTo; reads++)
        {
            (var events, reached) = await tail.ReadTypesAsync(reached, upTo, [EventTypes.Signal, EventTypes.Escalation], 20, CancellationToken.None);
            Assert.All(events, e => Assert.Equal(EventTypes.Signal, e.Event.Type));
            met.AddRange(events.Select(e => e.Position));
        }

        Assert.Equal(Enumerable.Range(1, upTo).Where(n => n % every == 0).Select(n => (long)n), met);
        Assert.InRange(reads, 2, count / 10); // what is of other types is not read
    }

    [Fact]
    public async Task Commits_before_the_next_announcement_may_come_make_none_of_their_own()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync(null, null, ("Storage:AnnounceEveryMilliseconds", "60000"));
        await node.Tail.CaughtUp.WaitAsync(Patience.Usual, TimeProvider.System);
        await using var listener = await storage.Database.System.OpenConnectionAsync();
        var heard = 0;
        listener.Notification += (_, _) => heard++;
        await AskAsync(listener, "LISTEN statushub_log");

        for (var i = 0; i < Writers * TransactionsEach; i++)
        {
            await CommitAsync(storage, node, $"{i}");
        }

        await Patience.UntilAsync("the first is announced", async () =>
        {
            await AskAsync(listener, "SELECT 1"); // what was announced comes with the answer
            return heard > 0;
        });
        Assert.Equal(1, heard);
    }

    [Fact]
    public async Task Other_nodes_hear_of_what_was_committed_between_two_announcements()
    {
        await using var storage = await HubStorage.CreateAsync();
        var looksNever = ("Storage:TailPollMilliseconds", "60000");
        await using var node = await storage.StartNodeAsync(null, null, looksNever, ("Storage:AnnounceEveryMilliseconds", "1000"));
        await using var other = await storage.StartNodeAsync(null, null, looksNever);
        await Task.WhenAll(node.Tail.CaughtUp, other.Tail.CaughtUp).WaitAsync(Patience.Usual, TimeProvider.System);

        await CommitAsync(storage, node, "announced");
        await other.Tail.WhenBeyondAsync(0).WaitAsync(Patience.Usual, TimeProvider.System);
        var last = await CommitAsync(storage, node, "right behind it");

        await other.Tail.WhenBeyondAsync(last - 1).WaitAsync(Patience.Usual, TimeProvider.System);
    }

    [Fact]
    public async Task A_rolled_back_append_leaves_no_gap()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using (var connection = await storage.Database.System.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await EventLog.AppendAsync(transaction, [Event("never")], Now, CancellationToken.None);
        }

        Assert.Equal(1, await storage.Log.AppendAsync([Event("first")], Now, CancellationToken.None));
    }

    [Fact]
    public async Task The_same_event_cannot_stand_in_the_log_twice()
    {
        await using var storage = await HubStorage.CreateAsync();
        await storage.Log.AppendAsync([Event("one")], Now, CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => storage.Log.AppendAsync([Event("two"), Event("one")], Now, CancellationToken.None));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, refusal.SqlState);
        Assert.Equal(1, await storage.Log.HeadAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_appended_together_keep_each_its_own(bool areGiven)
    {
        await using var storage = await HubStorage.CreateAsync();
        HubEvent[] events =
        [
            Of("a", "urn:one", "amber", HubStorage.OrgId, "acme/one", 3), Of("b", "urn:two", "clear", null, null, 1),
            Of("a", "urn:two", "red", Guid.AllBitsSet, "", 2), Of("a", "urn:one", "amber", Guid.AllBitsSet, "acme/two", 3),
        ];

        await storage.Log.AppendAsync(events, Now, CancellationToken.None);

        var read = await storage.Log.ReadAfterAsync(0, 10, CancellationToken.None);
        Assert.Equal(events.Select(Whole), read.Select(logged => Whole(logged.Event)));

        HubEvent Of(string id, string source, string mark, Guid? org, string? subject, int second) =>
            new(id, source, $"com.example.{second}", subject, Now.AddSeconds(second), org, mark, areGiven ? default : Content(id, source))
            {
                Envelope = areGiven ? Content(id, source) : default(ReadOnlyMemory<byte>?),
            };

        static byte[] Content(string id, string source) => Encoding.UTF8.GetBytes($"\"{id} {source}\"");
    }

    [Fact]
    public async Task What_the_hub_made_and_what_it_was_given_are_not_appended_together()
    {
        await using var storage = await HubStorage.CreateAsync();
        var given = Event("given") with { Envelope = "{}"u8.ToArray(), Data = default };
        await Assert.ThrowsAsync<ArgumentException>(() => storage.Log.AppendAsync([Event("made"), given], Now, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => storage.Log.AppendAsync([given, Event("made")], Now, CancellationToken.None));
    }

    [Fact]
    public async Task A_page_of_a_long_log_is_read_in_order_wherever_it_begins_and_whatever_the_server_knows_of_the_log()
    {
        await using var storage = await HubStorage.CreateAsync();
        await storage.RunAsync($"""
            ALTER TABLE events SET (autovacuum_enabled = off);
            INSERT INTO events (position, id, source, type, time, recorded_at, org_id, tlp, data, envelope)
            SELECT n, n, 'urn:test', 'com.example', '{Now:O}', '{Now:O}', '{HubStorage.OrgId}', 'clear', '', convert_to(repeat('.', 500), 'utf8') FROM generate_series(1, 100000) AS n
            """);
        long[] beginnings = [0, 50_000, 99_990];
        var unknown = await PlansAsync();
        await storage.RunAsync("ANALYZE events");
        Assert.All([.. unknown, .. await PlansAsync()], plan =>
        {
            Assert.Contains("Index Scan using events_pkey", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Gather", plan, StringComparison.Ordinal);
        });

        async Task<List<string>> PlansAsync()
        {
            var plans = new List<string>();
            foreach (var beginning in beginnings)
            {
                await using var explain = storage.Database.Reads.CreateCommand($"EXPLAIN SELECT * FROM events WHERE position > {beginning} ORDER BY position LIMIT 1000");
                await using var lines = await explain.ExecuteReaderAsync();
                plans.Add("");
                while (await lines.ReadAsync())
                {
                    plans[^1] += lines.GetString(0) + "\n";
                }
            }

            return plans;
        }
    }

    [Fact]
    public async Task A_plain_sequence_loses_events_in_the_same_harness()
    {
        await using var storage = await HubStorage.CreateAsync();
        await storage.RunAsync("CREATE TABLE naive (id bigserial PRIMARY KEY, what text); GRANT ALL ON naive, naive_id_seq TO statushub_app");
        var writing = WriteAsync(storage.Database.System, async (transaction, writer, number) =>
        {
            await ExecuteAsync(transaction, "INSERT INTO naive (what) VALUES ($1)", $"{writer}/{number}");
            await ExecuteAsync(transaction, Hold);
        });
        var read = await ReadAsync(writing, 0L, (after, limit) => NaiveAfterAsync(storage.Database.System, after, limit), id => id);

        var lost = await storage.AskAsync<long>("SELECT count(*) FROM naive") - read.Distinct().Count();
        Assert.True(lost > 0, "the harness is too tame to show a loss");
    }

    [Fact]
    public async Task A_plain_sequence_skips_whoever_commits_late_and_the_log_does_not()
    {
        await using var storage = await HubStorage.CreateAsync();
        await storage.RunAsync("CREATE TABLE naive (id bigserial PRIMARY KEY, what text); GRANT ALL ON naive, naive_id_seq TO statushub_app");
        await using var slow = await storage.Database.System.OpenConnectionAsync();
        await using var late = await slow.BeginTransactionAsync();
        await ExecuteAsync(late, "INSERT INTO naive (what) VALUES ($1)", "late");
        await using (var quick = await storage.Database.System.OpenConnectionAsync())
        await using (var early = await quick.BeginTransactionAsync())
        {
            await ExecuteAsync(early, "INSERT INTO naive (what) VALUES ($1)", "early");
            await EventLog.AppendAsync(early, [Event("early")], Now, CancellationToken.None);
            await early.CommitAsync();
        }

        var (naive, log) = (await NaiveAfterAsync(storage.Database.System, 0, 10), await storage.Log.ReadAfterAsync(0, 10, CancellationToken.None));
        await EventLog.AppendAsync(late, [Event("late")], Now, CancellationToken.None);
        await late.CommitAsync();

        Assert.Empty(await NaiveAfterAsync(storage.Database.System, naive[^1], 10));
        Assert.Equal("late", Assert.Single(await storage.Log.ReadAfterAsync(log[^1].Position, 10, CancellationToken.None)).Event.Id);
    }

    private static async Task WriteAsync(NpgsqlDataSource source, Func<NpgsqlTransaction, int, int, Task> work) =>
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var number = 0; number < TransactionsEach; number++)
            {
                await using var connection = await source.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                await work(transaction, writer, number);
                await transaction.CommitAsync();
            }
        }));

    /// <summary>Reads on from its last until the writers are done, and once more to the end.</summary>
    private static async Task<List<T>> ReadAsync<T>(Task writing, long from, Func<long, int, Task<IReadOnlyList<T>>> readAfter, Func<T, long> positionOf)
    {
        var seen = new List<T>();
        var last = from;
        while (true)
        {
            var done = writing.IsCompleted;
            var page = await readAfter(last, 50);
            seen.AddRange(page);
            last = page.Count > 0 ? positionOf(page[^1]) : last;
            if (done && page.Count == 0)
            {
                return seen;
            }
        }
    }

    private static async Task<List<LoggedEvent>> FollowAsync(StorageNode node, Task writing, Func<Task<long>> head)
    {
        var seen = new List<LoggedEvent>();
        while (!writing.IsCompleted || seen.Count < await head())
        {
            var last = seen.Count == 0 ? 0 : seen[^1].Position;
            await node.Tail.WhenBeyondAsync(last).WaitAsync(Patience.Usual, TimeProvider.System);
            seen.AddRange(await node.Tail.ReadAfterAsync(last, 50, CancellationToken.None));
        }

        return seen;
    }

    private static async Task<IReadOnlyList<long>> NaiveAfterAsync(NpgsqlDataSource source, long after, int limit)
    {
        await using var command = source.CreateCommand("SELECT id FROM naive WHERE id > $1 ORDER BY id LIMIT $2");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<long>();
        while (await reader.ReadAsync())
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    private static async Task<long> CommitAsync(HubStorage storage, StorageNode node, string id)
    {
        var e = Event(id);
        var last = await storage.Log.AppendAsync([e], Now, CancellationToken.None);
        node.Tail.Committed([e], last, Now);
        return last;
    }

    private static async Task AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task ExecuteAsync(NpgsqlTransaction transaction, string sql, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }

    private static object Whole(HubEvent e) =>
        (e.Id, e.Source, e.Type, e.Subject, e.Time, e.OrgId, e.Tlp, Encoding.UTF8.GetString(e.Data.Span), e.Envelope is { } envelope ? Encoding.UTF8.GetString(envelope.Span) : null);

    private static HubEvent Event(string id) =>
        new(id, "urn:test", EventTypes.ModelStatus, "acme/one", Now, null, HubEvent.Clear, "{\"status\":\"operational\",\"previous\":\"operational\"}"u8.ToArray());
}
