using System.Globalization;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Streams;
using StatusHub.Feed.Subscriptions;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>What a subscription has delivered and would deliver: attempts, dead letters, a test, a review of its filters.</summary>
internal static class DeliveriesApi
{
    public const int MaxPage = 200;

    private const int UsualPage = 50;
    private const int UsualReview = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(SubscriptionsApi.Path + "/{id}").WithTags("Subscriptions").RequireScope(Scopes.Subscribe)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("attempts", Verbs.Read, AttemptsAsync).WithSummary("What was tried, when, and what came back; newest first")
            .Produces<AttemptListJson>().ProducesProblems(400, 404);
        group.MapMethods("deadletters", Verbs.Read, DeadLettersAsync).WithSummary("Events given up on, newest first")
            .Produces<DeadLetterListJson>().ProducesProblems(400, 404);
        group.MapPost("deadletters/{position}/retry", RetryAsync).WithSummary("Delivers a dead letter again, at once; it is gone when it gets through")
            .Produces<AttemptJson>().ProducesProblems(404, 409, 410, 429).WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPost("test", TestAsync).WithSummary("Delivers a test event at once, and says what came back")
            .Produces<AttemptJson>().ProducesProblems(404, 409, 429).WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPost("matches", MatchesAsync).WithSummary("Which of the newest events it would deliver, and why not the others; nothing is sent")
            .Accepts<MatchesBody>("application/json").Produces<MatchesJson>().ProducesProblems(400, 404, 413, 415, 429).WithMetadata(new CountedWrite());
    }

    private static async Task<IResult> AttemptsAsync(
        HttpContext context, string id, string? cursor, string? limit, SubscriptionStore store, DeliveryHistory history)
    {
        var before = AttemptCursor.Newest;
        if (await ProblemOfAsync(context, id, limit, store) is { } problem)
        {
            return problem;
        }

        if (cursor is not null && !AttemptCursor.TryParse(cursor, out before))
        {
            return Problem.Parameter("cursor", "format", "This is no cursor of this list.");
        }

        var own = (await SubscriptionsApi.OwnAsync(context, id, store))!;
        Page.TryLimit(limit, UsualPage, MaxPage, out var count);
        var found = await history.AttemptsAsync(own.OrgId, own.Id, before.At, before.Position, count + 1, context.RequestAborted);
        return Answer.Json(new AttemptListJson(
            [.. found.Take(count).Select(AttemptJson.Of)],
            found.Count > count ? AttemptCursor.Of(found[count - 1]).ToString() : null));
    }

    private static async Task<IResult> DeadLettersAsync(
        HttpContext context, string id, string? cursor, string? limit, SubscriptionStore store, DeliveryHistory history)
    {
        var below = long.MaxValue;
        if (await ProblemOfAsync(context, id, limit, store) is { } problem)
        {
            return problem;
        }

        if (cursor is not null && !LogCursor.TryParse(cursor, out below))
        {
            return Problem.Parameter("cursor", "format", "This is no cursor of this list.");
        }

        var own = (await SubscriptionsApi.OwnAsync(context, id, store))!;
        Page.TryLimit(limit, UsualPage, MaxPage, out var count);
        var found = await history.DeadLettersAsync(own.OrgId, own.Id, below, count + 1, context.RequestAborted);
        return Answer.Json(new DeadLetterListJson(
            [.. found.Take(count).Select(DeadLetterJson.Of)], found.Count > count ? LogCursor.Of(found[count - 1].Position) : null));
    }

    private static async Task<IResult> RetryAsync(
        HttpContext context, string id, string position, SubscriptionStore store, DeliveryHistory history, EventLog log, SingleDelivery delivery)
    {
        if (await SubscriptionsApi.OwnAsync(context, id, store) is not { } own
            || !long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at == long.MaxValue
            || await history.DeadLettersAsync(own.OrgId, own.Id, at + 1, limit: 1, context.RequestAborted) is not [var letter] || letter.Position != at)
        {
            return Problem.Answer(ProblemKind.NotFound, "There is no such dead letter.");
        }

        if (own.ConsentToken is not null)
        {
            return NotConsented();
        }

        if (await log.ReadAfterAsync(at - 1, limit: 1, context.RequestAborted) is not [var logged] || logged.Position != at)
        {
            return Problem.Answer(ProblemKind.Gone, "The event is older than the log is kept.");
        }

        var attempt = await delivery.AgainAsync(own, logged, context.RequestAborted);
        if (attempt.Outcome == AttemptOutcomes.Delivered)
        {
            await history.RemoveDeadLetterAsync(own.OrgId, own.Id, at, context.RequestAborted);
        }

        return Answer.Json(AttemptJson.Of(attempt));
    }

    private static async Task<IResult> TestAsync(HttpContext context, string id, SubscriptionStore store, SingleDelivery delivery) =>
        await SubscriptionsApi.OwnAsync(context, id, store) is not { } own ? SubscriptionsApi.NoSuch()
        : own.ConsentToken is not null ? NotConsented()
        : Answer.Json(AttemptJson.Of(await delivery.TestAsync(own, context.RequestAborted)));

    private static Answer NotConsented() => Problem.Answer(ProblemKind.NotConsented, "The receiver has not consented yet: nothing is sent to it.");

    private static async Task<IResult> MatchesAsync(HttpContext context, string id, SubscriptionStore store, FilterReview review)
    {
        if (await SubscriptionsApi.OwnAsync(context, id, store) is not { } own)
        {
            return SubscriptionsApi.NoSuch();
        }

        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return problem!;
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var last = input.Integer("last") ?? UsualReview;
        input.RejectRest();
        if (last is < 1 or > FilterReview.MaxEvents)
        {
            errors.Add(new InputError("/last", "range", $"1 to {FilterReview.MaxEvents}."));
        }

        return errors.Count > 0
            ? Problem.Answer(ProblemKind.Invalid, "The review is not valid.", errors)
            : Answer.Json(Shown(await review.OfAsync(own, last, context.RequestAborted)));
    }

    private static MatchesJson Shown(IReadOnlyList<ReviewedEvent> events) => new(events.Count, events.Count(e => e.Mismatch is null),
    [
        .. events.Select(e => new MatchJson(
            e.Logged.Event.Id, e.Logged.Event.Source, e.Logged.Event.Type, e.Logged.Event.Subject, e.Logged.Event.Time, LogCursor.Of(e.Logged.Position),
            e.Mismatch is null, e.Mismatch?.Path, e.Mismatch?.Because)),
    ]);

    private static async Task<Answer?> ProblemOfAsync(HttpContext context, string id, string? limit, SubscriptionStore store) =>
        await SubscriptionsApi.OwnAsync(context, id, store) is null ? SubscriptionsApi.NoSuch()
        : !Page.TryLimit(limit, UsualPage, MaxPage, out _) ? Problem.Parameter("limit", "range", $"1 to {MaxPage}.")
        : null;
}
