using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Contracts.Api;

[Collection(ApiCollection.Name)]
public sealed class OtlpTests(ApiApp app)
{
    private const string Path = "/feed/otlp/v1/metrics";

    [Fact]
    public async Task Metrics_become_telemetry_of_the_keys_organisation_once_however_often_they_are_sent()
    {
        var model = await ModelAsync();
        using var client = await app.AsAsync(app.Alice, "feed:publish");
        var body = Export(model, Now().AddMinutes(-1), Now(), 1, (90, null), (10, "500"));
        for (var i = 0; i < 2; i++)
        {
            using var answer = await client.PostAsync(Path, Packed(body));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("{}", await answer.Content.ReadAsStringAsync());
        }

        var e = Assert.Single(await EventsAsync(model));
        Assert.Equal((app.Alice, "red", EventTypes.Telemetry), (e.Event.OrgId!.Value, e.Event.Tlp, e.Event.Type));
        var data = JsonNode.Parse(e.Event.Envelope!.Value.Span)!["data"]!;
        Assert.Equal((100, 10, 60), ((int)data["requests"]!, (int)data["errors"]!["500"]!, (int)data["windowSeconds"]!));
    }

    [Fact]
    public async Task Counts_since_the_start_are_freed_of_what_was_told_before()
    {
        var model = await ModelAsync();
        using var client = await app.AsAsync(app.Alice, "feed:publish");
        var start = Now().AddMinutes(-3);
        foreach (var (minute, count) in new[] { (1, 40), (2, 100), (2, 100), (3, 130) })
        {
            using var answer = await client.PostAsync(Path, Plain(Export(model, start, start.AddMinutes(minute), 2, (count, null))));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal([40, 60, 30], (await EventsAsync(model)).Select(e => (int)JsonNode.Parse(e.Event.Envelope!.Value.Span)!["data"]!["requests"]!));
    }

    [Theory]
    [InlineData(-62, -61, 1)]          // too old
    [InlineData(5, 6, 1)]              // ahead of our clock
    [InlineData(0, -1, 1)]             // ends before it begins
    [InlineData(-1, 0, 1_000_000_001)] // more than anybody asks
    public async Task A_point_that_cannot_be_is_refused(int start, int end, int count)
    {
        var model = await ModelAsync();
        using var client = await app.AsAsync(app.Alice, "feed:publish");
        using var answer = await client.PostAsync(Path, Plain(Export(model, Now().AddMinutes(start), Now().AddMinutes(end), 1, (count, null))));

        Assert.Equal("1", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["partialSuccess"]!["rejectedDataPoints"]!);
        Assert.Empty(await EventsAsync(model));
    }

    [Fact]
    public async Task A_series_that_is_old_when_it_is_first_heard_tells_nothing_of_its_past()
    {
        var model = await ModelAsync();
        using var client = await app.AsAsync(app.Alice, "feed:publish");
        using var answer = await client.PostAsync(Path, Plain(Export(model, Now().AddMinutes(-6), Now(), 2, (500, null))));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await EventsAsync(model));
    }

    [Fact]
    public async Task Points_of_models_nobody_knows_are_refused_and_the_rest_is_taken()
    {
        using var client = await app.AsAsync(app.Alice, "feed:publish");
        using var answer = await client.PostAsync(Path, Plain(Export(ModelId.Parse("nobody/knows-me"), Now().AddMinutes(-1), Now(), 1, (5, null))));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var partial = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["partialSuccess"]!;
        Assert.Equal("1", (string)partial["rejectedDataPoints"]!);
        Assert.Contains("gen_ai.request.model", (string)partial["errorMessage"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_export_is_refused_with_a_problem()
    {
        using var client = await app.AsAsync(app.Alice, "feed:publish");
        await RefusedAsync(client, Plain("17"u8.ToArray(), "application/x-protobuf"), HttpStatusCode.BadRequest);
        await RefusedAsync(client, Plain("[1"u8.ToArray()), HttpStatusCode.BadRequest);
        await RefusedAsync(client, Plain("{}"u8.ToArray(), "text/plain"), HttpStatusCode.UnsupportedMediaType);
        var notPacked = Plain("{}"u8.ToArray());
        notPacked.Headers.ContentEncoding.Add("gzip");
        await RefusedAsync(client, notPacked, HttpStatusCode.BadRequest);
        await RefusedAsync(client, Packed(new byte[8 * 1024 * 1024]), HttpStatusCode.RequestEntityTooLarge);
        using var reader = await app.AsAsync(app.Alice, "read");
        await RefusedAsync(reader, Plain("{}"u8.ToArray()), HttpStatusCode.Forbidden);
        using var anyone = app.Anyone();
        await RefusedAsync(anyone, Plain("{}"u8.ToArray()), HttpStatusCode.Unauthorized);
    }

    private static async Task RefusedAsync(HttpClient client, HttpContent body, HttpStatusCode status)
    {
        using var answer = await client.PostAsync(Path, body);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private DateTimeOffset Now() => app.Services.GetRequiredService<Clocks>().Now;

    private async Task<IReadOnlyList<LoggedEvent>> EventsAsync(ModelId model)
    {
        var log = app.Services.GetRequiredService<EventLog>();
        var all = await log.ReadAfterAsync(Math.Max(0, await log.HeadAsync(CancellationToken.None) - 1_000), 1_000, CancellationToken.None);
        return [.. all.Where(e => e.Event.Subject == model.Value)];
    }

    private async Task<ModelId> ModelAsync()
    {
        var model = ModelId.Parse($"otel/m-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        if (await db.Providers.FindAsync("otel") is null)
        {
            db.Providers.Add(new Provider { Id = "otel", Name = "otel" });
        }

        db.Models.Add(new AiModel { Id = model, ProviderId = "otel", Name = model.Name });
        await db.SaveChangesAsync();
        return model;
    }

    private static byte[] Export(ModelId model, DateTimeOffset start, DateTimeOffset end, int temporality, params (int Count, string? Error)[] points) => Encoding.UTF8.GetBytes(
        new JsonObject
        {
            ["resourceMetrics"] = new JsonArray(new JsonObject
            {
                ["scopeMetrics"] = new JsonArray(new JsonObject
                {
                    ["metrics"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "gen_ai.client.operation.duration",
                        ["histogram"] = new JsonObject
                        {
                            ["aggregationTemporality"] = temporality,
                            ["dataPoints"] = new JsonArray([.. points.Select(p => (JsonNode)Point(model, start, end, p.Count, p.Error))]),
                        },
                    }),
                }),
            }),
        }.ToJsonString());

    private static JsonObject Point(ModelId model, DateTimeOffset start, DateTimeOffset end, int count, string? error) => new()
    {
        ["startTimeUnixNano"] = $"{(start - DateTimeOffset.UnixEpoch).Ticks * 100}",
        ["timeUnixNano"] = $"{(end - DateTimeOffset.UnixEpoch).Ticks * 100}",
        ["count"] = $"{count}",
        ["attributes"] = new JsonArray([Attribute("gen_ai.request.model", model.Name), .. error is null ? (JsonNode[])[] : [Attribute("error.type", error)]]),
    };

    private static JsonObject Attribute(string key, string value) => new() { ["key"] = key, ["value"] = new JsonObject { ["stringValue"] = value } };

    private static ByteArrayContent Plain(byte[] body, string type = "application/json") => new(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private static ByteArrayContent Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        var content = Plain(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
