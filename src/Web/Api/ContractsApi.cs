using StatusHub.Domain.Contracts;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Contracts;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>A contract.</summary>
/// <param name="Template">Id of the published clause it was taken from; null for one of its own.</param>
/// <param name="Currency">Three letters.</param>
public sealed record ContractJson(
    Guid Id, string Name, string? Template, string Currency, IReadOnlyList<CoveredJson> Covers, ClauseJson Clause, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    internal static ContractJson Of(ServiceContract c) => new(
        c.Id, c.Name, c.Template, c.Currency, [.. c.Covers.Select(m => new CoveredJson(m.Model.Value, m.MonthlySpend))], ClauseJson.Of(c.Clause), c.CreatedAt, c.ChangedAt);
}

/// <param name="MonthlySpend">Null when not known: then availability is told, but no credit.</param>
public sealed record CoveredJson(string Model, decimal? MonthlySpend);

/// <summary>What counts as down, and what it earns.</summary>
/// <param name="Method"><c>weighted_time</c>: every second by the weight of its state; <c>downtime_minutes</c>: whole minutes above a failing share.</param>
/// <param name="Weights">How much of a second in each state counts. Unknown time never counts.</param>
/// <param name="DownAbove">For <c>downtime_minutes</c>: the failing share above which a minute is down.</param>
/// <param name="MinimumMinutes">Downtime of fewer minutes on end does not count.</param>
/// <param name="ExcludesMaintenance">Whether announced maintenance is taken out of the month.</param>
/// <param name="Tiers">Highest availability first.</param>
/// <param name="ClaimDays">Days after the month within which to claim; null when the contract does not say.</param>
/// <param name="Latency">A promise of speed beside that of answering; null for none.</param>
public sealed record ClauseJson(
    string Method, IReadOnlyDictionary<string, decimal> Weights, decimal DownAbove, int MinimumMinutes, bool ExcludesMaintenance, IReadOnlyList<CreditTier> Tiers, int? ClaimDays,
    LatencyTerm? Latency)
{
    internal static ClauseJson Of(Clause c) => new(
        ClauseNames.Of(c.Method), ObjectiveJson.WeightsOf(c.Weights), c.DownAbove, c.MinimumMinutes, c.ExcludesMaintenance, c.Tiers, c.ClaimDays, c.Latency);
}

/// <summary>A clause somebody publishes: data to start from. The text of the contract always wins.</summary>
/// <param name="Evidence">How the figures were checked.</param>
public sealed record PublishedClauseJson(
    string Id, string Name, string Scope, decimal? Objective, string Definition, string Evidence, string Source, ClauseJson Clause);

public sealed record PublishedClauseListJson(IReadOnlyList<PublishedClauseJson> Templates);

public sealed record ContractListJson(IReadOnlyList<ContractJson> Contracts);

/// <summary>The body of a create or replace; here for the API document, requests are read strictly.</summary>
public sealed record ContractBody(string Name, string? Template, string? Currency, IReadOnlyList<CoveredJson> Covers, ClauseBody? Clause);

/// <summary>What is not given is as in the template.</summary>
public sealed record ClauseBody(
    string? Method, IReadOnlyDictionary<string, decimal>? Weights, decimal? DownAbove, int? MinimumMinutes, bool? ExcludesMaintenance, IReadOnlyList<CreditTier>? Tiers,
    int? ClaimDays, LatencyTermBody? Latency);

/// <param name="LateAbove">0.05 when not given.</param>
public sealed record LatencyTermBody(double TtftLimitMs, decimal? LateAbove);

/// <summary>What organisations were promised.</summary>
internal static class ContractsApi
{
    private const string Path = "/api/v1/contracts";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Contracts").RequireScope(Domain.Tenancy.Scopes.Endpoints)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("Your organisation's contracts").Produces<ContractListJson>();
        group.MapMethods("templates", Verbs.Read, Templates).WithSummary("Published clauses to start from: facts and figures, no advice").Produces<PublishedClauseListJson>();
        group.MapMethods("{id}", Verbs.Read, FindAsync).WithSummary("One contract").Produces<ContractJson>().ProducesProblems(404);
        group.MapPost("", CreateAsync).WithSummary("Adds a contract, from a template or your own").Accepts<ContractBody>("application/json")
            .Produces<ContractJson>(201).ProducesProblems(400, 409, 413, 415, 422, 429).WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPut("{id}", ReplaceAsync).WithSummary("Replaces a contract").Accepts<ContractBody>("application/json")
            .Produces<ContractJson>().ProducesProblems(400, 404, 413, 415, 429).WithMetadata(new CountedWrite());
        group.MapDelete("{id}", DeleteAsync).WithSummary("Removes a contract").Produces(204).ProducesProblems(404, 429).WithMetadata(new CountedWrite());
    }

    internal static async Task<ServiceContract?> ContractAsync(string? id, HttpContext context, ContractStore store) =>
        Guid.TryParse(id, out var guid) ? await store.FindAsync(OrgOf(context), guid, context.RequestAborted) : null;

    internal static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such contract.");

    private static async Task<IResult> ListAsync(HttpContext context, ContractStore store) =>
        Answer.Json(new ContractListJson([.. (await store.ListAsync(OrgOf(context), context.RequestAborted)).Select(ContractJson.Of)]));

    private static IResult Templates() => Answer.Json(new PublishedClauseListJson([.. PublishedClauses.All.Select(c => new PublishedClauseJson(
        c.Id, c.Name, c.Scope, c.Objective, c.Definition, c.Evidence, c.Source, ClauseJson.Of(c.Clause)))]));

    private static async Task<IResult> FindAsync(string id, HttpContext context, ContractStore store) =>
        await ContractAsync(id, context, store) is { } contract ? Answer.Json(ContractJson.Of(contract)) : NoSuch();

    private static async Task<IResult> CreateAsync(HttpContext context, ContractStore store, Clocks clocks)
    {
        var (contract, problem) = await ReadAsync(context, Guid.CreateVersion7(clocks.Now), clocks.Now, clocks.Now);
        return contract is null ? problem!
            : await store.AddAsync(contract, context.Actor(), context.RequestAborted) == Written.TooMany
                ? Problem.Answer(ProblemKind.LimitReached, $"An organisation has at most {ContractStore.MaxContracts} contracts.")
            : Answer.Json(ContractJson.Of(contract), StatusCodes.Status201Created) with { Location = $"{Path}/{contract.Id}" };
    }

    private static async Task<IResult> ReplaceAsync(string id, HttpContext context, ContractStore store, Clocks clocks)
    {
        if (await ContractAsync(id, context, store) is not { } before)
        {
            return NoSuch();
        }

        var (contract, problem) = await ReadAsync(context, before.Id, before.CreatedAt, clocks.Now);
        return contract is null ? problem!
            : await store.ReplaceAsync(contract, context.Actor(), context.RequestAborted) == Written.Missing ? NoSuch()
            : Answer.Json(ContractJson.Of(contract));
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, ContractStore store) =>
        Guid.TryParse(id, out var guid) && await store.DeleteAsync(OrgOf(context), guid, context.Actor(), context.RequestAborted) == Written.Done ? Answer.NoContent() : NoSuch();

    private static async Task<(ServiceContract? Contract, Answer? Problem)> ReadAsync(HttpContext context, Guid id, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return (null, problem);
        }

        var errors = new List<InputError>();
        var contract = ContractInput.Read(body.Root, OrgOf(context), id, createdAt, now, errors);
        return (contract, contract is null ? Problem.Answer(ProblemKind.Invalid, "The contract is not valid.", errors) : null);
    }

    private static Guid OrgOf(HttpContext context) => context.Holder()!.OrgId;
}
