using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StatusHub.Contracts.Api.Subscriptions;

/// <param name="Headers">By lower-case name.</param>
public sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>A real receiver of webhooks, on loopback. Each test has a path of its own and says there what is answered.</summary>
public sealed class HookReceiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = new();
    private readonly ConcurrentQueue<ReceivedRequest> _received = new();
    private WebApplication? _app;
    private int _paths;

    private string Address => _app!.Urls.Single();

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(ServeAsync);
        await _app.StartAsync();
    }

    /// <summary>A new address, and how it answers.</summary>
    public string At(Func<HttpContext, Task> answer)
    {
        var path = $"/hook-{Interlocked.Increment(ref _paths)}";
        _answers[path] = answer;
        return Address + path;
    }

    /// <summary>An address that consents to anything and accepts every delivery.</summary>
    public string Willing(string rate = "*", int status = 204, string body = "") => At(context => Answer(context, "*", rate, status, body));

    /// <summary>An address that answers OPTIONS with these headers, and deliveries with 204.</summary>
    public string Consenting(string? origin, string? rate) => At(context => Answer(context, origin, rate, 204, ""));

    public IReadOnlyList<ReceivedRequest> At(string address) => [.. _received.Where(r => Address + r.Path == address)];

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private static Task Answer(HttpContext context, string? origin, string? rate, int status, string body)
    {
        var isAsked = context.Request.Method == HttpMethods.Options;
        if (isAsked && origin is not null)
        {
            context.Response.Headers["WebHook-Allowed-Origin"] = origin;
        }

        if (isAsked && rate is not null)
        {
            context.Response.Headers["WebHook-Allowed-Rate"] = rate;
        }

        context.Response.StatusCode = isAsked ? 405 : status; // the status of a handshake means nothing
        return isAsked || status == 204 ? Task.CompletedTask : context.Response.WriteAsync(body);
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Enqueue(new ReceivedRequest(
            context.Request.Method, context.Request.Path,
            context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), body.ToArray()));
        await _answers[context.Request.Path](context);
    }
}
