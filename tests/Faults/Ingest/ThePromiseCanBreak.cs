using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StatusHub.Support;

namespace StatusHub.Faults.Ingest;

/// <summary>The proof of the proof: books and stores that break the promise are found out, each in its way.</summary>
public sealed class ThePromiseCanBreak
{
    private static readonly Entry Accepted = new("a", "A1", 202, false, TimeSpan.Zero);
    private static readonly StoredEvent Kept = new(1, "urn:s", "a", "A1");
    private static readonly Dictionary<string, string> Sent = new() { ["a"] = "A1" };

    [Fact]
    public void A_promise_that_is_kept_is_not_accused() => Assert.Empty(Promise.Broken(Sent, [Accepted], [Kept], [1], 1));

    [Fact]
    public void Each_way_to_break_it_is_found()
    {
        Assert.Contains("not stored", Single(Promise.Broken(Sent, [Accepted], [], [], 0)), StringComparison.Ordinal);
        Assert.Contains("stored otherwise", Promise.Broken(Sent, [Accepted], [Kept with { Hash = "B2" }], [1], 1)[0], StringComparison.Ordinal);
        Assert.Contains("never sent", Single(Promise.Broken(Sent, [Accepted], [Kept, new(2, "urn:s", "b", "B2")], [1, 2], 2)), StringComparison.Ordinal);
        Assert.Contains("stored twice", Single(Promise.Broken(Sent, [Accepted], [Kept, Kept with { Position = 2 }], [1, 2], 2)), StringComparison.Ordinal);
        Assert.Contains("does not follow", Promise.Broken(Sent, [Accepted], [Kept with { Position = 2 }], [2], 2)[0], StringComparison.Ordinal);
        Assert.Contains("no publisher should get", Single(Promise.Broken(Sent, [Accepted, Accepted with { Status = 500 }], [Kept], [1], 1)), StringComparison.Ordinal);
        Assert.Contains("without Retry-After", Single(Promise.Broken(Sent, [Accepted, Accepted with { Status = 503 }], [Kept], [1], 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_answers_before_it_stores_is_caught()
    {
        using var books = new TemporaryFolder();
        ConcurrentQueue<StoredEvent> stored = [];
        await using (var publishers = new Publishers(books.Path, count: 4, seed: 1))
        await using (var hasty = await HastyAsync(stored))
        {
            publishers.SendTo(new Uri(hasty.Urls.First()));
            await Patience.UntilAsync("events are accepted", () => Task.FromResult(publishers.Accepted > 100));
        } // the server is gone, and what it had in hand with it

        var (sent, answers) = Ledger.Read(books.Path);
        var kept = stored.ToArray();
        var broken = Promise.Broken(sent, answers, kept, [.. kept.Select(k => k.Position)], kept.Length);
        Assert.Contains(broken, b => b.Contains("answered 202 and not stored", StringComparison.Ordinal));
    }

    /// <summary>Answers 202 at once, and keeps every event only when the next has come.</summary>
    private static async Task<WebApplication> HastyAsync(ConcurrentQueue<StoredEvent> stored)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var inHand = new ConcurrentQueue<StoredEvent>();
        app.MapPost("/feed/events", async (HttpRequest request) =>
        {
            var body = await JsonDocument.ParseAsync(request.Body);
            foreach (var e in body.RootElement.ValueKind == JsonValueKind.Array ? body.RootElement.EnumerateArray().ToArray() : [body.RootElement])
            {
                inHand.Enqueue(new StoredEvent(0, Publishers.Source, e.GetProperty("id").GetString()!, Ledger.HashOf(Encoding.UTF8.GetBytes(e.GetRawText()))));
                if (inHand.Count > 1 && inHand.TryDequeue(out var older) && stored.All(s => s.Id != older.Id))
                {
                    stored.Enqueue(older with { Position = stored.Count + 1 });
                }
            }

            return Results.StatusCode(StatusCodes.Status202Accepted);
        });
        await app.StartAsync();
        return app;
    }

    private static string Single(IReadOnlyList<string> broken) => Assert.Single(broken);
}
