using StatusHub.Domain.Contracts;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Contracts;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>An objective and how it stands.</summary>
/// <param name="Target">Share of the time that has to be good.</param>
/// <param name="Window"><c>30d</c>: so many days up to now; <c>month</c>: the calendar month, UTC.</param>
/// <param name="Weights">How much of a second in each state is bad; null for an objective on latency.</param>
/// <param name="TtftLimitMs">Milliseconds to the first token from which an answer is late; null for an objective on availability.</param>
/// <param name="Burn">How many times as fast as allowed the budget is spent, fastest level first.</param>
/// <param name="Alert">The alert that stands; null for none.</param>
public sealed record ObjectiveJson(
    Guid Id, string Name, string Model, double Target, string Window, IReadOnlyDictionary<string, decimal>? Weights, double? TtftLimitMs,
    ErrorBudgetJson Budget, IReadOnlyList<BurnJson> Burn, AlertJson? Alert, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    internal static ObjectiveJson Of(Standing s) => new(
        s.Objective.Id, s.Objective.Name, s.Objective.Model.Value, s.Objective.Target, s.Objective.Window.ToString(),
        s.Objective.TtftLimitMs is null ? WeightsOf(s.Objective.Weights) : null, s.Objective.TtftLimitMs,
        ErrorBudgetJson.Of(s.Budget), [.. s.Burn.Select(BurnJson.Of)], s.Alert is { } a ? new(a.Id, BurnLevel.All[a.Level].Factor, a.Since) : null,
        s.Objective.CreatedAt, s.Objective.ChangedAt);

    internal static IReadOnlyDictionary<string, decimal> WeightsOf(StateWeights w) => new Dictionary<string, decimal>(StringComparer.Ordinal)
    {
        [HealthState.DegradedPerformance.WireName()] = w.Degraded,
        [HealthState.PartialOutage.WireName()] = w.Partial,
        [HealthState.MajorOutage.WireName()] = w.Major,
        [HealthState.UnderMaintenance.WireName()] = w.Maintenance,
    };
}

/// <summary>The error budget of the window, in seconds. Unknown time is never spent.</summary>
/// <param name="LeftSeconds">Total less spent; negative when the objective is missed.</param>
/// <param name="Good">Share of the known time that was good; null when nothing is known.</param>
public sealed record ErrorBudgetJson(
    DateTimeOffset From, DateTimeOffset To, double TotalSeconds, double SpentSeconds, double LeftSeconds, double KnownSeconds, double UnknownSeconds, double? Good)
{
    internal static ErrorBudgetJson Of(ErrorBudget b) => new(
        b.From, b.To, Rounded(b.Total), Rounded(b.Spent), Rounded(b.Left), Rounded(b.Known), Rounded(b.Unknown), b.Good);

    private static double Rounded(double seconds) => Math.Round(seconds, 3);
}

/// <param name="Factor">The pace from which both windows burn.</param>
/// <param name="LongRate">How many times as fast as allowed, over the long window.</param>
public sealed record BurnJson(double Factor, double LongSeconds, double ShortSeconds, double LongRate, double ShortRate, bool Burning)
{
    internal static BurnJson Of(BurnReading r) => new(
        r.Level.Factor, r.Level.LongWindow.TotalSeconds, r.Level.ShortWindow.TotalSeconds, r.OverLong, r.OverShort, r.IsBurning);
}

/// <param name="Factor">The fastest pace it has had.</param>
public sealed record AlertJson(Guid Id, double Factor, DateTimeOffset Since);

public sealed record ObjectiveListJson(IReadOnlyList<ObjectiveJson> Objectives);

/// <summary>The body of a create or replace; here for the API document, requests are read strictly.</summary>
public sealed record ObjectiveBody(string Name, string Model, double Target, string? Window, IReadOnlyDictionary<string, double>? Weights, double? TtftLimitMs);

/// <summary>What organisations want of models, and how much bad time that leaves them.</summary>
internal static class ObjectivesApi
{
    private const string Path = "/api/v1/objectives";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Objectives").RequireScope(Domain.Tenancy.Scopes.Endpoints)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("Your organisation's objectives, with budget and burn").Produces<ObjectiveListJson>();
        group.MapMethods("{id}", Verbs.Read, FindAsync).WithSummary("One objective").Produces<ObjectiveJson>().ProducesProblems(404);
        group.MapPost("", CreateAsync).WithSummary("Adds an objective").Accepts<ObjectiveBody>("application/json")
            .Produces<ObjectiveJson>(201).ProducesProblems(400, 409, 413, 415, 422, 429).WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPut("{id}", ReplaceAsync).WithSummary("Replaces an objective; an alert on other terms ends").Accepts<ObjectiveBody>("application/json")
            .Produces<ObjectiveJson>().ProducesProblems(400, 404, 413, 415, 429).WithMetadata(new CountedWrite());
        group.MapDelete("{id}", DeleteAsync).WithSummary("Removes an objective; an alert on it ends").Produces(204).ProducesProblems(404, 429).WithMetadata(new CountedWrite());
    }

    private static async Task<IResult> ListAsync(HttpContext context, Standings standings) =>
        Answer.Json(new ObjectiveListJson([.. (await standings.ListAsync(OrgOf(context), context.RequestAborted)).Select(ObjectiveJson.Of)]));

    private static async Task<IResult> FindAsync(string id, HttpContext context, ObjectiveStore store, Standings standings) =>
        await WatchedAsync(id, context, store) is { } watched ? Answer.Json(ObjectiveJson.Of(await standings.OfAsync(watched, context.RequestAborted))) : NoSuch();

    private static async Task<IResult> CreateAsync(HttpContext context, ObjectiveStore store, Standings standings, Clocks clocks)
    {
        var (objective, problem) = await ReadAsync(context, Guid.CreateVersion7(clocks.Now), clocks.Now, clocks.Now);
        if (objective is null)
        {
            return problem!;
        }

        return await store.AddAsync(objective, context.Actor(), context.RequestAborted) == Written.TooMany
            ? Problem.Answer(ProblemKind.LimitReached, $"An organisation has at most {ObjectiveStore.MaxObjectives} objectives.")
            : await ShownAsync(objective, context, standings, StatusCodes.Status201Created) with { Location = $"{Path}/{objective.Id}" };
    }

    private static async Task<IResult> ReplaceAsync(string id, HttpContext context, ObjectiveStore store, BurnBook book, Standings standings, Clocks clocks)
    {
        if (await WatchedAsync(id, context, store) is not { Objective: var before })
        {
            return NoSuch();
        }

        var (objective, problem) = await ReadAsync(context, before.Id, before.CreatedAt, clocks.Now);
        return objective is null ? problem!
            : await book.ReplaceAsync(objective, context.Actor(), context.RequestAborted) == Written.Missing ? NoSuch()
            : await FindAsync(id, context, store, standings);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, BurnBook book) =>
        Guid.TryParse(id, out var guid) && await book.DeleteAsync(OrgOf(context), guid, context.Actor(), context.RequestAborted) == Written.Done ? Answer.NoContent() : NoSuch();

    private static async Task<WatchedObjective?> WatchedAsync(string id, HttpContext context, ObjectiveStore store) =>
        Guid.TryParse(id, out var guid) ? await store.FindAsync(OrgOf(context), guid, context.RequestAborted) : null;

    private static async Task<Answer> ShownAsync(Objective objective, HttpContext context, Standings standings, int status) =>
        Answer.Json(ObjectiveJson.Of(await standings.OfAsync(new(objective, AlertState.Calm), context.RequestAborted)), status);

    private static async Task<(Objective? Objective, Answer? Problem)> ReadAsync(HttpContext context, Guid id, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return (null, problem);
        }

        var errors = new List<InputError>();
        var objective = ObjectiveInput.Read(body.Root, OrgOf(context), id, createdAt, now, errors);
        return (objective, objective is null ? Problem.Answer(ProblemKind.Invalid, "The objective is not valid.", errors) : null);
    }

    private static Guid OrgOf(HttpContext context) => context.Holder()!.OrgId;

    private static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such objective.");
}
