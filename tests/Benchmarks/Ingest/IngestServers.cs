using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Web;
using StatusHub.Web.Access;
using StatusHub.Web.Start;

namespace StatusHub.Benchmarks.Ingest;

/// <summary>The two servers compared, each in a process of its own on the same database: the hub, and the least that answers only when durable.</summary>
internal static class IngestServers
{
    public const string HubName = "ingest-hub";
    public const string FloorName = "ingest-floor";
    public const string Key = "operator-key-of-the-benchmark";

    private const int MostRowsACommit = 1_000;

    public static async Task<int> ServeHubAsync(string connectionString)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "StatusHub.Web", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:StatusHub"] = connectionString,
            ["STATUSHUB_DATA"] = Directory.CreateTempSubdirectory("statushub-ingest-").FullName,
            ["Hub:Probe"] = "false",
            ["Ingest:EventsPerMinute"] = "100000000",
        });
        await using var app = builder.AddStatusHub().Build().MapStatusHub();
        await app.StartAsync();
        await app.Services.GetRequiredService<HubStart>().Done;
        await app.Services.GetRequiredService<ApiKeys>().InstallOperatorKeyAsync(Key);
        return await ServeUntilInputEndsAsync(app);
    }

    /// <summary>
    /// One channel, one writer, one multi-row insert with a unique key a commit, and nothing of what makes it a feed: no rules, no
    /// look-up of what is known, no positions in order.
    /// </summary>
    public static async Task<int> ServeFloorAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using (var create = source.CreateCommand("CREATE TABLE floor_events (position bigserial PRIMARY KEY, id text NOT NULL UNIQUE, envelope bytea NOT NULL)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        var queue = Channel.CreateBounded<Waiting>(10_000);
        app.Run(async http =>
        {
            var waiting = new Waiting(Rows(await BodyAsync(http.Request)), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            await queue.Writer.WriteAsync(waiting);
            await waiting.Done.Task;
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            http.Response.ContentLength = 2;
            await http.Response.Body.WriteAsync("{}"u8.ToArray());
        });
        await app.StartAsync();
        _ = Task.Run(() => WriteAsync(source, queue.Reader));
        return await ServeUntilInputEndsAsync(app);
    }

    private static async Task WriteAsync(NpgsqlDataSource source, ChannelReader<Waiting> queue)
    {
        await using var connection = await source.OpenConnectionAsync();
        while (await queue.WaitToReadAsync())
        {
            var (group, rows) = (new List<Waiting>(), 0);
            while (rows < MostRowsACommit && queue.TryRead(out var waiting))
            {
                group.Add(waiting);
                rows += waiting.Rows.Count;
            }

            await using var insert = new NpgsqlCommand("INSERT INTO floor_events (id, envelope) SELECT * FROM unnest($1, $2)", connection);
            insert.Parameters.Add(new() { Value = group.SelectMany(w => w.Rows).Select(r => r.Id).ToArray(), NpgsqlDbType = NpgsqlDbType.Text | NpgsqlDbType.Array });
            insert.Parameters.Add(new() { Value = group.SelectMany(w => w.Rows).Select(r => r.Json).ToArray(), NpgsqlDbType = NpgsqlDbType.Bytea | NpgsqlDbType.Array });
            await insert.ExecuteNonQueryAsync();
            group.ForEach(w => w.Done.SetResult());
        }
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        var body = new byte[(int)request.ContentLength!];
        await request.Body.ReadExactlyAsync(body);
        return body;
    }

    private static List<(string Id, byte[] Json)> Rows(byte[] body)
    {
        var rows = new List<(string, byte[])>();
        var reader = new Utf8JsonReader(body);
        var (start, id) = (0, "");
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject && (reader.CurrentDepth == 0 || (reader.CurrentDepth == 1 && body[0] == '[')))
            {
                start = (int)reader.TokenStartIndex;
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("id"u8) && id.Length == 0)
            {
                reader.Read();
                id = reader.GetString()!;
            }
            else if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == (body[0] == '[' ? 1 : 0))
            {
                rows.Add((id, body[start..(int)reader.BytesConsumed]));
                id = "";
            }
        }

        return rows;
    }

    private static async Task<int> ServeUntilInputEndsAsync(WebApplication app)
    {
        Console.WriteLine(app.Urls.First());
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        return 0;
    }

    private sealed record Waiting(List<(string Id, byte[] Json)> Rows, TaskCompletionSource Done);
}
