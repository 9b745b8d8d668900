using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Official;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Official;

/// <summary>Reads providers' own pages, each when its turn has come, through the guarded door: a page's address is somebody's word, too.</summary>
public sealed partial class OfficialReader : IDisposable
{
    private const int MaxValidator = 200;

    private readonly OfficialBook _book;
    private readonly OfficialOptions _options;
    private readonly Clocks _clocks;
    private readonly GuardedClient _door;
    private readonly ILogger<OfficialReader> _logger;

    public OfficialReader(
        OfficialBook book, IOptions<OfficialOptions> options, IOptions<GuardOptions> guard, TargetGuard targets, Clocks clocks, ILogger<OfficialReader> logger)
    {
        (_book, _options, _clocks, _logger) = (book, options.Value, clocks, logger);
        _door = new GuardedClient(
            new GuardOptions
            {
                RequireHttps = guard.Value.RequireHttps,
                ConnectSeconds = guard.Value.ConnectSeconds,
                ExchangeSeconds = _options.ExchangeSeconds,
                BodySeconds = _options.ExchangeSeconds,
                MaxBodyBytes = _options.MaxPageBytes,
                MaxConnectionsPerHost = guard.Value.MaxConnectionsPerHost,
            },
            clocks, targets);
    }

    /// <summary>Reads every page whose turn it is.</summary>
    public async Task ReadDueAsync(CancellationToken cancel)
    {
        var due = await _book.DueAsync(_clocks.Now.AddSeconds(-_options.EverySeconds), _options.MostAtOneLook, cancel);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = _options.AtOnce, CancellationToken = cancel }, async (stand, token) =>
        {
            var look = await LookAsync(stand, token);
            if (look is PageLook.Failed failed && stand.FailingSince is null)
            {
                Log.Unreadable(_logger, stand.Page.ProviderId, failed.Fault);
            }

            await _book.KeepAsync(stand.Page, look, _clocks.Now, token);
        });
    }

    public void Dispose() => _door.Dispose();

    private async Task<PageLook> LookAsync(OfficialStand stand, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, PageReading.AddressOf(stand.Page));
        request.Headers.TryAddWithoutValidation("Accept", stand.Page.Format == PageFormat.Feed ? "application/atom+xml, application/rss+xml, application/xml" : "application/json");
        if (stand.Validator is { } validator && stand.ReadAt is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", validator);
        }

        return await _door.SendAsync(request, cancel) switch
        {
            OutboundResult.Answered { Status: HttpStatusCode.NotModified } when stand.Validator is not null => new PageLook.Unchanged(),
            OutboundResult.Answered { Status: HttpStatusCode.OK, IsCut: true } => new PageLook.Failed($"It is larger than {_options.MaxPageBytes} bytes, or broke off."),
            OutboundResult.Answered { Status: HttpStatusCode.OK } answer => PageReading.Read(stand.Page, answer.Body, _clocks.Now) is { } report
                ? new PageLook.Read(report, Tag(answer))
                : new PageLook.Failed($"What it answers is not of the format {stand.Page.Format.WireName()}."),
            var other => new PageLook.Failed(other.InWords),
        };
    }

    private static string? Tag(OutboundResult.Answered answer) =>
        answer.Headers.NonValidated.TryGetValues("ETag", out var values) && values.ToString() is { Length: <= MaxValidator } tag ? tag : null;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The status page of {Provider} cannot be read: {Fault}")]
        public static partial void Unreadable(ILogger logger, string provider, string fault);
    }
}
