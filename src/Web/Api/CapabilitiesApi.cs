using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;
using StatusHub.Web.Fallback;

namespace StatusHub.Web.Api;

/// <summary>What a model can do.</summary>
/// <param name="Abilities">Such as <c>vision</c> and <c>tools</c>, lower case.</param>
/// <param name="ContextTokens">Longest input; null where nobody said.</param>
public sealed record CapabilitiesJson(IReadOnlyList<string> Abilities, int? ContextTokens);

/// <summary>What models can do, as the operator declares it: without that no alternative is known to fit what is asked for.</summary>
internal static class CapabilitiesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/v1/models/{provider}/{model}/capabilities", Verbs.Read, Read).WithTags("Models")
            .WithSummary("What a model is declared to be able to do").Produces<CapabilitiesJson>().ProducesProblems(404);
        routes.MapPut("/api/v1/models/{provider}/{model}/capabilities", ReplaceAsync).WithTags("Models").RequireScope(Scopes.Admin)
            .WithSummary("Declares what a model can do; operator only").Accepts<CapabilitiesJson>("application/json")
            .Produces<CapabilitiesJson>().ProducesProblems(400, 401, 403, 404, 413, 415, 429).WithMetadata(new CountedWrite());
    }

    private static Answer Read(string provider, string model, FallbackBoard board) =>
        ModelId.TryParse($"{provider}/{model}", out var id) && board.Fleet.Models.ContainsKey(id) ? Answer.Json(Of(board.Fleet.CapabilitiesOf(id))) : NoSuch();

    private static async Task<IResult> ReplaceAsync(string provider, string model, HttpContext context, OrganisationDesk desk, PlanStore plans, FallbackBoard board)
    {
        if (!(await context.AskingAsync(desk, context.RequestAborted)).IsOperator)
        {
            return Problem.Answer(ProblemKind.Forbidden, "Only a key of the hub's operator may say what models can do.");
        }

        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return problem!;
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var declared = new Capabilities([.. (input.Strings("abilities") ?? []).Distinct(StringComparer.Ordinal)], input.Integer("contextTokens"));
        input.RejectRest();
        if (declared.Abilities.Count > Requirements.MaxAbilities || !declared.Abilities.All(Requirements.IsAbility))
        {
            errors.Add(new("/abilities", "format", $"At most {Requirements.MaxAbilities} names of a-z, 0-9, - and ., each of at most {Requirements.MaxAbilityLength} characters."));
        }

        if (declared.ContextTokens <= 0)
        {
            errors.Add(new("/contextTokens", "range", "A positive number."));
        }

        if (errors.Count > 0)
        {
            return Problem.Answer(ProblemKind.Invalid, "The capabilities are not valid.", errors);
        }

        if (!ModelId.TryParse($"{provider}/{model}", out var id) || !await plans.DeclareAsync(id, declared, context.RequestAborted))
        {
            return NoSuch();
        }

        await board.ReadAsync(context.RequestAborted);
        return Answer.Json(Of(declared));
    }

    private static CapabilitiesJson Of(Capabilities c) => new(c.Abilities, c.ContextTokens);

    private static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such model.");
}
