using StatusHub.Benchmarks.Detection;

switch (args.FirstOrDefault())
{
    case "detection":
        DetectionBenchmark.Run();
        return 0;
    default:
        Console.WriteLine("usage: benchmarks detection");
        return 1;
}
