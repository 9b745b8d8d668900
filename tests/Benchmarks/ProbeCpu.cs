using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Time;
using StatusHub.Probes;
using StatusHub.Probes.Connecting;

namespace StatusHub.Benchmarks;

/// <summary>
/// What a streaming probe costs in processor time and memory, beside a floor program that does only the unavoidable: same server, same
/// concurrency, turn by turn. The server streams as models do: 50 ms to the first token, then 20 chunks 5 ms apart.
/// </summary>
internal static class ProbeCpu
{
    public const string ServerName = "probe-server";

    private const int InFlight = 128;
    private const int ProbesARound = 3_000;
    private const int Rounds = 7;
    private const int Chunks = 20;
    private const double Goal = 1.5;

    private static readonly TimeSpan FirstToken = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenChunks = TimeSpan.FromMilliseconds(5);

    public static async Task<int> RunAsync()
    {
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ServerName) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true })!;
        try
        {
            var url = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
            return await CompareAsync(url);
        }
        finally
        {
            server.StandardInput.Close(); // it ends with its input
            await server.WaitForExitAsync();
        }
    }

    /// <summary>The paced server, in a process of its own so that its processor time is not ours.</summary>
    public static async Task<int> ServeAsync()
    {
        var start = Encoding.UTF8.GetBytes("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"role\":\"assistant\",\"model\":\"claude-opus-4-8\",\"content\":[],\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}\n\n");
        var chunk = Encoding.UTF8.GetBytes("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"OK \"}}\n\n");
        var end = Encoding.UTF8.GetBytes("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":20}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost("/v1/messages", async (HttpContext context) =>
        {
            var response = context.Response;
            response.ContentType = "text/event-stream";
            await response.Body.WriteAsync(start);
            await Task.Delay(FirstToken, TimeProvider.System);
            for (var i = 0; i < Chunks; i++)
            {
                await response.Body.WriteAsync(chunk);
                await response.Body.FlushAsync();
                await Task.Delay(BetweenChunks, TimeProvider.System);
            }

            await response.Body.WriteAsync(end);
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        return 0;
    }

    private static async Task<int> CompareAsync(string url)
    {
        var clocks = new Clocks(TimeProvider.System, TimeProvider.System);
        var options = new ProbesOptions();
        using var connections = new ProbeConnections(options, clocks);
        var run = new RunProbe(connections, options, clocks, new Random(1));
        using var floor = new ProbeFloor();
        var floorAddress = new Uri(url + "/v1/messages");
        var target = new ProbeTarget
        {
            OrgId = Guid.Empty,
            EndpointId = Guid.Empty,
            Model = ModelId.Parse("anthropic/claude-opus-4-8"),
            Dialect = "anthropic-messages",
            Url = url,
            WireModel = "claude-opus-4-8",
            Credential = "k",
            Rung = ProbeRung.Stream,
        };
        Func<Task<bool>> floorProbe = async () => await floor.ProbeAsync(floorAddress) is { Ended: true, Chunks: Chunks };
        Func<Task<bool>> ourProbe = async () => await run.ProbeAsync(target, CancellationToken.None) is { Succeeded: true, Timings.Chunks: Chunks };
        var (floors, ours) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (a, b) = (await MeasureAsync(floorProbe), await MeasureAsync(ourProbe));
            if (round > 0) // the first warms up
            {
                floors.Add(a);
                ours.Add(b);
            }
        }

        return Report(floors, ours);
    }

    private static async Task<Cost> MeasureAsync(Func<Task<bool>> probe)
    {
        var left = ProbesARound;
        var good = 0;
        GC.Collect();
        var (cpu, bytes, start) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true), TimeProvider.System.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                _ = await probe() ? Interlocked.Increment(ref good) : 0;
            }
        }));
        var took = TimeProvider.System.GetElapsedTime(start);
        return good != ProbesARound
            ? throw new InvalidOperationException($"Only {good} of {ProbesARound} probes were good.")
            : new Cost(
                (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / ProbesARound,
                (GC.GetTotalAllocatedBytes(precise: true) - bytes) / 1024d / ProbesARound,
                ProbesARound / took.TotalSeconds);
    }

    private static int Report(List<Cost> floors, List<Cost> ours)
    {
        var ratios = floors.Zip(ours, (f, o) => o.Micros / f.Micros).Order().ToList();
        var ratio = ratios[ratios.Count / 2];
        Console.WriteLine($"floor  {Median(floors, c => c.Micros),7:F0} us CPU/probe  {Median(floors, c => c.Kilobytes),6:F1} KB/probe  {Median(floors, c => c.PerSecond),6:F0} probes/s");
        Console.WriteLine($"ours   {Median(ours, c => c.Micros),7:F0} us CPU/probe  {Median(ours, c => c.Kilobytes),6:F1} KB/probe  {Median(ours, c => c.PerSecond),6:F0} probes/s");
        Console.WriteLine($"ratio  {ratio:F2} (of {ratios[0]:F2} to {ratios[^1]:F2}), goal at most {Goal:F1}");
        return ratio <= Goal ? 0 : 1;
    }

    private static double Median(List<Cost> costs, Func<Cost, double> of) => costs.Select(of).Order().ElementAt(costs.Count / 2);

    private sealed record Cost(double Micros, double Kilobytes, double PerSecond);
}
