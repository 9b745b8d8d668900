using StatusHub.Benchmarks;
using StatusHub.Benchmarks.Codec;
using StatusHub.Benchmarks.Detection;
using StatusHub.Benchmarks.Ingest;
using StatusHub.Benchmarks.Pages;
using StatusHub.Benchmarks.Storage;

return await (args.FirstOrDefault() switch
{
    "codec" => CodecCost.RunAsync(),
    "detection" => Detection(),
    "evidence" => EvidenceCost.RunAsync(),
    "ingest" => IngestRequest.RunAsync(),
    IngestServers.HubName => IngestServers.ServeHubAsync(args[1]),
    IngestServers.FloorName => IngestServers.ServeFloorAsync(args[1]),
    "log" => LogAppend.RunAsync(),
    "page" => PageRequest.RunAsync(),
    PageServers.HubName => PageServers.ServeHubAsync(args[1]),
    PageServers.FloorName => PageServers.ServeFloorAsync(args[1]),
    "probe" => ProbeCpu.RunAsync(),
    ProbeCpu.ServerName => ProbeCpu.ServeAsync(),
    _ => Nothing(),
});

static Task<int> Detection()
{
    DetectionBenchmark.Run();
    return Task.FromResult(0);
}

static Task<int> Nothing()
{
    Console.WriteLine("Benchmarks: codec, detection, evidence, ingest, log, page, probe");
    return Task.FromResult(1);
}
