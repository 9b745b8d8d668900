using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StatusHub.Domain.Events;
using StatusHub.Feed.Webhooks;
using StatusHub.Scenarios.Deliveries;

namespace StatusHub.Benchmarks.Deliveries;

/// <summary>
/// Signed deliveries through the whole engine (log, lease, preparations, records, log of attempts) beside a floor that only signs
/// and posts bodies of the same length, 64 at a time, turn by turn. Receivers are a process of their own and PostgreSQL is another: what
/// is counted is the processor time of the process that delivers, and what went through in the time.
/// </summary>
internal static class DeliveryRate
{
    public const string ReceiverName = "delivery-receiver";

    private const int Subscriptions = 64;
    private const int EventsARound = 250;
    private const int WarmUps = 30; // until the runtime has compiled both for good; a hub runs for weeks
    private const int Rounds = 15;
    private const int BodyBytes = 440; // as the events that the engine sends
    private const double Goal = 0.7;

    public static async Task<int> RunAsync()
    {
        using var receiver = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ReceiverName) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true })!;
        try
        {
            var port = await receiver.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The receiver did not start.");
            return await CompareAsync(int.Parse(port));
        }
        finally
        {
            receiver.StandardInput.Close(); // it ends with its input
            await receiver.WaitForExitAsync();
        }
    }

    public static async Task<int> ReceiveAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://0.0.0.0:0");
        await using var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 204;
        });
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.First()).Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<int> CompareAsync(int port)
    {
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        for (var i = 0; i < Subscriptions; i++)
        {
            await world.SubscribeAsync(org, $"http://127.0.1.{i + 1}:{port}/in");
        }

        await world.StartAsync();
        await using var connection = new NpgsqlConnection(world.Storage.ConnectionString);
        await connection.OpenAsync();
        await using var behind = new NpgsqlCommand("SELECT min(position) FROM deliveries", connection);
        var body = new byte[BodyBytes];
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        var (ours, floors) = (new List<Cost>(), new List<Cost>());
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var floor = await MeasureAsync(() => FloorAsync(http, port, body));
            var engine = await MeasureAsync(() => EngineAsync(world, behind));
            if (round >= 0)
            {
                floors.Add(floor);
                ours.Add(engine);
            }
        }

        var ratio = Median(floors.Zip(ours, (f, o) => f.Micros / o.Micros));
        Console.WriteLine($"floor   {Median(floors.Select(f => f.Rate)),7:F0} deliveries/s, {Median(floors.Select(f => f.Micros)),5:F0} µs CPU each");
        Console.WriteLine($"engine  {Median(ours.Select(f => f.Rate)),7:F0} deliveries/s, {Median(ours.Select(f => f.Micros)),5:F0} µs CPU each");
        Console.WriteLine($"ratio of deliveries per CPU second {ratio:F2}, goal at least {Goal:F1}");
        return ratio >= Goal ? 0 : 1;
    }

    private static async Task EngineAsync(DeliveryWorld world, NpgsqlCommand behind)
    {
        var last = await world.TellAsync(EventsARound, EventTypes.ModelStatus);
        while ((long)(await behind.ExecuteScalarAsync())! < last)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static Task FloorAsync(HttpMessageInvoker http, int port, byte[] body) => Task.WhenAll(Enumerable.Range(0, Subscriptions).Select(i => Task.Run(async () =>
    {
        var target = new Uri($"http://127.0.1.{i + 1}:{port}/in");
        for (var n = 0; n < EventsARound; n++)
        {
            var signed = Signature.Sign($"floor_{n}", TimeProvider.System.GetUtcNow(), body, [DeliveryWorld.Secret]);
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ReadOnlyMemoryContent(body) };
            request.Headers.TryAddWithoutValidation(SignatureHeaders.IdName, signed.Id);
            request.Headers.TryAddWithoutValidation(SignatureHeaders.TimestampName, signed.Timestamp);
            request.Headers.TryAddWithoutValidation(SignatureHeaders.SignatureName, signed.Signature);
            using var response = await http.SendAsync(request, CancellationToken.None);
            await response.Content.CopyToAsync(Stream.Null);
        }
    })));

    private static async Task<Cost> MeasureAsync(Func<Task> work)
    {
        const int Count = Subscriptions * EventsARound;
        using var process = Process.GetCurrentProcess();
        var (cpu, start) = (process.TotalProcessorTime, TimeProvider.System.GetTimestamp());
        await work();
        process.Refresh();
        return new Cost((process.TotalProcessorTime - cpu).TotalMicroseconds / Count, Count / TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    private sealed record Cost(double Micros, double Rate);
}
