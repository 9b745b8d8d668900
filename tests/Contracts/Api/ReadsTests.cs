using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Contracts.Api;

[Collection(ApiCollection.Name)]
public sealed class ReadsTests(ApiApp app)
{
    [Fact]
    public async Task Models_and_incidents_have_the_contracts_names()
    {
        app.View.Replace(Views.Of(
            [Views.Model(Views.Opus, HealthState.MajorOutage), Views.Model(Views.Gpt, HealthState.Unknown)],
            [Views.Incident(2, HealthState.MajorOutage, Views.Opus), Views.Resolve(Views.Incident(1, HealthState.PartialOutage, Views.Gpt))]));
        using var client = app.Anyone();
        var all = new JsonObject();
        foreach (var path in (string[])["models", "models/anthropic/claude-opus-4-8", "incidents", "incidents?state=open"])
        {
            all[path] = JsonNode.Parse(await client.GetStringAsync($"/api/v1/{path}"));
        }

        Golden.Matches("v1-reads", all);
    }

    [Fact]
    public async Task Paging_meets_every_incident_once_and_in_order()
    {
        app.View.Replace(Views.ManyIncidents(25));
        using var client = app.Anyone();
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = JsonNode.Parse(await client.GetStringAsync($"/api/v1/incidents?limit=10{(cursor is null ? "" : "&cursor=" + cursor)}"))!;
            seen.AddRange(page["incidents"]!.AsArray().Select(i => (string)i!["id"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        Assert.Equal(app.View.Value.Incidents.Select(i => i.Id.ToString()), seen);
    }

    [Fact]
    public async Task Incidents_can_be_asked_for_by_state_and_model()
    {
        app.View.Replace(Views.Of(
            [Views.Model(Views.Opus), Views.Model(Views.Gpt)],
            [Views.Incident(3, HealthState.MajorOutage, Views.Gpt), Views.Resolve(Views.Incident(2, HealthState.MajorOutage, Views.Gpt)), Views.Incident(1, HealthState.MajorOutage, Views.Opus)]));
        using var client = app.Anyone();
        var found = JsonNode.Parse(await client.GetStringAsync("/api/v1/incidents?state=resolved&model=openai/gpt-5"))!["incidents"]!.AsArray();
        Assert.Equal(app.View.Value.Incidents[1].Id.ToString(), (string)Assert.Single(found)!["id"]!);
    }

    [Theory]
    [InlineData("/api/v1/incidents?limit=0", "?limit")]
    [InlineData("/api/v1/incidents?limit=-1", "?limit")]
    [InlineData("/api/v1/incidents?limit=1000000000", "?limit")]
    [InlineData("/api/v1/incidents?limit=abc", "?limit")]
    [InlineData("/api/v1/incidents?limit=1&limit=2", "?limit")]
    [InlineData("/api/v1/incidents?state=closed", "?state")]
    [InlineData("/api/v1/incidents?model=Claude", "?model")]
    [InlineData("/api/v1/incidents?cursor=%00", "?cursor")]
    [InlineData("/api/v1/incidents?cursor=aTF8OTk5OTk5OTk5OTk5OTk5OTk5OTl8eA", "?cursor")]
    [InlineData("/api/v1/models/openai/gpt-5/history?step=week", "?step")]
    [InlineData("/api/v1/models/openai/gpt-5/history?from=yesterday", "?from")]
    [InlineData("/api/v1/models/openai/gpt-5/history?from=2026-06-07T11:00:00", "?from")]
    [InlineData("/api/v1/models/openai/gpt-5/history?from=2026-06-07", "?from")]
    [InlineData("/api/v1/models/openai/gpt-5/history?to=9999-12-31T23:59:59Z", "?to")]
    [InlineData("/api/v1/models/openai/gpt-5/history?from=2026-06-07T11:00:00Z&to=2026-06-06T11:00:00Z", "?from")]
    [InlineData("/api/v1/models/openai/gpt-5/history?from=2026-01-01T00:00:00Z&to=2026-06-07T00:00:00Z&step=minute", "?step")]
    [InlineData("/feed/events?after=17", "?after")]
    [InlineData("/feed/events?limit=1001", "?limit")]
    [InlineData("/feed/events?wait=31", "?wait")]
    [InlineData("/feed/events?wait=-1", "?wait")]
    [InlineData("/feed/stream?after=nonsense", "?after")]
    public async Task A_wrong_parameter_is_named(string path, string parameter)
    {
        app.View.Replace(Views.Quiet());
        using var client = app.Anyone();
        using var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal([parameter], await Problems.PlacesAsync(answer));
    }

    [Theory]
    [InlineData("/api/v1/models/openai/nothing")]
    [InlineData("/api/v1/models/OPENAI/gpt-5")]
    [InlineData("/api/v1/models/openai/nothing/history")]
    [InlineData("/api/v1/incidents/7")]
    [InlineData("/api/v1/incidents/018f0000-0000-7000-8000-000000000000")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/nothing.json")]
    [InlineData("/api")]
    [InlineData("/feed/nothing")]
    [InlineData("/badge/openai/nothing.svg")]
    [InlineData("/openapi/v9.json")]
    public async Task What_is_not_there_is_a_real_404(string path)
    {
        app.View.Replace(Views.Quiet());
        using var client = app.Anyone();
        using var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("/problems/not-found", await Problems.TypeOfAsync(answer));
    }

    [Fact]
    public async Task History_counts_attempts_failures_latency_and_state_by_bucket()
    {
        app.View.Replace(Views.Quiet());
        var now = app.Services.GetRequiredService<Clocks>().Now;
        var hour = Rollup.BucketOf(now.AddHours(-3), RollupStep.Hour);
        await RecordAsync(hour);
        using var client = app.Anyone();
        var path = $"/api/v1/models/openai/gpt-5/history?step=hour&from={hour:yyyy-MM-dd'T'HH:mm:ss'Z'}&to={hour.AddHours(2):yyyy-MM-dd'T'HH:mm:ss'Z'}";
        var history = JsonNode.Parse(await client.GetStringAsync(path))!;
        Assert.Equal("hour", (string)history["step"]!);
        var buckets = history["buckets"]!.AsArray();
        Assert.Equal(2, buckets.Count);
        Assert.Equal(3, (int)buckets[0]!["attempts"]!);
        Assert.Equal(1, (int)buckets[0]!["failures"]!["server_error"]!);
        Assert.InRange((double)buckets[0]!["ttftMs"]!["p50"]!, 350, 450);
        Assert.Equal(2_400, (double)buckets[0]!["stateSeconds"]!["operational"]!);
        Assert.Equal(1_200, (double)buckets[0]!["stateSeconds"]!["major_outage"]!);
        Assert.Equal(3_600, (double)buckets[1]!["stateSeconds"]!["major_outage"]!);
        Assert.Null(buckets[1]!["ttftMs"]);
    }

    private async Task RecordAsync(DateTimeOffset hour)
    {
        await using var connection = await app.Services.GetRequiredService<Database>().System.OpenConnectionAsync();
        var outcomes = new[] { (FailureClass.None, "eu-west"), (FailureClass.None, "us-east"), (FailureClass.ServerError, "eu-west") }
            .Select(o => new ProbeOutcome
            {
                Id = Guid.CreateVersion7(hour),
                OrgId = app.Alice,
                EndpointId = Guid.CreateVersion7(hour),
                Model = Views.Gpt,
                Region = o.Item2,
                Rung = ProbeRung.Stream,
                StartedAt = hour.AddMinutes(5),
                At = hour.AddMinutes(5),
                Failure = o.Item1,
                Timings = new ProbeTimings { FirstTokenMs = 400, TotalMs = 900 },
            });
        await RollupStore.MergeAsync(connection, Rollup.Fold(outcomes), CancellationToken.None);
        var well = Verdict.Unmeasured(hour.AddHours(-1)) with { Status = HealthState.Operational };
        await VerdictStore.MoveSpanAsync(connection, Views.Gpt, well, CancellationToken.None);
        var down = well with { Status = HealthState.MajorOutage, Since = hour.AddMinutes(40) };
        await VerdictStore.MoveSpanAsync(connection, Views.Gpt, down, CancellationToken.None);
    }
}
