using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Ingest;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;
using StatusHub.Web.Peers;

namespace StatusHub.Web.Api;

/// <summary>What became of the events of a request, all of which are durable.</summary>
/// <param name="Accepted">New ones.</param>
/// <param name="Duplicates">Those that had been accepted before.</param>
public sealed record AcceptedJson(int Accepted, int Duplicates);

/// <summary>
/// The way in for others' events. It answers 202 when they are durable and never before. Permanent refusals are of the codes that
/// publishers do not try again (never 404 or 409), passing ones 429 or 503 with Retry-After.
/// </summary>
/// <remarks>One for all requests: found anew for each, what it works with cost as much as reading the event.</remarks>
internal sealed class IngestApi(KeyDoor door, IngestRate rate, EventInbox inbox, PeerReception peers, HubIdentity hub, Clocks clocks)
{
    private const int FirstBuffer = 8 * 1024;

    private static readonly string[] Opening = [Scopes.Publish, Scopes.Agent, Scopes.Peer];

    // What nearly every sender of one event is told.
    private static readonly Answer OneAccepted = Accepted(1, 0);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = ActivatorUtilities.CreateInstance<IngestApi>(routes.ServiceProvider);
        routes.MapPost("/feed/events", (Delegate)api.PublishAsync).WithTags("Feed")
            .WithSummary("Send events: binary, structured or batched; 202 once they are durable, and again for the same ones")
            .Produces<AcceptedJson>(202).ProducesProblems(400, 401, 403, 409, 413, 415, 422, 429, 503)
            .ShortCircuit(); // straight to the handler, which asks at the door itself
        routes.MapMethods("/feed/events", [HttpMethods.Options], Consent.Answer).WithTags("Feed").ExcludeFromDescription();
    }

    private async Task<IResult> PublishAsync(HttpContext context)
    {
        var (holder, refusal) = await door.AdmitAsync(context, Opening);
        if (holder is null)
        {
            return refusal!;
        }

        if (rate.Take(holder.KeyId, 0) is { } wait)
        {
            return TooMany(wait);
        }

        var request = context.Request;
        if (request.Headers.ContentEncoding.Count > 0 || request.Headers.ContentType.Count > 1)
        {
            return Problem.Answer(ProblemKind.MediaType, "Send events uncompressed and with one content type.");
        }

        var mode = HttpEventDecoder.ModeOf(request.ContentType);
        var (events, answer) = await ArriveAsync(context, holder, mode);
        return answer ?? AnswerOf(await inbox.AddAsync(events, sameIdIsSame: false), events.Count, mode == ContentMode.Batch);
    }

    // Apart from the waiting: while the events of any sender but a peer are stored, nothing holds the body any more.
    private async ValueTask<(IReadOnlyList<HubEvent> Events, IResult? Answer)> ArriveAsync(HttpContext context, KeyHolder holder, ContentMode mode)
    {
        var limit = mode == ContentMode.Batch ? IngestLimits.RequestBytes
            : holder.Scopes.Contains(Scopes.Peer) ? IngestLimits.EnvelopeBytes // a peer passes on what it has taken, escapes and all
            : IngestLimits.EventBytes;
        using var body = await Body.ReadAsync(context, limit);
        if (body.IsTooLarge)
        {
            return ([], Problem.Answer(ProblemKind.TooLarge, $"An event is at most {IngestLimits.EventBytes} bytes, a request {IngestLimits.RequestBytes}."));
        }

        if (body.Bytes.IsEmpty && mode != ContentMode.Binary)
        {
            return ([], FeedProblem.Answer(FeedProblem.BodyEmpty, "The body is empty.", [new InputError("", "empty", "The body is empty.")]));
        }

        var headers = context.Request.Headers;
        if (await peers.PeerOfAsync(holder, context.RequestAborted) is { } peer)
        {
            return ([], await peers.ReceiveAsync(peer, headers, body.Bytes.ToArray(), context.RequestAborted)); // what it sends is kept in parts while it waits
        }

        var (events, error) = Arrival.Read(headers, body.Bytes, Senders.Of(holder), hub.Source, clocks.Now);
        return error is not null ? ([], FeedProblem.Of(error))
            : rate.Take(holder.KeyId, events.Count) is { } seconds ? ([], TooMany(seconds))
            : (events, null);
    }

    private static Answer AnswerOf(InboxAnswer answer, int count, bool isBatch) => answer switch
    {
        InboxAnswer.Stored { New: 1 } when count == 1 => OneAccepted,
        InboxAnswer.Stored stored => Accepted(stored.New, count - stored.New),
        InboxAnswer.Conflict conflict => FeedProblem.Answer(
            FeedProblem.EventIdConflict, "Nothing was stored. An event with this source and id is known, and its content is another.",
            [new InputError(isBatch ? $"/{conflict.Index}/id" : "/id", "event-id-conflict", "The source and id of an event with another content.")]),
        InboxAnswer.Busy busy => Later(busy.RetryAfter, "More events wait to be stored than may."),
        InboxAnswer.Away away => Later(away.RetryAfter, "The hub's storage does not answer. Whether the events were stored is not known; sending them again does no harm."),
        _ => throw new InvalidOperationException($"An answer nobody knows: {answer.GetType().Name}"),
    };

    private static Answer Accepted(int fresh, int known) => Answer.Json(new AcceptedJson(fresh, known), StatusCodes.Status202Accepted);

    private static Answer Later(TimeSpan after, string detail) =>
        Problem.Answer(ProblemKind.Unavailable, detail) with { RetryAfterSeconds = (int)Math.Ceiling(after.TotalSeconds) };

    internal static Answer TooMany(int seconds) =>
        Problem.Answer(ProblemKind.TooMany, $"The key has sent as many events as it may. Try again in {seconds} s.") with { RetryAfterSeconds = seconds };

    /// <summary>A request's body, whole, in a buffer that others had before and will have again: nothing may keep a part of it.</summary>
    private readonly record struct Body(byte[]? Buffer, int Length) : IDisposable
    {
        public bool IsTooLarge => Buffer is null;

        public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, Length);

        /// <summary>The body, or that it is larger than the limit, however it was announced. At most one byte more than the limit is read.</summary>
        public static async ValueTask<Body> ReadAsync(HttpContext context, int limit)
        {
            var request = context.Request;
            if (request.ContentLength > limit)
            {
                return default;
            }

            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            {
                size.MaxRequestBodySize = null; // counted here, so that it is a problem document and not a broken connection
            }

            var body = new Body(ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstBuffer)), 0);
            while (body.Length <= limit)
            {
                var count = await request.Body.ReadAsync(body.Free(limit + 1), context.RequestAborted);
                body = body with { Length = body.Length + count };
                if (count == 0 || body.Length == request.ContentLength)
                {
                    return body;
                }

                body = body.WithRoom();
            }

            body.Dispose();
            return default;
        }

        private Memory<byte> Free(int most) => Buffer.AsMemory(Length, Math.Min(Buffer!.Length, most) - Length);

        private Body WithRoom()
        {
            if (Length < Buffer!.Length)
            {
                return this;
            }

            var larger = ArrayPool<byte>.Shared.Rent(2 * Length);
            Bytes.CopyTo(larger);
            Dispose();
            return this with { Buffer = larger };
        }

        public void Dispose()
        {
            if (Buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(Buffer);
            }
        }
    }
}
