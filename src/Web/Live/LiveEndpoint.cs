using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Public.Rendering;
using StatusHub.Web.Public.Snapshot;

namespace StatusHub.Web.Live;

/// <summary>
/// <c>GET /live?page=</c>: server-sent events that carry the parts of one page that changed. A reader is a loop over editions, not a
/// queue: a slow one skips editions, a stuck one is let go.
/// </summary>
public sealed class LiveEndpoint(PublicSite site, Clocks clocks, IHostApplicationLifetime lifetime, IOptions<SiteOptions> options)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly OpenByAddress _addresses = new();
    private int _readers;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/live", (HttpContext http, LiveEndpoint live) => live.ServeAsync(http)).ExcludeFromDescription();

    private async Task ServeAsync(HttpContext http)
    {
        var address = OpenByAddress.AddressOf(http);
        if (!_addresses.TryEnter(address, options.Value.LiveReadersPerAddress))
        {
            Refuse(http, StatusCodes.Status429TooManyRequests);
            return;
        }

        if (Interlocked.Increment(ref _readers) > options.Value.MaxLiveReaders)
        {
            Interlocked.Decrement(ref _readers);
            _addresses.Leave(address);
            Refuse(http, StatusCodes.Status503ServiceUnavailable);
            return;
        }

        using var stop = lifetime.ApplicationStopping.Register(http.Abort); // an open page must not hold up a stop
        try
        {
            await FollowAsync(http);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            http.Abort(); // the reader left, or took too long
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
            _addresses.Leave(address);
        }
    }

    private static void Refuse(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.RetryAfter = "30";
    }

    private async Task FollowAsync(HttpContext http)
    {
        var path = http.Request.Query["page"].ToString() is { Length: > 0 } page ? page : PublicPages.Home;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        var edition = site.Newest;
        var known = Known(http, edition);
        await SendAsync(http, edition, (await site.PageAsync(edition, path)).Rendering.ChangesSince(known is null ? null : (await site.PageAsync(known, path)).Rendering));
        while (!http.RequestAborted.IsCancellationRequested)
        {
            if (!await HasNewerAsync(edition, http.RequestAborted))
            {
                await WriteAsync(http, ":\n\n");
                continue;
            }

            var newer = site.Newest;
            var changes = (await site.PageAsync(newer, path)).Rendering.ChangesSince((await site.PageAsync(edition, path)).Rendering);
            await SendAsync(http, newer, changes);
            edition = newer;
        }
    }

    /// <summary>The edition the reader says it has, when it is still at hand.</summary>
    private static Edition? Known(HttpContext http, Edition newest)
    {
        var last = http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } id ? id : http.Request.Query["at"].ToString();
        return last == newest.Id ? newest : last.Length > 0 && last == newest.Earlier?.Id ? newest.Earlier : null;
    }

    private async Task<bool> HasNewerAsync(Edition edition, CancellationToken cancel)
    {
        try
        {
            await edition.Superseded.WaitAsync(TimeSpan.FromMilliseconds(options.Value.HeartbeatMilliseconds), clocks.Real, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task SendAsync(HttpContext http, Edition edition, IReadOnlyList<Fragment> changes)
    {
        var text = new System.Text.StringBuilder();
        foreach (var fragment in changes)
        {
            text.Append("event: fragment\ndata: ").Append(JsonSerializer.Serialize(fragment, Json)).Append("\n\n");
        }

        var moment = JsonSerializer.Serialize(new { edition.View.AsOf, clocks.Now }, Json);
        text.Append("event: asof\nid: ").Append(edition.Id).Append("\ndata: ").Append(moment).Append("\n\n");
        await WriteAsync(http, text.ToString());
    }

    private async Task WriteAsync(HttpContext http, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.Value.WriteMilliseconds), clocks.Real);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        await http.Response.WriteAsync(text, either.Token);
        await http.Response.Body.FlushAsync(either.Token);
    }
}
