using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed;
using StatusHub.Feed.Streams;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>Subscriptions to the feed, for the organisations that hold them.</summary>
internal static class SubscriptionsApi
{
    public const string Path = "/feed/subscriptions";

    public const int MaxPage = 100;

    private const int UsualPage = 50;
    private const int BusyRetrySeconds = 1;

    private const string Consent =
        "A receiver of CloudEvents is asked with OPTIONS whether it wants deliveries (CloudEvents webhooks, section 4) and gets none before it says so. "
        + "With config.format slack, teams, discord or statuspage nobody is asked: those systems do not know the question, and whoever holds such an address was given it to write there.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Subscriptions").RequireScope(Scopes.Subscribe)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("Your organisation's subscriptions").Produces<SubscriptionListJson>().ProducesProblems(400);
        group.MapMethods("{id}", Verbs.Read, FindAsync).WithSummary("One subscription, and how it is doing").Produces<SubscriptionJson>().ProducesProblems(404);
        group.MapPost("", CreateAsync).WithSummary("Subscribes; the signing secret is in this answer and in no other")
            .WithDescription($"{Consent} {Idempotency.SecretOnce}")
            .Accepts<SubscriptionBody>("application/json").Produces<SubscriptionJson>(201).ProducesProblems(400, 409, 413, 415, 422, 429)
            .WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPut("{id}", ReplaceAsync).WithSummary("Replaces a subscription; another sink is asked for its consent anew").WithDescription(Consent)
            .Accepts<SubscriptionBody>("application/json").Produces<SubscriptionJson>().ProducesProblems(400, 404, 409, 413, 415, 429)
            .WithMetadata(new CountedWrite());
        group.MapDelete("{id}", DeleteAsync).WithSummary("Ends a subscription").Produces(204).ProducesProblems(404, 429).WithMetadata(new CountedWrite());
        group.MapPost("{id}/secret", RotateAsync).WithSummary("A new signing secret, in this answer and in no other; the old one signs for 24 h more")
            .WithDescription(Idempotency.SecretOnce)
            .Produces<SubscriptionJson>().ProducesProblems(404, 409, 429).WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPost("{id}/replay", ReplayAsync).WithSummary("Moves delivery back or forward, as far back as the log is kept")
            .Accepts<ReplayBody>("application/json").Produces<SubscriptionJson>().ProducesProblems(400, 404, 413, 415, 429).WithMetadata(new CountedWrite());
        group.MapPost("{id}/enable", EnableAsync).WithSummary("Delivers again from where it stands, at once")
            .Produces<SubscriptionJson>().ProducesProblems(404, 409, 429).WithMetadata(new CountedWrite());
        group.MapPost("{id}/disable", DisableAsync).WithSummary("Stops delivery where it stands")
            .Produces<SubscriptionJson>().ProducesProblems(404, 409, 429).WithMetadata(new CountedWrite());
    }

    /// <summary>The answer for a subscription that is not there, or not this organisation's.</summary>
    public static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such subscription.");

    /// <summary>The organisation's own subscription of an id; null for any other.</summary>
    public static async Task<Subscription?> OwnAsync(HttpContext context, string id, SubscriptionStore store) =>
        Guid.TryParse(id, out var guid) ? await store.FindAsync(context.Holder()!.OrgId, guid, context.RequestAborted) : null;

    private static async Task<IResult> ListAsync(
        HttpContext context, string? cursor, string? limit, SubscriptionStore store, DeliveryStands stands, FeedReader feed)
    {
        if (!Page.TryLimit(limit, UsualPage, MaxPage, out var count))
        {
            return Problem.Parameter("limit", "range", $"1 to {MaxPage}.");
        }

        var after = Guid.Empty;
        if (cursor is not null && !Guid.TryParseExact(cursor, "N", out after))
        {
            return Problem.Parameter("cursor", "format", "This is no cursor of this list.");
        }

        var org = context.Holder()!.OrgId;
        var found = await store.ListAsync(org, after, count + 1, context.RequestAborted);
        var page = found.Take(count).ToList();
        var at = await stands.FindAsync(org, [.. page.Select(s => s.Id)], context.RequestAborted);
        return Answer.Json(new SubscriptionListJson(
            [.. page.Select(s => SubscriptionJson.Of(s, at.GetValueOrDefault(s.Id, new DeliveryStand(0)), feed.Head))],
            found.Count > count ? page[^1].Id.ToString("N") : null));
    }

    private static async Task<IResult> FindAsync(HttpContext context, string id, SubscriptionStore store, DeliveryStands stands, FeedReader feed) =>
        await OwnAsync(context, id, store) is { } found ? await ShownAsync(found, stands, feed, context.RequestAborted) : NoSuch();

    private static async Task<IResult> CreateAsync(
        HttpContext context, TargetGuard guard, SubscriptionRegistry registry, DeliveryStands stands, FeedReader feed)
    {
        var (wish, problem) = await ReadAsync(context.Request, guard, isNew: true);
        return wish is null ? problem! : await AnsweredAsync(
            await registry.CreateAsync(context.Holder()!.OrgId, wish, context.RequestAborted), stands, feed, context.RequestAborted, isNew: true);
    }

    private static async Task<IResult> ReplaceAsync(
        HttpContext context, string id, TargetGuard guard, SubscriptionRegistry registry, DeliveryStands stands, FeedReader feed)
    {
        if (!Guid.TryParse(id, out var guid))
        {
            return NoSuch();
        }

        var (wish, problem) = await ReadAsync(context.Request, guard, isNew: false);
        return wish is null ? problem! : await AnsweredAsync(
            await registry.ReplaceAsync(context.Holder()!.OrgId, guid, wish, context.RequestAborted), stands, feed, context.RequestAborted);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, SubscriptionRegistry registry) =>
        Guid.TryParse(id, out var guid) && await registry.DeleteAsync(context.Holder()!.OrgId, guid, context.RequestAborted) ? Answer.NoContent() : NoSuch();

    private static Task<IResult> RotateAsync(HttpContext context, string id, SubscriptionRegistry registry, DeliveryStands stands, FeedReader feed) =>
        ChangedAsync(context, id, stands, feed, registry.RotateAsync);

    private static Task<IResult> EnableAsync(HttpContext context, string id, SubscriptionRegistry registry, DeliveryStands stands, FeedReader feed) =>
        ChangedAsync(context, id, stands, feed, registry.EnableAsync);

    private static Task<IResult> DisableAsync(HttpContext context, string id, SubscriptionRegistry registry, DeliveryStands stands, FeedReader feed) =>
        ChangedAsync(context, id, stands, feed, registry.DisableAsync);

    private static async Task<IResult> ReplayAsync(
        HttpContext context, string id, SubscriptionStore store, SubscriptionRegistry registry, DeliveryStands stands, FeedReader feed)
    {
        if (await OwnAsync(context, id, store) is not { } own)
        {
            return NoSuch();
        }

        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return problem!;
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var after = input.String("after");
        input.RejectRest();
        if (!LogCursor.TryParse(after, out var position) && errors.Count == 0)
        {
            errors.Add(new InputError("/after", after is null ? "required" : "format", "A cursor of this feed is expected."));
        }

        return errors.Count > 0
            ? Problem.Answer(ProblemKind.Invalid, "The place to replay from is not valid.", errors)
            : await AnsweredAsync(await registry.ReplayAsync(own.OrgId, own.Id, position, context.RequestAborted), stands, feed, context.RequestAborted);
    }

    private static async Task<IResult> ChangedAsync(
        HttpContext context, string id, DeliveryStands stands, FeedReader feed, Func<Guid, Guid, CancellationToken, Task<SubscriptionAnswer>> change) =>
        Guid.TryParse(id, out var guid)
            ? await AnsweredAsync(await change(context.Holder()!.OrgId, guid, context.RequestAborted), stands, feed, context.RequestAborted)
            : NoSuch();

    private static async Task<Answer> AnsweredAsync(
        SubscriptionAnswer answer, DeliveryStands stands, FeedReader feed, CancellationToken cancel, bool isNew = false) => answer switch
        {
            SubscriptionAnswer.Done done => await ShownAsync(done.Subscription, stands, feed, cancel, done.Secret, isNew),
            SubscriptionAnswer.Full => Problem.Answer(ProblemKind.LimitReached, "Your organisation has as many subscriptions as it may, or as many that wait for a consent."),
            SubscriptionAnswer.TooManySecrets => Problem.Answer(ProblemKind.LimitReached, $"{SignatureSecrets.MaxReplaced} replaced secrets are still valid: wait until one has run out."),
            SubscriptionAnswer.BeyondTheEnd => Problem.Answer(
                ProblemKind.Invalid, "The log does not go that far.", [new InputError(isNew ? "/config/startafter" : "/after", "range", "This place is yet to come.")]),
            SubscriptionAnswer.Busy => Problem.Answer(ProblemKind.Unavailable, "Others keep changing this subscription.") with { RetryAfterSeconds = BusyRetrySeconds },
            _ => NoSuch(),
        };

    private static async Task<Answer> ShownAsync(
        Subscription s, DeliveryStands stands, FeedReader feed, CancellationToken cancel, WebhookSecret? secret = null, bool isNew = false)
    {
        var at = await stands.FindAsync(s.OrgId, [s.Id], cancel);
        var shown = SubscriptionJson.Of(s, at.GetValueOrDefault(s.Id, new DeliveryStand(0)), feed.Head);
        var answer = Answer.Json(shown with { Secret = secret?.Reveal() }, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        var located = answer with { Location = isNew ? $"{Path}/{s.Id}" : null };
        return secret is null ? located : located with { Again = located with { Body = Answer.Json(shown).Body } };
    }

    private static async Task<(SubscriptionWish? Wish, Answer? Problem)> ReadAsync(HttpRequest request, TargetGuard guard, bool isNew)
    {
        var (body, problem) = await JsonBody.ReadAsync(request, request.HttpContext.RequestAborted);
        if (body is null)
        {
            return (null, problem);
        }

        var (wish, errors) = new SubscriptionInput(body.Root, guard, request.HttpContext.RequestServices.GetRequiredService<HubAddress>()).Read(isNew);
        return (wish, wish is null ? Problem.Answer(ProblemKind.Invalid, "The subscription is not valid.", errors) : null);
    }
}
