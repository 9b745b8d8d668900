using System.Globalization;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Streams;
using StatusHub.Web.Access;
using StatusHub.Web.Peers;

namespace StatusHub.Web.Api;

/// <summary>The readable side of the log, by pull and by stream. Without a key: only events marked clear; with one, what its organisation may read.</summary>
internal static class FeedApi
{
    public const int MaxPage = 1_000;

    /// <summary>Longest long poll.</summary>
    public const int MaxWaitSeconds = 30;

    private const int UsualPage = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/feed/events", Verbs.Read, PullAsync).WithTags("Feed").WelcomeKey(Scopes.Read, Scopes.Subscribe, Scopes.Peer).WithMetadata(new GuardedKeys())
            .WithSummary("Events after a cursor, oldest first; Link rel=next carries the next cursor; wait long-polls")
            .Produces(200, contentType: "application/cloudevents-batch+json").ProducesProblems(400, 401, 403, 409, 410, 503);
        routes.MapMethods("/feed/stream", Verbs.Read, FeedStream.ServeAsync).WithTags("Feed").WelcomeKey(Scopes.Read, Scopes.Subscribe).WithMetadata(new GuardedKeys())
            .WithSummary("Events as they come, as server-sent events; Last-Event-ID resumes")
            .WithDescription("A browser's EventSource cannot set headers: it gives its key as the query parameter access_token, which the hub never logs. "
                + "An event of type reset says that the cursor was older than the log is kept, and goes on with the oldest event there is.")
            .Produces(200, contentType: "text/event-stream").ProducesProblems(400, 401, 403, 503);
    }

    private static async Task<IResult> PullAsync(
        HttpContext context, string? after, string? limit, string? type, string? subject, string? source, string? id, string? wait,
        FeedReader reader, KeyedReaders readers, CloudEventJson json, LongPolls polls, PeerReaders peers, Clocks clocks, IOptions<ApiOptions> options, IOptions<HubOptions> hub)
    {
        long position = 0;
        if (after is not null && !LogCursor.TryParse(after, out position))
        {
            return Problem.Parameter("after", "format", "This is no cursor of this feed.");
        }

        if (!Page.TryLimit(limit, UsualPage, MaxPage, out var count))
        {
            return Problem.Parameter("limit", "range", $"1 to {MaxPage}.");
        }

        var seconds = 0;
        if (wait is not null && (!int.TryParse(wait, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds > MaxWaitSeconds))
        {
            return Problem.Parameter("wait", "range", $"0 to {MaxWaitSeconds} seconds.");
        }

        var (names, problem) = FilterOf("type", type, "subject", subject);
        if (names is null)
        {
            return problem!;
        }

        var (peer, refusal) = await peers.OfAsync(context);
        if (refusal is not null)
        {
            return refusal;
        }

        var filter = names with { Source = source, Id = id, Reader = peer?.Reader ?? await readers.OfAsync(context, context.RequestAborted) };
        var page = await reader.ReadAsync(position, filter, count, options.Value.MaxScan, context.RequestAborted);
        if (after is not null && page.ResumeAt is not null)
        {
            context.Response.Headers.Link = $"<{hub.Value.PublicUrl}/feed/events{NextQuery(context.Request.Query, null)}>; rel=\"first\"";
            return FeedProblem.Answer(FeedProblem.CursorExpired, "Events after this cursor are no longer kept. Start again from the link of relation first.");
        }

        if (page.Events.Count == 0 && seconds > 0)
        {
            page = await polls.WaitAsync(page, filter, count, TimeSpan.FromSeconds(seconds), clocks.Real, context.RequestAborted);
            (peer, refusal) = await peers.OfAsync(context); // an agreement may have been paused or ended while the call was held
        }

        return refusal ?? Answered(context, page, peer?.Page(page.Events) ?? json.Batch(page.Events), hub.Value.PublicUrl, clocks.Real.GetUtcNow());
    }

    private static Answer Answered(HttpContext context, FeedPage page, ReadOnlyMemory<byte> batch, string publicUrl, DateTimeOffset now)
    {
        var headers = context.Response.Headers;
        headers.Date = now.ToString("R", CultureInfo.InvariantCulture); // by this a peer measures our clock against its own
        headers.Link = $"<{publicUrl}/feed/events{NextQuery(context.Request.Query, page.Next)}>; rel=\"next\"";
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "Link";
        return new Answer(StatusCodes.Status200OK, CloudEventJson.BatchType, batch.ToArray());
    }

    /// <summary>A filter of comma-separated types and subjects, or the problem with it.</summary>
    public static (FeedFilter? Filter, Answer? Problem) FilterOf(string typesName, string? types, string subjectsName, string? subjects)
    {
        var (wantedTypes, wantedSubjects) = (Names(types), Names(subjects));
        return wantedTypes.Count > FeedFilter.MaxNames ? (null, Problem.Parameter(typesName, "length", $"At most {FeedFilter.MaxNames}."))
            : wantedSubjects.Count > FeedFilter.MaxNames ? (null, Problem.Parameter(subjectsName, "length", $"At most {FeedFilter.MaxNames}."))
            : (new FeedFilter { Types = wantedTypes, Subjects = wantedSubjects }, null);
    }

    private static HashSet<string> Names(string? list) =>
        [.. (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>The same query from another cursor on; null for the oldest event there is.</summary>
    private static QueryString NextQuery(IQueryCollection query, long? next)
    {
        var rest = query.Where(p => !string.Equals(p.Key, "after", StringComparison.OrdinalIgnoreCase));
        return QueryString.Create(next is { } position ? rest.Append(new("after", LogCursor.Of(position))) : rest);
    }
}

/// <summary>Holds long polls, so many at most; above that they are answered at once, which is only less comfortable.</summary>
internal sealed class LongPolls(FeedReader reader, IOptions<ApiOptions> options, IHostApplicationLifetime lifetime)
{
    private int _held;

    public async Task<FeedPage> WaitAsync(FeedPage empty, FeedFilter filter, int limit, TimeSpan wait, TimeProvider real, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _held) > options.Value.MaxLongPolls)
        {
            Interlocked.Decrement(ref _held);
            return empty;
        }

        try
        {
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
            var over = Task.Delay(wait, real, until.Token);
            var page = empty;
            while (page.Events.Count == 0 && await Task.WhenAny(reader.WhenBeyondAsync(page.Next), over) != over)
            {
                page = await reader.ReadAsync(page.Next, filter, limit, options.Value.MaxScan, cancel);
            }

            await until.CancelAsync();
            return page;
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }
}
