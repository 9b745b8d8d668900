using System.Text;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Support;

namespace StatusHub.Scenarios.Storage;

/// <summary>Others' events on their way into the log: durable or not said to be, once or not at all, and never a wait without end.</summary>
public sealed class TheInboxKeepsItsWord
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Many_senders_share_commits_and_every_answer_is_true()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync();
        var inbox = node.Get<EventInbox>();
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(n => inbox.AddAsync([Event($"{n % 200}")], sameIdIsSame: false)));
        Assert.Equal(200, answers.Cast<InboxAnswer.Stored>().Sum(a => a.New));
        Assert.Equal(200, await storage.AskAsync<long>("SELECT count(*) FROM events"));
        Assert.Equal(200, await storage.AskAsync<long>("SELECT max(position) FROM events"));
        Assert.True(await storage.AskAsync<long>("SELECT count(DISTINCT xmin::text) FROM events") < 100, "as many commits as senders");
    }

    [Theory]
    [InlineData(CutConnection.Append, false)]
    [InlineData(CutConnection.Commit, true)]
    public async Task A_commit_whose_answer_was_lost_is_found_again_and_not_done_twice(string statement, bool afterOneThatWasKnown)
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var cut = new CutConnection(storage.ConnectionString);
        await using var node = await storage.StartNodeAsync(connectionString: cut.ConnectionString);
        var inbox = node.Get<EventInbox>();
        if (afterOneThatWasKnown)
        {
            // From then on, for a while, it looks before it appends.
            await inbox.AddAsync([Event("0")], sameIdIsSame: false);
            await inbox.AddAsync([Event("0")], sameIdIsSame: false);
        }

        cut.LoseNextAnswer(statement);
        var answer = await inbox.AddAsync([Event("1"), Event("2")], sameIdIsSame: false);
        Assert.IsType<InboxAnswer.Stored>(answer);
        Assert.Equal(1, cut.Cuts);
        Assert.Equal(2, await storage.AskAsync<long>("SELECT count(*) FROM events WHERE id <> '0'"));
        Assert.Equal(afterOneThatWasKnown ? 3 : 2, await storage.AskAsync<long>("SELECT position FROM event_head"));
    }

    [Fact]
    public async Task What_a_node_is_told_of_its_own_appends_is_what_the_log_holds()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var first = await storage.StartNodeAsync();
        await using var second = await storage.StartNodeAsync();
        var odd = Event("odd") with { Time = new DateTimeOffset(2026, 6, 7, 10, 0, 0, TimeSpan.FromHours(2)).AddTicks(1_234_567) };
        await Task.WhenAll(Enumerable.Range(0, 300).Select(n =>
            (n % 2 == 0 ? first : second).Get<EventInbox>().AddAsync([n == 0 ? odd : Event($"{n}"), Event($"{n}b")], sameIdIsSame: false)));
        foreach (var node in (StorageNode[])[first, second])
        {
            var tail = node.Get<LogTail>();
            await Patience.UntilAsync("the tail has all", () => Task.FromResult(tail.Position == 600));
            var told = await tail.ReadAfterAsync(0, 600, CancellationToken.None);
            var kept = await storage.Log.ReadAfterAsync(0, 600, CancellationToken.None);
            Assert.Equal(Enumerable.Range(1, 600).Select(n => (long)n), told.Select(t => t.Position));
            Assert.Equal(kept.Select(Text), told.Select(Text));
        }
    }

    [Fact]
    public async Task A_node_that_starts_on_a_log_whose_events_are_all_gone_knows_where_it_ends()
    {
        await using var storage = await HubStorage.CreateAsync();
        await storage.RunAsync("UPDATE event_head SET position = 77");
        await using var node = await storage.StartNodeAsync();
        var tail = node.Get<LogTail>();
        await tail.CaughtUp.WaitAsync(Soon);
        Assert.Equal(77, tail.Position);
        await node.Get<EventInbox>().AddAsync([Event("1")], sameIdIsSame: false);
        await Patience.UntilAsync("the next is seen", () => Task.FromResult(tail.Position == 78));
        Assert.Equal(78, Assert.Single(await tail.ReadAfterAsync(77, 10, CancellationToken.None)).Position);
    }

    [Fact]
    public async Task Away_is_said_soon_and_the_next_try_after_it_succeeds()
    {
        await using var server = await OwnPostgres.StartAsync();
        await using var storage = await HubStorage.OnAsync(await server.CreateDatabaseAsync("away"));
        await using var node = await storage.StartNodeAsync();
        var inbox = node.Get<EventInbox>();
        Assert.IsType<InboxAnswer.Stored>(await inbox.AddAsync([Event("1")], sameIdIsSame: false));
        await server.StopAsync();
        var away = Assert.IsType<InboxAnswer.Away>(await inbox.AddAsync([Event("2")], sameIdIsSame: false).WaitAsync(Soon));
        Assert.True(away.RetryAfter > TimeSpan.Zero);
        await server.StartAgainAsync();
        await Patience.UntilAsync("events are stored again", async () => await inbox.AddAsync([Event("2")], sameIdIsSame: false) is InboxAnswer.Stored);
        Assert.Equal(2, await storage.AskAsync<long>("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task A_full_queue_and_a_locked_log_are_told_apart_and_both_end()
    {
        await using var storage = await HubStorage.CreateAsync();
        // A commit holds more than may wait, so that a full queue is not taken up beside the commit under way.
        await using var node = await storage.StartNodeAsync(settings: [("Inbox:QueueEvents", "1000"), ("Inbox:CommitEvents", "1001"), ("Inbox:AnswerWithinMilliseconds", "1500")]);
        var inbox = node.Get<EventInbox>();
        await using var holder = await storage.HoldLogAsync();

        var first = inbox.AddAsync([Event("first")], sameIdIsSame: false);
        await Patience.UntilAsync("the writer has it in hand", () => Task.FromResult(inbox.Waits == 0));
        var filling = inbox.AddAsync([.. Enumerable.Range(0, 1_000).Select(n => Event($"f{n}"))], sameIdIsSame: false);
        Assert.IsType<InboxAnswer.Busy>(await inbox.AddAsync([Event("too many")], sameIdIsSame: false));
        Assert.IsType<InboxAnswer.Away>(await first.WaitAsync(Soon));
        Assert.IsType<InboxAnswer.Away>(await filling.WaitAsync(Soon));
        await holder.DisposeAsync();
        await Patience.UntilAsync("the queue moves again", async () => await inbox.AddAsync([Event("last")], sameIdIsSame: false) is InboxAnswer.Stored);
        Assert.Equal(0, await storage.AskAsync<long>("SELECT count(*) FROM events WHERE id LIKE 'f%' AND id <> 'first'"));
    }

    [Fact]
    public async Task Who_waits_when_a_node_stops_and_who_comes_after_is_told_to_come_again()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync();
        var inbox = node.Get<EventInbox>();
        await using var holder = await storage.HoldLogAsync();

        var underWay = inbox.AddAsync([Event("under way")], sameIdIsSame: false);
        await Patience.UntilAsync("the writer has it in hand", () => Task.FromResult(inbox.Waits == 0));
        var waiting = inbox.AddAsync([Event("waiting")], sameIdIsSame: false);
        await inbox.StopAsync(CancellationToken.None).WaitAsync(Soon);
        var after = inbox.AddAsync([Event("after")], sameIdIsSame: false);
        Assert.All(await Task.WhenAll(underWay, waiting, after).WaitAsync(Soon), answer => Assert.IsType<InboxAnswer.Away>(answer));
    }

    [Fact]
    public async Task What_fills_a_commit_is_begun_beside_the_one_under_way_and_less_waits_for_it()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync(settings: [("Inbox:CommitEvents", "10")]);
        var inbox = node.Get<EventInbox>();
        await using var holder = await storage.HoldLogAsync();

        Task<InboxAnswer> AddAsync(int from, int count) =>
            inbox.AddAsync([.. Enumerable.Range(from, count).Select(n => Event($"{n}"))], sameIdIsSame: false);
        async Task WaitingAsync(int events) => await Patience.UntilAsync($"{events} wait", () => Task.FromResult(inbox.Waits == events));
        var first = AddAsync(0, 1);
        await WaitingAsync(0);
        var less = AddAsync(1, 9);
        const string commits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        await Patience.UntilAsync("one commit is under way", async () => await storage.AskAsync<long>(commits) == 1);
        Assert.Equal(9, inbox.Waits);
        var full = AddAsync(10, 1);
        await WaitingAsync(0);
        var next = AddAsync(11, 10); // two are under way
        await WaitingAsync(10);
        await holder.DisposeAsync();
        var answers = await Task.WhenAll(first, less, full, next).WaitAsync(Soon);
        Assert.Equal([1, 9, 1, 10], answers.Cast<InboxAnswer.Stored>().Select(a => a.New));
        Assert.Equal(3, await storage.AskAsync<long>("SELECT count(DISTINCT xmin::text) FROM events"));
        Assert.Equal(21, await storage.AskAsync<long>("SELECT max(position) FROM events"));
        await Patience.UntilAsync("the tail has all", () => Task.FromResult(node.Get<LogTail>().Position == 21));
        Assert.Equal(Enumerable.Range(1, 21).Select(n => (long)n), (await node.Get<LogTail>().ReadAfterAsync(0, 100, CancellationToken.None)).Select(e => e.Position));
    }

    [Fact]
    public async Task The_same_events_in_two_commits_at_once_are_stored_once_and_another_content_is_refused()
    {
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync(settings: [("Inbox:CommitEvents", "10"), ("Inbox:AnswerWithinMilliseconds", "8000")]);
        var inbox = node.Get<EventInbox>();
        HubEvent[] events = [.. Enumerable.Range(0, 10).Select(n => Event($"{n}"))];
        HubEvent[] others = [.. events[..9], events[9] with { Envelope = "{}"u8.ToArray() }];
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => inbox.AddAsync(n % 4 == 3 ? others : events, sameIdIsSame: false)));
        Assert.Equal(10, answers.OfType<InboxAnswer.Stored>().Sum(a => a.New));
        Assert.Equal(10, answers.OfType<InboxAnswer.Conflict>().Count(c => c.Index == 9));
        Assert.Equal(30, answers.OfType<InboxAnswer.Stored>().Count());
        Assert.Equal(10, await storage.AskAsync<long>("SELECT position FROM event_head"));
    }

    [Fact]
    public async Task Whether_an_event_is_known_costs_a_few_blocks_however_long_the_log()
    {
        const int adds = 16; // so long it looks before it appends, after one that was known
        const int blocksAnAdd = 30;
        await using var storage = await HubStorage.CreateAsync();
        await using var node = await storage.StartNodeAsync();
        for (var n = 0; n < 5; n++)
        {
            await storage.Log.AppendAsync([.. Enumerable.Range(0, 8_000).Select(i => Event($"{n}-{i}"))], DateTimeOffset.UnixEpoch, CancellationToken.None);
        }

        await node.Get<EventInbox>().AddAsync([Event("0-0")], sameIdIsSame: false);

        // The server counts what a connection did at its end, or later than one would like.
        storage.Database.Inbox.Clear();
        await Patience.UntilAsync("the appends are counted", async () => await storage.AskAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'WITH head%'") == 0);
        const string counts = "SELECT ARRAY[idx_scan, idx_blks_hit + idx_blks_read] FROM pg_stat_user_indexes JOIN pg_statio_user_indexes USING (indexrelid) WHERE pg_stat_user_indexes.indexrelname = 'ix_events_once'";
        var before = await storage.AskAsync<long[]>(counts);
        for (var i = 0; i < adds; i++)
        {
            Assert.IsType<InboxAnswer.Stored>(await node.Get<EventInbox>().AddAsync([Event($"new-{i}")], sameIdIsSame: false));
        }

        var after = await Patience.UntilAsync("the look-ups are counted", () => storage.AskAsync<long[]>(counts), seen => seen[0] >= before[0] + adds);
        Assert.InRange(after[1] - before[1], adds, adds * blocksAnAdd);
    }

    [Fact]
    public async Task The_log_lets_go_of_its_old_end_up_to_what_somebody_still_waits_for()
    {
        await using var storage = await HubStorage.CreateAsync();
        var now = new DateTimeOffset(2026, 6, 7, 10, 0, 0, TimeSpan.Zero);
        for (var day = 0; day < 10; day++)
        {
            await storage.Log.AppendAsync([Event($"{day}-a"), Event($"{day}-b")], now.AddDays(day), CancellationToken.None);
        }

        await storage.RunAsync("DELETE FROM cursors; INSERT INTO cursors (name, position) VALUES ('somebody', 7)");
        Assert.Equal(7, await storage.Log.DropBeforeAsync(now.AddDays(5), CancellationToken.None));
        await storage.RunAsync("UPDATE cursors SET position = 20");
        Assert.Equal(3, await storage.Log.DropBeforeAsync(now.AddDays(5), CancellationToken.None));
        Assert.Equal(11, await storage.AskAsync<long>("SELECT min(position) FROM events"));
        Assert.Equal(10, await storage.AskAsync<long>("SELECT count(*) FROM events"));
        Assert.Equal(0, await storage.Log.DropBeforeAsync(now.AddDays(5), CancellationToken.None));
    }

    private static string Text(LoggedEvent e) =>
        $"{e.Position} {e.RecordedAt:O} {e.Event.Id} {e.Event.Source} {e.Event.Type} {e.Event.Time:O} {e.Event.OrgId} {e.Event.Tlp} {Convert.ToHexString(e.Event.Envelope!.Value.Span)}";

    private static HubEvent Event(string id) =>
        new(id, "urn:s", "com.example.v1", null, DateTimeOffset.UnixEpoch, HubStorage.OrgId, HubEvent.Clear, default) { Envelope = Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\"}}") };
}
