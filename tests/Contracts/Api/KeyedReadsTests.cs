using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.Streams;
using StatusHub.Support;
using StatusHub.Web.Access;

namespace StatusHub.Contracts.Api;

/// <summary>Reading the feed as an organisation.</summary>
[Collection(ApiCollection.Name)]
public sealed class KeyedReadsTests(ApiApp app)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_mark_says_who_may_read_and_a_key_says_who_asks()
    {
        var provider = $"p{IngestTests.Fresh()}";
        await AnswersForAsync(provider, app.Bob);
        using var sender = await app.AsAsync(app.Alice, Scopes.Publish);
        var subject = $"{provider}/some-model";
        var ids = new Dictionary<string, string>();
        foreach (var mark in new[] { "clear", "green", "amber", "red" })
        {
            ids[mark] = IngestTests.Fresh();
            using var sent = await IngestTests.SendAsync(sender, IngestCases.Json($",\"tlp\":\"{mark}\",\"subject\":\"{subject}\"", ids[mark]));
            Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        }

        await app.SeenByThisNodeAsync();
        using var anyone = app.Anyone();
        using var alice = await app.AsAsync(app.Alice, Scopes.Read);
        using var bob = await app.AsAsync(app.Bob, Scopes.Subscribe);
        using var third = await app.AsAsync(await ThirdAsync(), Scopes.Read);
        Assert.Equal(["clear"], await MarksAsync(anyone, subject));
        Assert.Equal(["clear", "green"], await MarksAsync(third, subject));
        await Patience.UntilAsync("the provider's organisation reads amber", async () => string.Join(' ', await MarksAsync(bob, subject)), marks => marks == "clear green amber");
        Assert.Equal(["clear", "green", "amber", "red"], await MarksAsync(alice, subject));
    }

    [Theory]
    [InlineData("/feed/events")]
    [InlineData("/feed/stream")]
    public async Task A_key_that_is_sent_must_be_good(string path)
    {
        using var wrong = app.With("shk_nobody-has-this-key-0000000000000000000000");
        using var refused = await wrong.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("/problems/unauthorized", await Problems.TypeOfAsync(refused));
        using var other = await app.AsAsync(app.Alice, Scopes.Endpoints);
        using var forbidden = await other.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
    }

    [Fact]
    public async Task A_stream_reads_as_its_organisation_and_ends_when_the_key_is_revoked()
    {
        var keys = app.Services.GetRequiredService<ApiKeys>();
        var (key, text) = await keys.IssueAsync(app.Alice, "stream", [Scopes.Read, Scopes.Publish], [], CancellationToken.None);
        using var alice = app.With(text);
        await app.SeenByThisNodeAsync();
        using var limit = new CancellationTokenSource(Limit);
        using var stream = await alice.GetAsync("/feed/stream", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(limit.Token));
        var id = IngestTests.Fresh();
        using var sent = await IngestTests.SendAsync(alice, IngestCases.Json(",\"tlp\":\"red\"", id));
        while (await lines.ReadLineAsync(limit.Token) is { } line && !line.Contains(id, StringComparison.Ordinal))
        {
            Assert.DoesNotContain("reset", line, StringComparison.Ordinal);
        }

        using var sender = await app.AsAsync(app.Alice, Scopes.Publish);
        await keys.RevokeAsync(app.Alice, key.Id, limit.Token);
        var after = IngestTests.Fresh();
        using var later = await IngestTests.SendAsync(sender, IngestCases.Json(",\"tlp\":\"red\"", after));
        Assert.DoesNotContain(after, await lines.ReadToEndAsync(limit.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_the_log_no_longer_reaches_is_told_where_to_start()
    {
        using var client = app.Anyone();
        var log = app.Services.GetRequiredService<EventLog>();
        using var alice = await app.AsAsync(app.Alice, Scopes.Publish);
        using var old = await IngestTests.SendAsync(alice, IngestCases.Json(id: IngestTests.Fresh()));
        var before = await log.HeadAsync(CancellationToken.None);
        var id = IngestTests.Fresh();
        using var young = await IngestTests.SendAsync(alice, IngestCases.Json(id: id));
        await app.SeenByThisNodeAsync();
        await using (var small = app.WithWebHostBuilder(b => b.UseSetting("Storage:TailLength", "100")))
        {
            await app.ExecuteHereAsync($"DELETE FROM events WHERE position <= {before}");
            using var fresh = small.CreateClient(); // a node that never saw what is gone
            var lost = LogCursor.Of(before - 1);
            using var gone = await fresh.GetAsync($"/feed/events?after={lost}&type=com.example.thing.v1");
            Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
            Assert.Equal("/problems/cursor-expired", await Problems.TypeOfAsync(gone));
            Assert.Equal($"<{ApiApp.PublicUrl}/feed/events?type=com.example.thing.v1>; rel=\"first\"", gone.Headers.GetValues("Link").Single());
            using var limit = new CancellationTokenSource(Limit);
            using var stream = await fresh.GetAsync($"/feed/stream?lastEventId={lost}", HttpCompletionOption.ResponseHeadersRead, limit.Token);
            using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(limit.Token));
            var seen = new List<string>();
            while (!(seen.LastOrDefault() ?? "").Contains(id, StringComparison.Ordinal))
            {
                seen.Add(await lines.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The stream ended."));
            }

            Assert.Equal(["event: reset", $"id: {LogCursor.Of(before)}", $"data: {{\"after\":\"{LogCursor.Of(before)}\"}}", ""], seen.SkipWhile(l => l != "event: reset").Take(4));
        }
    }

    private async Task AnswersForAsync(string provider, Guid orgId)
    {
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        db.Providers.Add(new Provider { Id = provider, Name = provider, AnsweredBy = orgId });
        await db.SaveChangesAsync();
    }

    private async Task<Guid> ThirdAsync()
    {
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        var third = new Organisation { Id = Guid.CreateVersion7(Views.Now), Slug = $"third-{IngestTests.Fresh()}", Name = "Third", CreatedAt = Views.Now };
        db.Organisations.Add(third);
        await db.SaveChangesAsync();
        return third.Id;
    }

    private static async Task<string[]> MarksAsync(HttpClient client, string subject)
    {
        var read = JsonNode.Parse(await client.GetStringAsync($"/feed/events?subject={subject}"))!.AsArray();
        return [.. read.Select(e => (string)e!["tlp"]!)];
    }
}
