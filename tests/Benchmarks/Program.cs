using StatusHub.Benchmarks;
using StatusHub.Benchmarks.Detection;
using StatusHub.Benchmarks.Pages;
using StatusHub.Benchmarks.Storage;
using StatusHub.Benchmarks.Streams;

return await (args.FirstOrDefault() switch
{
    "detection" => Detection(),
    "evidence" => EvidenceCost.RunAsync(),
    "log" => LogAppend.RunAsync(),
    "page" => PageRequest.RunAsync(),
    PageServers.HubName => PageServers.ServeHubAsync(args[1]),
    PageServers.FloorName => PageServers.ServeFloorAsync(args[1]),
    "probe" => ProbeCpu.RunAsync(),
    ProbeCpu.ServerName => ProbeCpu.ServeAsync(),
    "stream" => LastOfMany.RunAsync(),
    StreamServers.HubName => StreamServers.ServeHubAsync(args[1]),
    StreamServers.FloorName => StreamServers.ServeFloorAsync(args[1]),
    _ => Nothing(),
});

static Task<int> Detection()
{
    DetectionBenchmark.Run();
    return Task.FromResult(0);
}

static Task<int> Nothing()
{
    Console.WriteLine("Benchmarks: detection, evidence, log, page, probe, stream");
    return Task.FromResult(1);
}
