using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using StatusHub.Support;
using StatusHub.Web;
using StatusHub.Web.Public.Snapshot;

namespace StatusHub.Benchmarks.Pages;

/// <summary>The two servers compared, each in a process of its own: the hub, and a Kestrel that answers with the same bytes and nothing else.</summary>
internal static class PageServers
{
    public const string HubName = "page-hub";
    public const string FloorName = "page-floor";

    private const string LongWait = "60000";

    /// <summary>
    /// The whole hub with a snapshot on disk and no database anywhere: port 1 refuses every connection, so a page that needed one
    /// could not be served.
    /// </summary>
    public static async Task<int> ServeHubAsync(string folder)
    {
        await new SnapshotFile(folder).SaveAsync(SampleViews.Calm(), CancellationToken.None);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "StatusHub.Web", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:StatusHub"] = "Host=127.0.0.1;Port=1;Username=nobody;Database=none",
            ["STATUSHUB_DATA"] = folder,
            ["STATUSHUB_CLOCK"] = $"{SampleViews.BadAfternoon:O}@{TimeProvider.System.GetUtcNow():O}@1",
            ["Site:RefreshMilliseconds"] = LongWait,
            ["Storage:RetryMilliseconds"] = LongWait,
            ["Storage:TailPollMilliseconds"] = LongWait,
        });
        await using var app = builder.AddStatusHub().Build().MapStatusHub();
        return await ServeUntilInputEndsAsync(app);
    }

    /// <summary>Kestrel without routing: the hub's status, headers and body, read from it once.</summary>
    public static async Task<int> ServeFloorAsync(string hub)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using var answer = await client.GetAsync(new Uri(hub));
        var body = await answer.Content.ReadAsByteArrayAsync();
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key is not ("Date" or "Server" or "Transfer-Encoding" or "Content-Length"))
            .Select(h => KeyValuePair.Create(h.Key, new StringValues([.. h.Value]))).ToArray();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (!answer.Headers.Contains("Server"))
        {
            builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        }

        await using var app = builder.Build();
        app.Run(async http =>
        {
            foreach (var (name, value) in headers)
            {
                http.Response.Headers[name] = value;
            }

            http.Response.ContentLength = body.Length;
            await http.Response.Body.WriteAsync(body);
        });
        return await ServeUntilInputEndsAsync(app);
    }

    private static async Task<int> ServeUntilInputEndsAsync(WebApplication app)
    {
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        return 0; // no farewell: the hub would wait for a database that is not there
    }
}
