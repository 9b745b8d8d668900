using System.Text.Json;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;
using Endpoint = StatusHub.Domain.Catalog.Endpoint;

namespace StatusHub.Web.Api;

/// <summary>An endpoint as its owner reads it. There is no member for the credential: it cannot be read back.</summary>
public sealed record EndpointJson(
    Guid Id,
    string Model,
    string Dialect,
    string Url,
    bool HasCredential,
    string? WireModel,
    string Region,
    int IntervalSeconds,
    string Probe,
    IReadOnlyList<string> Domains,
    BudgetJson Budget,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PausedAt,
    string? PausedBecause)
{
    internal static EndpointJson Of(Endpoint e) => new(
        e.Id, e.Model.Value, e.Dialect, e.Url, e.Credential is not null, e.WireModel, e.Region, e.IntervalSeconds,
        EndpointRules.WireName(e.Probe), e.Domains, new BudgetJson(e.Budget.MaxOutputTokens, e.Budget.ProbesPerDay),
        e.CreatedAt, e.PausedAt, e.PausedBecause);
}

/// <param name="MaxOutputTokens">Of one probe.</param>
/// <param name="ProbesPerDay">Of one UTC day.</param>
public sealed record BudgetJson(int MaxOutputTokens, int ProbesPerDay);

public sealed record EndpointListJson(IReadOnlyList<EndpointJson> Endpoints);

/// <summary>What one probe saw.</summary>
/// <param name="Failure">A failure class such as <c>first_token_timeout</c>; null when it succeeded.</param>
/// <param name="Blame"><c>provider</c>, <c>network</c>, <c>account</c>, <c>probe</c>, <c>policy</c>, or <c>none</c>.</param>
/// <param name="Timings">Milliseconds of real time after the start; null for a mark that was not reached.</param>
public sealed record ProbeOutcomeJson(
    Guid Id,
    Guid EndpointId,
    string Model,
    string Region,
    string Probe,
    DateTimeOffset StartedAt,
    DateTimeOffset At,
    bool Succeeded,
    string? Failure,
    string Blame,
    int? HttpStatus,
    string? RequestId,
    string? Detail,
    int? InputTokens,
    int? OutputTokens,
    double? TokensPerSecond,
    string? AnsweredModel,
    double? RetryAfterSeconds,
    ProbeTimings Timings)
{
    internal static ProbeOutcomeJson Of(ProbeOutcome o) => new(
        o.Id, o.EndpointId, o.Model.Value, o.Region, EndpointRules.WireName(o.Rung), o.StartedAt, o.At, o.Succeeded,
        o.Succeeded ? null : FailureClasses.WireName(o.Failure),
        JsonNamingPolicy.SnakeCaseLower.ConvertName(FailureClasses.BlameOf(o.Failure).ToString()),
        o.HttpStatus, o.RequestId, o.Detail, o.InputTokens, o.OutputTokens, o.TokensPerSecond, o.AnsweredModel,
        o.RetryAfter?.TotalSeconds, o.Timings);
}

/// <summary>The body of a create or replace; here for the API document, the requests themselves are read strictly.</summary>
public sealed record EndpointBody(
    string Model, string Dialect, string Url, string? Credential, string? WireModel, string? Region, int? IntervalSeconds,
    string? Probe, IReadOnlyList<string>? Domains, BudgetJson? Budget);

internal static class EndpointsApi
{
    private const string Path = "/api/v1/endpoints";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Endpoints").RequireScope(Scopes.Endpoints)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("Your organisation's endpoints").Produces<EndpointListJson>();
        group.MapMethods("{id}", Verbs.Read, FindAsync).WithSummary("One endpoint").Produces<EndpointJson>().ProducesProblems(404);
        group.MapPost("", CreateAsync).WithSummary("Adds an endpoint; an unknown model enters the catalogue")
            .Accepts<EndpointBody>("application/json").Produces<EndpointJson>(201).ProducesProblems(400, 409, 413, 415, 422, 429)
            .WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapPut("{id}", ReplaceAsync).WithSummary("Replaces an endpoint; without a credential the present one stays")
            .Accepts<EndpointBody>("application/json").Produces<EndpointJson>().ProducesProblems(400, 404, 413, 415, 429)
            .WithMetadata(new CountedWrite());
        group.MapDelete("{id}", DeleteAsync).WithSummary("Removes an endpoint").Produces(204).ProducesProblems(404, 429)
            .WithMetadata(new CountedWrite());
        group.MapPost("{id}/probe", ProbeAsync).WithSummary("Probes an endpoint now and answers with all timings")
            .Produces<ProbeOutcomeJson>().ProducesProblems(404, 409, 422, 429)
            .WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
    }

    private static async Task<IResult> ListAsync(EndpointRegistry registry, CancellationToken cancel) =>
        Answer.Json(new EndpointListJson([.. (await registry.ListAsync(cancel)).Select(EndpointJson.Of)]));

    private static async Task<IResult> FindAsync(string id, EndpointRegistry registry, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await registry.FindAsync(guid, cancel) is { } endpoint ? Answer.Json(EndpointJson.Of(endpoint)) : NoSuch();

    private static async Task<IResult> CreateAsync(HttpRequest request, EndpointRegistry registry, CancellationToken cancel)
    {
        var (wanted, problem) = await ReadAsync(request, cancel);
        return problem ?? Answered(await registry.CreateAsync(wanted!, cancel));
    }

    private static async Task<IResult> ReplaceAsync(string id, HttpRequest request, EndpointRegistry registry, CancellationToken cancel)
    {
        if (!Guid.TryParse(id, out var guid))
        {
            return NoSuch();
        }

        var (wanted, problem) = await ReadAsync(request, cancel);
        return problem ?? Answered(await registry.ReplaceAsync(guid, wanted!, cancel));
    }

    private static async Task<IResult> DeleteAsync(string id, EndpointRegistry registry, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await registry.DeleteAsync(guid, cancel) ? Answer.NoContent() : NoSuch();

    private static async Task<IResult> ProbeAsync(string id, EndpointRegistry registry, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await registry.ProbeNowAsync(guid, cancel) is { } outcome ? Answer.Json(ProbeOutcomeJson.Of(outcome)) : NoSuch();

    private static Answer Answered(EndpointAnswer answer) => answer switch
    {
        EndpointAnswer.Created(var e) => Answer.Json(EndpointJson.Of(e), StatusCodes.Status201Created) with { Location = $"{Path}/{e.Id}" },
        EndpointAnswer.Changed(var e) => Answer.Json(EndpointJson.Of(e)),
        EndpointAnswer.Invalid(var errors) => Problem.Answer(ProblemKind.Invalid, "The endpoint is not valid.", errors),
        _ => NoSuch(),
    };

    private static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such endpoint.");

    private static async Task<(EndpointRequest? Wanted, Answer? Problem)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        var (body, problem) = await JsonBody.ReadAsync(request, cancel);
        if (body is null)
        {
            return (null, problem);
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var wanted = new EndpointRequest
        {
            Model = input.String("model"),
            Dialect = input.String("dialect"),
            Url = input.String("url"),
            Credential = input.String("credential"),
            WireModel = input.String("wireModel"),
            Region = input.String("region"),
            IntervalSeconds = input.Integer("intervalSeconds"),
            Probe = input.String("probe"),
            Domains = input.Strings("domains"),
        };
        if (input.Object("budget") is { } budget)
        {
            wanted.MaxOutputTokens = budget.Integer("maxOutputTokens");
            wanted.ProbesPerDay = budget.Integer("probesPerDay");
            budget.RejectRest();
        }

        input.RejectRest();

        // Everything wrong at once: a member of the wrong type is already reported and not also missing.
        var seen = errors.Select(e => e.Path).ToHashSet(StringComparer.Ordinal);
        errors.AddRange(EndpointRules.Check(wanted).Where(e => !seen.Contains(e.Path)));
        return errors.Count == 0 ? (wanted, null) : (null, Problem.Answer(ProblemKind.Invalid, "The endpoint is not valid.", errors));
    }
}
