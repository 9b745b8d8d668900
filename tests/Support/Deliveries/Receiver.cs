using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StatusHub.Support.Deliveries;

/// <summary>One request as a receiver wrote it down, before it answered.</summary>
/// <param name="Number">From 1, in the order of arrival at the receiver.</param>
public sealed record Received(int Number, string Path, string Id, string Timestamp, string Signature, string? ContentType, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At)
{
    /// <summary>The log position in the delivery's id.</summary>
    public long Position => long.Parse(Id[(Id.LastIndexOf('_') + 1)..]);
}

/// <summary>A receiver of deliveries on a real port: it writes down what comes and answers as it is told, by path.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _ledger = new();
    private readonly ConcurrentDictionary<string, Func<HttpContext, Received, Task>> _answers = new();
    private int _count;
    private int _underWay;

    private Receiver(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    /// <summary>Everything that came, in order of arrival.</summary>
    public IReadOnlyList<Received> Ledger => [.. _ledger];

    /// <summary>Requests whose answers are under way.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    public static async Task<Receiver> StartAsync(string address = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        receiver.Address = app.Urls.First();
        return receiver;
    }

    public IReadOnlyList<Received> At(string path) => [.. _ledger.Where(r => r.Path == path)];

    /// <summary>How requests to a path are answered from now on; without it, 204.</summary>
    public void Answer(string path, Func<HttpContext, Received, Task> answer) => _answers[path] = answer;

    public void Answer(string path, int status) => Answer(path, (context, _) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var received = new Received(
            Interlocked.Increment(ref _count), context.Request.Path, headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(),
            headers["webhook-signature"].ToString(), context.Request.ContentType, headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(), TimeProvider.System.GetUtcNow());
        _ledger.Enqueue(received);
        Interlocked.Increment(ref _underWay);
        try
        {
            await (_answers.TryGetValue(received.Path, out var answer) ? answer(context, received) : NoContent(context));
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }
}
