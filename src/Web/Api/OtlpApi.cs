using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.Meaning.Otlp;
using StatusHub.Web.Access;

namespace StatusHub.Web.Api;

/// <summary>
/// OTLP over HTTP for metrics (opentelemetry.io/docs/specs/otlp): an exporter pointed at <c>/feed/otlp</c> makes an organisation's own requests evidence.
/// </summary>
internal static class OtlpApi
{
    public const string Path = "/feed/otlp/v1/metrics";

    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Path, TakeAsync).RequireScope(Scopes.Publish).WithMetadata(new GuardedKeys()).WithTags("Feed")
            .WithSummary("OpenTelemetry metrics of an organisation's own requests (GenAI conventions), protobuf or JSON, gzip welcome")
            .WithDescription(
                $"An export is at most {OtlpLimits.MaxBytes / 1024 / 1024} MiB unpacked and {OtlpLimits.MaxPoints} points of {GenAi.Duration}. Each point counts as one event "
                + "of what the key may send a minute, the same as for POST /feed/events; beyond it the answer is 429 with Retry-After, which exporters obey.")
            .Produces(200, contentType: Protobuf).ProducesProblems(400, 401, 403, 413, 415, 429, 503);

    private static async Task<IResult> TakeAsync(HttpContext context, IngestRate rate, OtlpIntake intake)
    {
        var cancel = context.RequestAborted;
        var holder = context.Holder()!;
        if (rate.Take(holder.KeyId, 0) is { } wait)
        {
            return IngestApi.TooMany(wait);
        }

        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var given) ? given.MediaType?.ToLowerInvariant() : null;
        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (type is not (Protobuf or Json) || encoding is not ("" or "identity" or "gzip"))
        {
            return Problem.Answer(ProblemKind.MediaType, $"Send {Protobuf} or {Json}, plain or as gzip.");
        }

        var (body, problem) = await ReadAsync(context.Request, encoding == "gzip", cancel);
        if (body is null)
        {
            return problem!;
        }

        if ((type == Json ? OtlpJson.Read(body) : OtlpProtobuf.Read(body)) is not { } export)
        {
            return Problem.Answer(ProblemKind.Malformed, $"The body is no ExportMetricsServiceRequest, or holds more than {OtlpLimits.MaxPoints} points.");
        }

        if (rate.Take(holder.KeyId, Math.Max(1, export.Points.Count)) is { } seconds)
        {
            return IngestApi.TooMany(seconds);
        }

        var outcome = await intake.TakeAsync(holder.OrgId, export, cancel);
        return outcome.Inbox switch
        {
            InboxAnswer.Stored => type == Json ? JsonAnswer(outcome) : new Answer(StatusCodes.Status200OK, Protobuf, OtlpProtobuf.Answer(outcome.Rejected, outcome.Message)),
            InboxAnswer.Busy busy => Later("Too many events wait to be stored.", busy.RetryAfter),
            InboxAnswer.Away away => Later("The hub cannot store events now.", away.RetryAfter),
            _ => throw new InvalidOperationException($"Events by metrics were answered {outcome.Inbox}."),
        };
    }

    /// <summary>The whole body, unpacked as far as it is allowed to grow.</summary>
    private static async Task<(byte[]? Body, Answer? Problem)> ReadAsync(HttpRequest request, bool isPacked, CancellationToken cancel)
    {
        await using var unpacked = isPacked ? new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true) : null;
        Stream from = unpacked is null ? request.Body : unpacked;
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, cancel) is var count and > 0)
            {
                if (body.Length + count > OtlpLimits.MaxBytes)
                {
                    return (null, Problem.Answer(ProblemKind.TooLarge, $"An export is at most {OtlpLimits.MaxBytes} bytes, unpacked."));
                }

                body.Write(buffer, 0, count);
            }
        }
        catch (InvalidDataException)
        {
            return (null, Problem.Answer(ProblemKind.Malformed, "The body is not gzip."));
        }

        return (body.ToArray(), null);
    }

    private static Answer JsonAnswer(OtlpOutcome outcome)
    {
        var answer = new JsonObject();
        if (outcome.Rejected > 0 || outcome.Message is not null)
        {
            answer["partialSuccess"] = new JsonObject { ["rejectedDataPoints"] = outcome.Rejected.ToString(), ["errorMessage"] = outcome.Message ?? "" };
        }

        return Answer.Json(answer);
    }

    private static Answer Later(string detail, TimeSpan after) =>
        Problem.Answer(ProblemKind.Unavailable, detail) with { RetryAfterSeconds = (int)Math.Ceiling(Math.Max(1, after.TotalSeconds)) };
}
