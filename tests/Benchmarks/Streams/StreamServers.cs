using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web;

namespace StatusHub.Benchmarks.Streams;

/// <summary>
/// The two servers compared, each in a process of its own. Each prints its address, then for every line it is given sends one event
/// and prints the timestamp from which the last client is waited for: the commit, and the begin of the loop that writes.
/// </summary>
internal static class StreamServers
{
    public const string HubName = "stream-hub";
    public const string FloorName = "stream-floor";

    private const string Plenty = "100000";
    private const int DataBytes = 300;

    public static async Task<int> ServeHubAsync(string database)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "StatusHub.Web", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:StatusHub"] = database,
            ["Hub:Probe"] = "false",
            ["Api:MaxStreams"] = Plenty,
            ["Api:StreamsPerAddress"] = Plenty,
        });
        await using var app = builder.AddStatusHub().Build().MapStatusHub();
        await app.StartAsync();
        var (log, tail, clocks) = (app.Services.GetRequiredService<EventLog>(), app.Services.GetRequiredService<LogTail>(), app.Services.GetRequiredService<Clocks>());
        await tail.CaughtUp;
        Console.WriteLine(app.Urls.First(u => u.StartsWith("http:", StringComparison.Ordinal)));
        return await OnEachLineAsync(async () =>
        {
            await log.AppendAsync([Event(clocks.Now)], clocks.Now, CancellationToken.None);
            var committed = TimeProvider.System.GetTimestamp();
            tail.Committed();
            return committed;
        });
    }

    /// <summary>Kestrel and a loop over its response writers.</summary>
    public static async Task<int> ServeFloorAsync(string bytes)
    {
        var frame = new byte[int.Parse(bytes, CultureInfo.InvariantCulture)];
        Array.Fill(frame, (byte)'x');
        "\n\n"u8.CopyTo(frame.AsSpan(frame.Length - 2));
        var writers = new List<PipeWriter>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.BodyWriter.WriteAsync("retry: 3000\n\n"u8.ToArray());
            lock (writers)
            {
                writers.Add(http.Response.BodyWriter);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        return await OnEachLineAsync(() =>
        {
            var begun = TimeProvider.System.GetTimestamp();
            foreach (var writer in writers)
            {
                _ = writer.WriteAsync(frame).AsTask(); // the floor waits for nobody either
            }

            return Task.FromResult(begun);
        });
    }

    private static HubEvent Event(DateTimeOffset now) => new(
        Guid.CreateVersion7(now).ToString(), "urn:uuid:018f0000-0000-7000-8000-000000000000", EventTypes.ModelStatus, "bench/model", now, null, HubEvent.Clear,
        System.Text.Encoding.UTF8.GetBytes($$"""{"note":"{{new string('x', DataBytes)}}"}"""));

    private static async Task<int> OnEachLineAsync(Func<Task<long>> send)
    {
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine((await send()).ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }
}
