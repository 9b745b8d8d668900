using StatusHub.Benchmarks;

return await (args.FirstOrDefault() switch
{
    "probe" => ProbeCpu.RunAsync(),
    ProbeCpu.ServerName => ProbeCpu.ServeAsync(),
    _ => Nothing(),
});

static Task<int> Nothing()
{
    Console.WriteLine("Benchmarks: probe");
    return Task.FromResult(1);
}
