using StatusHub.Benchmarks;
using StatusHub.Benchmarks.Detection;

return await (args.FirstOrDefault() switch
{
    "detection" => Detection(),
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
    Console.WriteLine("Benchmarks: detection, probe");
    return Task.FromResult(1);
}
