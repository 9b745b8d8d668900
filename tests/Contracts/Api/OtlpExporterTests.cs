using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Support;
using StatusHub.Web.Access;

namespace StatusHub.Contracts.Api;

/// <summary>The exporter that people's programs use, as its users set it up, against the real hub.</summary>
[Collection(ApiCollection.Name)]
public sealed class OtlpExporterTests(ApiApp app)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(MetricReaderTemporalityPreference.Delta)]
    public async Task Metrics_of_a_genuine_exporter_become_evidence(MetricReaderTemporalityPreference temporality)
    {
        var model = await ModelAsync();
        using (var meter = new Meter($"test.{model.Name}"))
        {
            var duration = meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s");
            var tokens = meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}");
            using var exporter = await ExporterAsync(meter.Name, temporality);
            Request(count: 40, error: null);
            Assert.True(exporter.ForceFlush());
            Request(count: 50, error: null);
            Request(count: 10, error: "503");
            Assert.True(exporter.ForceFlush());

            void Request(int count, string? error)
            {
                for (var i = 0; i < count; i++)
                {
                    KeyValuePair<string, object?>[] tags =
                    [
                        new("gen_ai.operation.name", "chat"), new("gen_ai.provider.name", "otel"), new("gen_ai.request.model", model.Name),
                        .. error is null ? (KeyValuePair<string, object?>[])[] : [new("error.type", error)],
                    ];
                    duration.Record(0.4 + (i / 100.0), tags);
                    tokens.Record(12, tags);
                }
            }
        }

        var outside = app.Services.GetRequiredService<OutsideSummaries>();
        var said = await Patience.UntilAsync(
            "the metrics are weighed",
            async () => (await outside.ReadAsync(app.Services.GetRequiredService<Clocks>().Now, Cancel)).SingleOrDefault(s => s.Model == model),
            s => s?.Attempts == 100);
        Assert.Equal(("telemetry", 1, 10L, FailureClass.Overloaded), (said!.Kind, said.Organisations, said.Failures, said.Commonest));
    }

    [Fact]
    public async Task The_api_document_tells_of_the_key_and_the_limits()
    {
        using var client = app.Anyone();
        var call = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", Cancel))!["paths"]!["/feed/otlp/v1/metrics"]!["post"]!;

        Assert.NotNull(call["security"]![0]![ApiKeyAccess.Scheme]);
        Assert.Contains("4 MiB", (string)call["description"]!, StringComparison.Ordinal);
        Assert.NotNull(call["responses"]!["429"]);
    }

    private async Task<MeterProvider> ExporterAsync(string meter, MetricReaderTemporalityPreference temporality)
    {
        var (_, key) = await app.Services.GetRequiredService<ApiKeys>().IssueAsync(app.Alice, "exporter", [Scopes.Publish], [], Cancel);
        return Sdk.CreateMeterProviderBuilder()
            .AddMeter(meter)
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = new Uri(app.ClientOptions.BaseAddress, "/feed/otlp/v1/metrics");
                exporter.Headers = $"Authorization=Bearer {key}";
                reader.TemporalityPreference = temporality;
            })
            .Build();
    }

    private async Task<ModelId> ModelAsync()
    {
        var model = ModelId.Parse($"otel/x-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        if (await db.Providers.FindAsync(["otel"], Cancel) is null)
        {
            db.Providers.Add(new Provider { Id = "otel", Name = "otel" });
        }

        db.Models.Add(new AiModel { Id = model, ProviderId = "otel", Name = model.Name });
        await db.SaveChangesAsync(Cancel);
        return model;
    }
}
