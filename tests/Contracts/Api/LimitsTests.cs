using System.Net;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Contracts.Api;

/// <summary>A hub on the same database with limits low enough to meet.</summary>
[Collection(ApiCollection.Name)]
public sealed class LimitsTests(ApiApp app)
{
    [Fact]
    public async Task Too_many_writes_of_one_key_are_told_to_wait_and_others_are_not()
    {
        await using var small = With(("Api:WritesPerMinute", "3"));
        using var alice = await As(small, app.Alice);
        using var bob = await As(small, app.Bob);
        var refused = await UntilRefusedAsync(alice);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("/problems/too-many-requests", await Problems.TypeOfAsync(refused));
        using var others = await bob.PostAsync("/api/v1/endpoints", Problems.Json("{}"));
        Assert.Equal(HttpStatusCode.BadRequest, others.StatusCode);
        using var read = await alice.GetAsync("/api/v1/endpoints");
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task Guessing_keys_meets_the_limit_of_the_address()
    {
        await using var small = With(("Api:WritesPerMinuteAndAddress", "5"));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
        {
            using var client = small.CreateClient();
            client.DefaultRequestHeaders.Authorization = new("Bearer", $"shk_{i:0000000000000000000000000000000000000000000}");
            using var answer = await client.PostAsync("/api/v1/endpoints", Problems.Json("{}"));
            statuses.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.All(statuses, s => Assert.Contains(s, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests }));
    }

    [Fact]
    public async Task A_key_that_sends_too_many_events_is_told_to_wait_and_others_are_not()
    {
        await using var small = With(("Ingest:EventsPerMinute", "1000"));
        using var alice = await As(small, app.Alice, Scopes.Publish);
        using var bob = await As(small, app.Bob, Scopes.Publish);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 2; i++)
        {
            var batch = string.Join(',', Enumerable.Range(0, 600).Select(_ => IngestCases.Json(id: IngestTests.Fresh())));
            using var answer = await IngestTests.SendAsync(alice, Encoding.UTF8.GetBytes($"[{batch}]"), IngestCases.Batch);
            statuses.Add(answer.StatusCode);
            Assert.Equal(answer.StatusCode == HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
        }

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.TooManyRequests], statuses);
        using var others = await IngestTests.SendAsync(bob, IngestCases.Json(id: IngestTests.Fresh()).Replace("alice", "bob", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Accepted, others.StatusCode);
    }

    [Fact]
    public async Task A_key_that_exports_too_many_points_is_told_to_wait_by_the_same_limit_as_for_events()
    {
        await using var small = With(("Ingest:EventsPerMinute", "1000"));
        using var alice = await As(small, app.Alice, Scopes.Publish);
        var points = string.Join(',', Enumerable.Range(0, 600).Select(i => $$"""{"timeUnixNano":"1","startTimeUnixNano":"0","count":"{{i}}"}"""));
        var export = $$"""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"gen_ai.client.operation.duration","histogram":{"dataPoints":[{{points}}] } }]}]}]}""";
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await alice.PostAsync("/feed/otlp/v1/metrics", Problems.Json(export));
            statuses.Add(answer.StatusCode);
            Assert.Equal(answer.StatusCode == HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task Wrong_keys_for_sending_events_meet_the_limit_of_the_address()
    {
        await using var small = With(("Ingest:WrongKeysPerMinuteAndAddress", "5"));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
        {
            using var client = small.CreateClient();
            client.DefaultRequestHeaders.Authorization = new("Bearer", $"shk_{i:0000000000000000000000000000000000000000000}");
            using var answer = await IngestTests.SendAsync(client, IngestCases.Json());
            statuses.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
    }

    [Theory]
    [InlineData("/feed/events")]
    [InlineData("/feed/stream")]
    [InlineData("/hubs/health/negotiate?negotiateVersion=1")]
    public async Task Wrong_keys_for_reading_meet_it_too_and_a_guest_of_the_same_address_does_not(string path)
    {
        await using var small = With(("Ingest:WrongKeysPerMinuteAndAddress", "5"));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
        {
            using var client = small.CreateClient();
            client.DefaultRequestHeaders.Authorization = new("Bearer", $"shk_{i:0000000000000000000000000000000000000000000}");
            statuses.Add(await StatusOfAsync(client, path));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        using var guest = small.CreateClient();
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(guest, path));
    }

    private static async Task<HttpStatusCode> StatusOfAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(path.StartsWith("/hubs", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    [Fact]
    public async Task A_node_serves_only_so_many_streams_and_a_silent_one_says_that_it_lives()
    {
        await using var small = With(("Api:MaxStreams", "1"), ("Api:HeartbeatSeconds", "1"));
        using var client = small.CreateClient();
        using var first = await client.GetAsync("/feed/stream", HttpCompletionOption.ResponseHeadersRead);
        using var second = await client.GetAsync("/feed/stream", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var lines = new StreamReader(await first.Content.ReadAsStreamAsync(limit.Token));
        while (await lines.ReadLineAsync(limit.Token) is { } line && line != ": alive")
        {
            Assert.DoesNotContain("data:", line, StringComparison.Ordinal);
        }

        Assert.False(limit.IsCancellationRequested);
    }

    private WebApplicationFactory<Program> With(params (string Name, string Value)[] settings) => app.WithWebHostBuilder(builder =>
    {
        foreach (var (name, value) in settings)
        {
            builder.UseSetting(name, value);
        }
    });

    private async Task<HttpClient> As(WebApplicationFactory<Program> small, Guid orgId, string scope = Scopes.Endpoints)
    {
        using var elsewhere = await app.AsAsync(orgId, scope);
        var client = small.CreateClient();
        client.DefaultRequestHeaders.Authorization = elsewhere.DefaultRequestHeaders.Authorization;
        return client;
    }

    private static async Task<HttpResponseMessage> UntilRefusedAsync(HttpClient client)
    {
        // A window may turn over while we count, so a few more than the limit.
        for (var i = 0; i < 20; i++)
        {
            var answer = await client.PostAsync("/api/v1/endpoints", Problems.Json("{}"));
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return answer;
            }

            answer.Dispose();
        }

        throw new InvalidOperationException("Twenty writes were let through.");
    }
}
