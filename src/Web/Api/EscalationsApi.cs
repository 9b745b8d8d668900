using StatusHub.Domain.Catalog;
using StatusHub.Domain.Escalations;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>A question to the organisation that answers for a model's provider. Both sides read the same.</summary>
/// <param name="State"><c>requested</c>, <c>acknowledged</c>, <c>expired</c> or <c>closed</c>.</param>
/// <param name="Step">Odd while the provider is asked, even when everybody was told that it did not answer.</param>
/// <param name="Requester">Slug of the organisation that asks.</param>
/// <param name="Provider">Slug of the organisation that answers.</param>
/// <param name="SecondsLeft">Until the deadline, in hub time; null when nothing runs any more.</param>
/// <param name="By">Slug of the organisation that acknowledged.</param>
/// <param name="Signal">The event that asked; null for a person.</param>
public sealed record EscalationJson(
    Guid Id,
    string Model,
    string State,
    int Step,
    string Requester,
    string Provider,
    DateTimeOffset RequestedAt,
    DateTimeOffset Deadline,
    double? SecondsLeft,
    DateTimeOffset? AcknowledgedAt,
    string? By,
    SignalRef? Signal,
    string? Note)
{
    internal static EscalationJson Of(Escalation e, DateTimeOffset now) => new(
        e.Id, e.Model.Value, EscalationTelling.WireName(e.State), e.Step, e.Requester, e.Answering, e.RequestedAt, e.Deadline,
        e.State == EscalationState.Requested ? Math.Max(0, (e.Deadline - now).TotalSeconds) : null, e.AcknowledgedAt, e.AcknowledgedBy, e.Signal, e.Note);
}

public sealed record EscalationListJson(IReadOnlyList<EscalationJson> Escalations);

/// <summary>The body of a question; here for the API document, requests are read strictly.</summary>
public sealed record EscalationBody(string Model, string? Note, int? AcknowledgeWithinMinutes);

internal static class EscalationsApi
{
    private const string Path = "/api/v1/escalations";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Escalations").RequireScope(Scopes.Incidents)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("What your organisation asks of providers, and what it is asked, newest first")
            .Produces<EscalationListJson>();
        group.MapPost("", AskAsync).WithSummary("Asks the organisation that answers for a model's provider to acknowledge; the present question if there is one")
            .Accepts<EscalationBody>("application/json").Produces<EscalationJson>(201).Produces<EscalationJson>().ProducesProblems(400, 413, 415, 422, 429)
            .WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPost("{id}/acknowledge", AcknowledgeAsync).WithSummary("The provider has seen it")
            .Produces<EscalationJson>().ProducesProblems(404, 409, 429).WithMetadata(new CountedWrite());
        group.MapPost("{id}/next", NextAsync).WithSummary("Asks again after a deadline that passed")
            .Produces<EscalationJson>().ProducesProblems(404, 409, 429).WithMetadata(new CountedWrite());
    }

    private static async Task<IResult> ListAsync(HttpContext context, EscalationBook book, Clocks clocks) => Answer.Json(new EscalationListJson(
        [.. (await book.ListAsync(OrgOf(context), context.RequestAborted)).Select(e => EscalationJson.Of(e, clocks.Now))]));

    private static async Task<IResult> AskAsync(HttpContext context, EscalationBook book, Clocks clocks)
    {
        var (wish, problem) = await ReadAsync(context);
        return problem ?? Answered(await book.AskAsync(OrgOf(context), wish!, context.RequestAborted), clocks, StatusCodes.Status201Created);
    }

    private static async Task<IResult> AcknowledgeAsync(string id, HttpContext context, EscalationBook book, Clocks clocks) =>
        Guid.TryParse(id, out var guid) ? Answered(await book.AcknowledgeAsync(OrgOf(context), guid, context.RequestAborted), clocks) : NoSuch();

    private static async Task<IResult> NextAsync(string id, HttpContext context, EscalationBook book, Clocks clocks) =>
        Guid.TryParse(id, out var guid) ? Answered(await book.NextAsync(OrgOf(context), guid, context.RequestAborted), clocks) : NoSuch();

    private static Answer Answered(EscalationAnswer answer, Clocks clocks, int done = StatusCodes.Status200OK) => answer switch
    {
        EscalationAnswer.Done(var e) => Answer.Json(EscalationJson.Of(e, clocks.Now), done),
        EscalationAnswer.Already(var e) => Answer.Json(EscalationJson.Of(e, clocks.Now)),
        EscalationAnswer.NobodyAnswers => Invalid([new("/model", "unanswered", "No other organisation of this hub answers for the model's provider.")]),
        EscalationAnswer.NotYours(var e) => Problem.Answer(ProblemKind.Forbidden, $"Only the other side may do this: {e.Answering} acknowledges, {e.Requester} asks again."),
        EscalationAnswer.NotNow(var e) => Problem.Answer(ProblemKind.Conflict, $"The escalation is {EscalationTelling.WireName(e.State)} at step {e.Step}, with a deadline at {ApiJson.Time(e.Deadline)}."),
        _ => NoSuch(),
    };

    private static Guid OrgOf(HttpContext context) => context.Holder()!.OrgId;

    private static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such escalation.");

    private static Answer Invalid(IEnumerable<InputError> errors) => Problem.Answer(ProblemKind.Invalid, "The question is not valid.", errors);

    private static async Task<(EscalationWish? Wish, Answer? Problem)> ReadAsync(HttpContext context)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return (null, problem);
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var name = input.String("model");
        var note = input.String("note");
        TimeSpan? window = input.Integer("acknowledgeWithinMinutes") is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        input.RejectRest();
        if (!ModelId.TryParse(name, out var model) && errors.TrueForAll(e => e.Path != "/model"))
        {
            errors.Add(new("/model", name is null ? "required" : "format", "A model is named provider/model."));
        }

        if (note?.Length > Escalation.MaxNoteLength)
        {
            errors.Add(new("/note", "length", $"At most {Escalation.MaxNoteLength} characters."));
        }

        if (window is { } asked && !EscalationRules.IsWindow(asked))
        {
            errors.Add(new("/acknowledgeWithinMinutes", "range", $"{EscalationRules.MinWindow.TotalMinutes} to {EscalationRules.MaxWindow.TotalMinutes} minutes."));
        }

        return errors.Count == 0 ? (new EscalationWish(model, window, null, note), null) : (null, Invalid(errors));
    }
}
