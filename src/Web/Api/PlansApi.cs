using StatusHub.Domain.Fallback;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;
using StatusHub.Web.Fallback;

namespace StatusHub.Web.Api;

/// <summary>A fallback plan.</summary>
/// <param name="Require">What every alternative must be able to do: <c>vision,tools,context:200000</c>.</param>
/// <param name="Alternatives">The one to take first, first.</param>
/// <param name="Warnings">What is wrong with it before the bad day; empty for nothing.</param>
public sealed record PlanJson(
    Guid Id, string Name, string Primary, string Require, IReadOnlyList<PlanAlternativeJson> Alternatives, IReadOnlyList<PlanWarningJson> Warnings,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    internal static PlanJson Of(FallbackPlan p, FleetState fleet) => new(
        p.Id, p.Name, p.Primary.Value, p.Needs.ToString(), [.. p.Alternatives.Select(a => new PlanAlternativeJson(a.Model.Value, a.Prompt, a.Needs.ToString()))],
        [.. PlanReview.Warnings(p, fleet).Select(w => new PlanWarningJson(w.Model.Value, w.Warning))], p.CreatedAt, p.ChangedAt);
}

/// <param name="Prompt">A simpler prompt for a smaller model; null for the primary's own.</param>
/// <param name="Require">What it must be able to do besides what the plan asks of all.</param>
public sealed record PlanAlternativeJson(string Model, string? Prompt, string Require);

/// <param name="Model">The alternative it is about.</param>
public sealed record PlanWarningJson(string Model, string Warning);

public sealed record PlanListJson(IReadOnlyList<PlanJson> Plans);

/// <summary>The body of a create or replace; here for the API document, requests are read strictly.</summary>
public sealed record PlanBody(string Name, string Primary, string? Require, IReadOnlyList<PlanAlternativeBody> Alternatives);

public sealed record PlanAlternativeBody(string Model, string? Prompt, string? Require);

/// <summary>What organisations do when a model of theirs fails.</summary>
internal static class PlansApi
{
    private const string Path = "/api/v1/plans";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Fallback").RequireScope(Scopes.Endpoints)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("Your organisation's fallback plans, with what is wrong with each").Produces<PlanListJson>();
        group.MapMethods("{id}", Verbs.Read, FindAsync).WithSummary("One plan").Produces<PlanJson>().ProducesProblems(404);
        group.MapPost("", CreateAsync).WithSummary("Adds a plan; one for each primary").Accepts<PlanBody>("application/json")
            .Produces<PlanJson>(201).ProducesProblems(400, 409, 413, 415, 422, 429).WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPut("{id}", ReplaceAsync).WithSummary("Replaces a plan").Accepts<PlanBody>("application/json")
            .Produces<PlanJson>().ProducesProblems(400, 404, 409, 413, 415, 429).WithMetadata(new CountedWrite());
        group.MapDelete("{id}", DeleteAsync).WithSummary("Removes a plan").Produces(204).ProducesProblems(404, 429).WithMetadata(new CountedWrite());
    }

    private static async Task<IResult> ListAsync(HttpContext context, PlanStore plans, FallbackBoard board) => Answer.Json(new PlanListJson(
        [.. (await plans.ListAsync(OrgOf(context), context.RequestAborted)).Select(p => PlanJson.Of(p, board.Fleet))]));

    private static async Task<IResult> FindAsync(string id, HttpContext context, PlanStore plans, FallbackBoard board) =>
        await PlanAsync(id, context, plans) is { } plan ? Answer.Json(PlanJson.Of(plan, board.Fleet)) : NoSuch();

    private static async Task<IResult> CreateAsync(HttpContext context, PlanStore plans, FallbackBoard board, Clocks clocks)
    {
        var (plan, problem) = await ReadAsync(context, Guid.CreateVersion7(clocks.Now), clocks.Now, clocks.Now);
        return problem ?? await WrittenAsync(plan!, await plans.AddAsync(plan!, context.Actor(), context.RequestAborted), isNew: true, board, context.RequestAborted);
    }

    private static async Task<IResult> ReplaceAsync(string id, HttpContext context, PlanStore plans, FallbackBoard board, Clocks clocks)
    {
        if (await PlanAsync(id, context, plans) is not { } before)
        {
            return NoSuch();
        }

        var (plan, problem) = await ReadAsync(context, before.Id, before.CreatedAt, clocks.Now);
        return problem ?? await WrittenAsync(plan!, await plans.ReplaceAsync(plan!, context.Actor(), context.RequestAborted), isNew: false, board, context.RequestAborted);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, PlanStore plans, FallbackBoard board)
    {
        if (!Guid.TryParse(id, out var guid) || !await plans.DeleteAsync(OrgOf(context), guid, context.Actor(), context.RequestAborted))
        {
            return NoSuch();
        }

        await board.ReadAsync(context.RequestAborted);
        return Answer.NoContent();
    }

    private static async Task<FallbackPlan?> PlanAsync(string id, HttpContext context, PlanStore plans) =>
        Guid.TryParse(id, out var guid) ? await plans.FindAsync(OrgOf(context), guid, context.RequestAborted) : null;

    private static async Task<Answer> WrittenAsync(FallbackPlan plan, PlanWritten written, bool isNew, FallbackBoard board, CancellationToken cancel)
    {
        switch (written)
        {
            case PlanWritten.Done:
                await board.ReadAsync(cancel);
                var json = PlanJson.Of(plan, board.Fleet);
                return isNew ? Answer.Json(json, StatusCodes.Status201Created) with { Location = $"{Path}/{plan.Id}" } : Answer.Json(json);
            case PlanWritten.Taken:
                return Problem.Answer(ProblemKind.Taken, "There is a plan for this primary.", [new InputError("/primary", "taken", "One plan for each primary.")]);
            case PlanWritten.TooMany:
                return Invalid([new InputError("", "quota", $"An organisation has at most {PlanStore.MaxPlans} plans.")]);
            default:
                return NoSuch();
        }
    }

    private static async Task<(FallbackPlan? Plan, Answer? Problem)> ReadAsync(HttpContext context, Guid id, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return (null, problem);
        }

        var errors = new List<InputError>();
        var plan = PlanInput.Read(body.Root, OrgOf(context), id, createdAt, now, errors);
        return (plan, plan is null ? Invalid(errors) : null);
    }

    private static Guid OrgOf(HttpContext context) => context.Holder()!.OrgId;

    private static Answer Invalid(IEnumerable<InputError> errors) => Problem.Answer(ProblemKind.Invalid, "The plan is not valid.", errors);

    private static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such plan.");
}
