using StatusHub.Domain.Storage;

namespace StatusHub.Web.Api;

/// <summary>
/// Gives machines a problem document wherever the framework would give an empty error or an exception. People's paths are
/// left alone: their 404 is a page.
/// </summary>
internal sealed partial class MachineAnswers(RequestDelegate next, ILogger<MachineAnswers> logger)
{
    private const int RetryAfterSeconds = 5;

    private static readonly PathString[] MachinePaths = ["/api", "/badge", "/health", "/asyncapi", "/hubs", "/metrics", "/openapi", "/.well-known"];

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is left to answer
        }
        catch (Exception e) when (AreFor(context.Request) && !context.Response.HasStarted)
        {
            await OfException(context, e).ExecuteAsync(context);
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null && response.ContentType is null && AreFor(context.Request))
        {
            await OfStatus(context).ExecuteAsync(context);
        }
    }

    private static Answer OfStatus(HttpContext context)
    {
        var kind = ProblemKind.OfStatus(context.Response.StatusCode);
        var detail = kind == ProblemKind.MethodNotAllowed ? $"Allowed: {context.Response.Headers.Allow}." : kind.Title + ".";
        return Problem.Answer(kind, detail);
    }

    private Answer OfException(HttpContext context, Exception e)
    {
        context.Response.Clear();
        if (e is BadHttpRequestException bad)
        {
            return Problem.Answer(ProblemKind.OfStatus(bad.StatusCode), "The request breaks the rules of HTTP or its limits.");
        }

        if (DatabaseAbsence.IsBehind(e))
        {
            Log.StorageLost(logger, e.GetType().Name);
            return Problem.Answer(ProblemKind.Unavailable, "The hub's storage does not answer; try again.") with { RetryAfterSeconds = RetryAfterSeconds };
        }

        Log.Failed(logger, e);
        return Problem.Answer(ProblemKind.Internal, "This is a fault of the hub, not of the request.");
    }

    /// <summary>Whether a machine asks: by the path, or by what it takes for an answer.</summary>
    public static bool AreFor(HttpRequest request) =>
        (request.Path.StartsWithSegments("/feed", out var rest) && rest.HasValue)
        || Array.Exists(MachinePaths, p => request.Path.StartsWithSegments(p))
        || AcceptsOnlyJson(request);

    private static bool AcceptsOnlyJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A request found no storage: {Kind}")]
        public static partial void StorageLost(ILogger logger, string kind);

        [LoggerMessage(LogLevel.Error, "A request failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
