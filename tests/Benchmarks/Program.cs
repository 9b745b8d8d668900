using StatusHub.Benchmarks;
using StatusHub.Benchmarks.Advice;
using StatusHub.Benchmarks.Codec;
using StatusHub.Benchmarks.Contracts;
using StatusHub.Benchmarks.Deliveries;
using StatusHub.Benchmarks.Detection;
using StatusHub.Benchmarks.Figures;
using StatusHub.Benchmarks.Ingest;
using StatusHub.Benchmarks.Pages;
using StatusHub.Benchmarks.Scores;
using StatusHub.Benchmarks.Storage;
using StatusHub.Benchmarks.Streams;

return await (args.FirstOrDefault() switch
{
    "advice" => AdviceRate.RunAsync(),
    "deliveries" => DeliveriesAsync(),
    DeliveryRate.ReceiverName => DeliveryRate.ReceiveAsync(),
    "detection" => Detection(),
    "evidence" => EvidenceCost.RunAsync(),
    "fanout" => DeliveryDelay.CrowdAsync(),
    "figures" => FigureTable.RunAsync(),
    "codec" => CodecCost.RunAsync(),
    "ingest" => IngestRequest.RunAsync(),
    IngestServers.HubName => IngestServers.ServeHubAsync(args[1]),
    IngestServers.FloorName => IngestServers.ServeFloorAsync(args[1]),
    "log" => LogAppend.RunAsync(),
    "objectives" => RoundOfObjectives.RunAsync(),
    "page" => PageRequest.RunAsync(),
    PageServers.HubName => PageServers.ServeHubAsync(args[1]),
    PageServers.FloorName => PageServers.ServeFloorAsync(args[1]),
    "probe" => ProbeCpu.RunAsync(),
    ProbeCpu.ServerName => ProbeCpu.ServeAsync(),
    "scores" => WeekOfScores.RunAsync(),
    "stream" => LastOfMany.RunAsync(),
    StreamServers.HubName => StreamServers.ServeHubAsync(args[1]),
    StreamServers.FloorName => StreamServers.ServeFloorAsync(args[1]),
    _ => Nothing(),
});

static async Task<int> DeliveriesAsync() => Math.Max(await DeliveryRate.RunAsync(), await DeliveryDelay.SteadyAsync());

static Task<int> Detection()
{
    DetectionBenchmark.Run();
    return Task.FromResult(0);
}

static Task<int> Nothing()
{
    Console.WriteLine("Benchmarks: advice, codec, deliveries, detection, evidence, fanout, figures, ingest, log, objectives, page, probe, scores, stream");
    return Task.FromResult(1);
}
